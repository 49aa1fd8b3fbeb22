package org.freshet.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.HeapModelStore;

/**
 * Events a second and memory of one model for each key: {@code KeyedRun KEYS EVENTS SPEC}, such as
 * {@code KeyedRun 1000000 1000000 'per_key(models=100000, learner=gaussian_nb)'}. Keys are drawn
 * uniformly: nearly every event makes a model give way. With {@code beyond=store} the store is in
 * memory.
 */
public final class KeyedRun {
  private static final int BLOCK = 10_000;

  private KeyedRun() {}

  public static void main(String[] args) {
    int keys = Integer.parseInt(args[0]);
    int events = Integer.parseInt(args[1]);
    Schema schema =
        Schema.classification(List.of(Column.numeric("x"), Column.numeric("z")), "y", "no", "yes");
    Classifier c =
        Components.create(
            Spec.parse(args[2]),
            Build.of(schema).withStore(new HeapModelStore()),
            Classifier.class);
    ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
    Batch batch = new Batch(schema, BLOCK);
    double[] scores = new double[2];
    Rng rng = new Rng(1);
    for (int round = 1; round <= 5; round++) {
      long nanos = 0;
      int right = 0;
      for (int done = 0; done < events; done += BLOCK) {
        batch.clear();
        for (int i = 0; i < BLOCK; i++) {
          int key = rng.nextInt(keys);
          batch.beginRow();
          batch.set(0, rng.nextGaussian());
          batch.set(1, rng.nextGaussian());
          batch.setKey("device-" + key);
          batch.setLabel((batch.block()[2 * i] > 0) == (key % 2 == 0) ? 1 : 0);
          batch.endRow();
        }
        long start = cpu.getCurrentThreadCpuTime();
        for (int r = 0; r < BLOCK; r++) {
          c.testThenLearn(batch.row(r), batch.labelCode(r), 1, scores);
          right += (scores[1] > scores[0] ? 1 : 0) == batch.labelCode(r) ? 1 : 0;
        }
        nanos += cpu.getCurrentThreadCpuTime() - start;
      }
      System.out.printf(
          Locale.ROOT,
          "round %d: %,.0f events/s, accuracy %.3f, %.1f MB%n",
          round,
          events * 1e9 / nanos,
          (double) right / events,
          c.memoryBytes() / 1048576.0);
    }
  }
}
