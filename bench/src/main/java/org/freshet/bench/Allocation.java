package org.freshet.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.freshet.core.Classifier;
import org.freshet.core.Source;
import org.freshet.core.component.Components;

/**
 * Bytes allocated per event, by the JVM's own counter of the thread, over passes of a warm learner
 * on a stream in memory: a learner that does not grow must allocate nothing. Exits with 1 when one
 * does.
 *
 * <p>{@code Allocation STREAM}
 */
public final class Allocation {
  private Allocation() {}

  public static void main(String[] args) {
    boolean fine = true;
    try (Source source = DataSets.open(args[0], 1)) {
      MoaStream stream = new MoaStream(source, 45_312);
      System.out.println(
          "Bytes allocated per event (predict and learn, one by one, after 5 passes):");
      for (String spec :
          new String[] {
            "gaussian_nb",
            "logistic_regression",
            "standard_scaler | logistic_regression",
            "hoeffding_tree",
            "adaptive_random_forest"
          }) {
        double bytes = perEvent(stream, spec);
        // Trees allocate when they grow; the forest grows all the time and is only shown.
        fine &= spec.endsWith("forest") || bytes < (spec.endsWith("tree") ? 1 : 0.01);
        System.out.printf("  %-40s %.4f%n", spec, bytes);
      }
    }
    System.exit(fine ? 0 : 1);
  }

  private static double perEvent(MoaStream stream, String spec) {
    Classifier c = Components.classifier(spec, stream.schema, 1);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double[] scores = new double[stream.schema.labels().size()];
    long id = Thread.currentThread().getId();
    long before = 0;
    long events = 0;
    for (int pass = 0; pass < 10; pass++) {
      if (pass == 5) {
        before = threads.getThreadAllocatedBytes(id);
        events = 0;
      }
      for (int r = 0; r < stream.batch.size(); r++) {
        c.testThenLearn(stream.batch.row(r), stream.batch.labelCode(r), 1, scores);
        events++;
      }
    }
    return (double) (threads.getThreadAllocatedBytes(id) - before) / events;
  }
}
