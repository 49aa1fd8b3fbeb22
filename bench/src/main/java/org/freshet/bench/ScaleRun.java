package org.freshet.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.HeapModelStore;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.Outcomes;
import org.freshet.engine.merge.Copy;
import org.freshet.engine.merge.Delta;
import org.freshet.engine.merge.Merged;
import org.freshet.engine.merge.Merging;

/**
 * The constants of the cost model of {@code docs/scale.md}: bytes of a key, microseconds of an
 * event, bytes and microseconds of a merge. With a load, what a cluster for it needs.
 *
 * <p>{@code ScaleRun [EVENTS_A_SECOND KEYS TRANSPORT_US STORE_US DISK_SHARE]}; the last three are
 * what {@code flink-speed.sh} and {@code flink-keys.sh} say on the same machine, see there.
 */
public final class ScaleRun {
  private static final int WIDTH = 5; // features, as of the other benches of Flink
  private static final int LEARNT = 100; // examples each key has learnt
  private static final double BUSY = 0.6; // share of a core that is planned with

  private static final List<String> LEARNERS =
      List.of(
          "gaussian_nb",
          "standard_scaler | logistic_regression",
          "hoeffding_tree",
          "adaptive_random_forest(members=5)");

  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  private ScaleRun() {}

  public static void main(String[] args) {
    System.out.printf(
        "Events of %d numbers, two classes; %d examples a key.%n%n"
            + "| learner of a key | bytes in memory | bytes of its state | µs an event, in memory |"
            + " µs more from a store |%n| --- | --- | --- | --- | --- |%n",
        WIDTH, LEARNT);
    List<double[]> costs = new ArrayList<>();
    for (String learner : LEARNERS) {
      double[] c = keyed(learner);
      costs.add(c);
      System.out.printf(
          Locale.ROOT, "| `%s` | %,.0f | %,.0f | %.1f | %.1f |%n", learner, c[0], c[1], c[2], c[3]);
    }
    System.out.println(
        "\n| merged | features | bytes of a delta | µs a delta |\n| --- | --- | --- | --- |");
    for (String learner : List.of("gaussian_nb", "logistic_regression")) {
      for (int width : new int[] {10, 100, 1000}) {
        merged(learner, width);
      }
    }
    if (args.length == 5) {
      load(args, costs);
    }
  }

