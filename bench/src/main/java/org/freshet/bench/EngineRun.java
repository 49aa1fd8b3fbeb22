package org.freshet.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.component.Spec;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.Outcomes;

/**
 * The engine alone, from memory, on one thread: events with an id, labels that come a number of
 * events later by rows of their own. Prints events per second of thread CPU time, the median and
 * the best of the rounds after the first; the label rows come on top.
 *
 * <p>Arguments: events a round, rounds, features, events a label is late, model.
 */
public final class EngineRun {
  private static final int ROWS = 64;
  private static final int RING = 4096;

  private EngineRun() {}

  public static void main(String[] args) {
    long events = args.length > 0 ? Long.parseLong(args[0]) : 1_000_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 11;
    int features = args.length > 2 ? Integer.parseInt(args[2]) : 30;
    int late = args.length > 3 ? Integer.parseInt(args[3]) : 1000;
    String model = args.length > 4 ? args[4] : "standard_scaler | logistic_regression";
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < features; i++) {
      columns.add(Column.numeric("x" + i));
    }
    Schema schema = Schema.classification(columns, "class", new Dictionary(List.of("no", "yes")));
    try (Engine engine = new Engine(schema, Spec.parse(model), LabelPlan.IMMEDIATE, 1, 1)) {
      double[] perSecond = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        perSecond[round] = events * 1e9 / nanos(engine, schema, events, late);
      }
      double[] warm = Arrays.copyOfRange(perSecond, Math.min(1, rounds - 1), rounds);
      Arrays.sort(warm);
      System.out.printf(
          "%s, %d features, labels %,d events late: %,.0f events/s of one thread, best of %d rounds"
              + " %,.0f; as many labels besides%n",
          model, features, late, warm[warm.length / 2], warm.length, warm[warm.length - 1]);
      System.out.printf(
          "accuracy %.3f; %,d waiting, %,d labels learnt, %,d bytes kept beside the model%n",
          (double) right / engine.counts().labels(),
          engine.pending(),
          engine.counts().labels(),
          engine.pendingBytes());
    }
  }

  private static long right;

  private static long nanos(Engine engine, Schema schema, long events, int late) {
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    double[][] values = values(schema.width());
    long first = engine.events();
    Batch batch = new Batch(schema, 2 * ROWS);
    Outcomes out = new Outcomes();
    long nanos = 0;
    for (long e = first; e < first + events; e += ROWS) {
      fill(batch, values, e, late);
      long start = clock.getCurrentThreadCpuTime();
      engine.process(batch, 0, batch.size(), out);
      nanos += clock.getCurrentThreadCpuTime() - start;
      for (int i = 0; i < out.labels(); i++) {
        right += out.labelPredicted(i) == out.label(i) ? 1 : 0;
      }
    }
    return nanos;
  }

  private static double[][] values(int width) {
    SplittableRandom random = new SplittableRandom(7);
    double[][] values = new double[RING][width + 1];
    for (double[] row : values) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        row[i] = random.nextGaussian() * (i + 1);
        sum += i % 3 == 0 ? row[i] / (i + 1) : 0;
      }
      row[width] = sum > 0 ? 1 : 0;
    }
    return values;
  }

  private static void fill(Batch batch, double[][] values, long from, int late) {
    batch.clear();
    for (long e = from; e < from + ROWS; e++) {
      double[] row = values[(int) (e % RING)];
      batch.beginRow();
      batch.setId("event-" + e);
      batch.setTime(e);
      System.arraycopy(row, 0, batch.block(), batch.size() * (row.length - 1), row.length - 1);
      batch.endRow();
      if (e >= late) {
        batch.beginRow();
        batch.setKind(Batch.Kind.LABEL);
        batch.setId("event-" + (e - late));
        batch.setTime(e);
        batch.setLabel(values[(int) ((e - late) % RING)][row.length - 1]);
        batch.endRow();
      }
    }
  }
}
