package org.freshet.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;

/**
 * Events a second and bytes a key of {@code windowed}: {@code WindowsRun KEYS EVENTS [SPEC]}. Keys
 * are drawn uniformly, the worst case for caches; a hundred events a second of event time. Each
 * round shows and learns every event, by the processor time of its thread; the sum of what was
 * shown is printed, so that it was computed.
 */
public final class WindowsRun {
  private static final String USUAL =
      "windowed(of=[amount], compute=[mean, std, count], over=[10 events, 1h, 7d], decay=[1h],"
          + " max_bytes=1GB)";
  private static final int BLOCK = 10_000;

  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  private WindowsRun() {}

  public static void main(String[] args) {
    int keys = Integer.parseInt(args[0]);
    int events = Integer.parseInt(args[1]);
    Spec spec = Spec.parse(args.length > 2 ? args[2] : USUAL);
    Schema schema = Schema.regression(List.of(Column.numeric("amount")), "y");
    Transformer t = Components.create(spec, Build.of(schema), Transformer.class);
    Row out = Row.of(t.output());
    Batch batch = new Batch(schema, BLOCK);
    Rng rng = new Rng(1);
    String[] names = new String[keys];
    for (int k = 0; k < keys; k++) {
      names[k] = "device-" + k;
    }
    double sum = 0;
    long made = 0;
    for (int round = 1; round <= 5; round++) {
      long nanos = 0;
      for (int done = 0; done < events; done += BLOCK) {
        batch.clear();
        for (int i = 0; i < BLOCK; i++) {
          batch.beginRow();
          batch.set(0, rng.nextDouble());
          batch.setKey(names[rng.nextInt(keys)]);
          batch.setTime(10 * made++);
          batch.endRow();
        }
        long start = CPU.getCurrentThreadCpuTime();
        sum += run(t, out, batch);
        nanos += CPU.getCurrentThreadCpuTime() - start;
      }
      System.out.printf(
          Locale.ROOT,
          "round %d: %,.0f events/s, %.1f MB, %.0f bytes a key of %,d, checksum %.6g%n",
          round,
          events * 1e9 / nanos,
          t.memoryBytes() / 1048576.0,
          (double) t.memoryBytes() / Math.min(keys, made),
          keys,
          sum);
    }
  }

  private static double run(Transformer t, Row out, Batch batch) {
    double sum = 0;
    for (int r = 0; r < batch.size(); r++) {
      Features x = batch.row(r);
      out.begin(x);
      t.transform(x, out);
      t.learn(x);
      sum += out.values()[out.values().length - 1];
    }
    return sum;
  }
}