  private static Schema schema(int width) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      columns.add(Column.numeric("x" + i));
    }
    return Schema.classification(columns, "class", new Dictionary(List.of("no", "yes")));
  }

  private static Batch rows(Schema schema, int n, int keys, Random random) {
    Batch b = new Batch(schema, n);
    for (int i = 0; i < n; i++) {
      int key = random.nextInt(keys);
      b.beginRow();
      double sum = 0;
      for (int k = 0; k < schema.width(); k++) {
        double x = random.nextGaussian();
        b.set(k, x);
        sum += x * ((key + k) % 3 - 1);
      }
      b.setKey("k" + key);
      b.setLabel(sum > 0 ? 1 : 0);
      b.endRow();
    }
    return b;
  }

  /** Bytes in memory and of the state, microseconds in memory and what a store costs besides. */
  private static double[] keyed(String learner) {
    int keys = 500;
    int n = keys * LEARNT;
    double[] inMemory = run("per_key(models=1000000, learner=" + learner + ")", keys, n);
    double[] stored = run("per_key(models=5, beyond=store, learner=" + learner + ")", keys, n);
    return new double[] {
      inMemory[0] / keys, state(learner), inMemory[1], Math.max(0, stored[1] - inMemory[1])
    };
  }

  /** Bytes of the model; microseconds an event in the last of the rounds. */
  private static double[] run(String spec, int keys, int n) {
    Schema schema = schema(WIDTH);
    Build build = Build.of(schema).withSeed(1).withStore(new HeapModelStore());
    Outcomes out = new Outcomes();
    try (Engine engine = new Engine(Spec.parse(spec), LabelPlan.IMMEDIATE, build)) {
      Random random = new Random(1);
      double micros = 0;
      for (int round = 0; round < 4; round++) {
        Batch b = rows(schema, n / 4, keys, random);
        long start = CPU.getCurrentThreadCpuTime();
        for (int r = 0; r < b.size(); r++) {
          engine.process(b, r, r + 1, out);
        }
        micros = (CPU.getCurrentThreadCpuTime() - start) / 1e3 / b.size();
      }
      return new double[] {engine.modelBytes(), micros};
    }
  }

  /** Bytes of one learner as the store has them. */
  private static double state(String learner) {
    Schema schema = schema(WIDTH);
    Classifier c = make(learner, schema);
    Batch b = rows(schema, LEARNT, 1, new Random(2));
    for (int r = 0; r < b.size(); r++) {
      c.learn(b.row(r), b.labelCode(r), 1);
    }
    StateWriter out = new StateWriter();
    out.put("examples", LEARNT);
    out.put("it", c);
    return out.toBytes().length;
  }

  private static Classifier make(String learner, Schema schema) {
    return Components.create(Spec.parse(learner), Build.of(schema).withSeed(1), Classifier.class);
  }

  /**
   * Four copies that learn apart: each way of a delta, from the copy to the merged model and back.
   */
  private static void merged(String learner, int width) {
    Schema schema = schema(width);
    Supplier<Classifier> none = () -> make(learner, schema);
    Merging merging = new Merging("m", none, Merging.Settings.USUAL.withCopies(4));
    List<Classifier> live = new ArrayList<>();
    List<Copy> copies = new ArrayList<>();
    for (int k = 0; k < 4; k++) {
      live.add(none.get());
      copies.add(new Copy("copy-" + k, "m", live.get(k), none, 4));
    }
    int rounds = 60;
    long bytes = 0;
    long nanos = 0;
    for (int round = 0; round < rounds; round++) {
      Batch b = rows(schema, 40, 1, new Random(round));
      for (int r = 0; r < b.size(); r++) {
        live.get(r % 4).learn(b.row(r), b.labelCode(r), 1);
        copies.get(r % 4).learnt(1);
      }
      long start = CPU.getCurrentThreadCpuTime();
      for (Copy c : copies) {
        byte[] sent = c.send().toBytes();
        bytes += sent.length;
        merging.take(Delta.of("a copy", sent));
      }
      byte[] back = merging.merge().toBytes();
      copies.forEach(c -> c.take(Merged.of("the merged model", back)));
      nanos += round < rounds / 2 ? 0 : CPU.getCurrentThreadCpuTime() - start;
    }
    System.out.printf(
        Locale.ROOT,
        "| `%s` | %,d | %,d | %,.0f |%n",
        learner,
        width,
        bytes / 4 / rounds,
        nanos / 1e3 / 4 / (rounds - rounds / 2));
  }

  private static void load(String[] args, List<double[]> costs) {
    double events = Double.parseDouble(args[0]);
    double keys = Double.parseDouble(args[1]);
    double transport = Double.parseDouble(args[2]);
    double store = Double.parseDouble(args[3]);
    double disk = Double.parseDouble(args[4]);
    System.out.printf(
        Locale.ROOT,
        "%n%,.0f events/s, %,.0f keys; %.1f µs an event for transport, %.1f for RocksDB, %.2f bytes"
            + " of disk for a byte of state; cores busy to %.0f %%.%n%n"
            + "| learner of a key | cores, keys in memory | cores, keys in RocksDB | memory, GB, or"
            + " | disk, GB | written to checkpoints, MB/s |%n"
            + "| --- | --- | --- | --- | --- | --- |%n",
        events,
        keys,
        transport,
        store,
        disk,
        100 * BUSY);
    for (int i = 0; i < costs.size(); i++) {
      double[] c = costs.get(i);
      double near = events * (transport + c[2]) / 1e6 / BUSY;
      double far = events * (transport + c[2] + c[3] + store) / 1e6 / BUSY;
      System.out.printf(
          Locale.ROOT,
          "| `%s` | %,.0f | %,.0f | %,.0f | %,.0f | %,.0f |%n",
          LEARNERS.get(i),
          Math.ceil(near),
          Math.ceil(far),
          keys * c[0] / 1e9,
          keys * c[1] * disk / 1e9,
          events * c[1] * disk / 1e6);
    }
  }
}
