package org.freshet.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A step with the vector kernels allocates nothing once it is compiled: a vector that does not stay
 * in a register would be an object for each product.
 */
class AllocationTest {
  private static final int WIDTH = 36;
  private static final int EVENTS = 500;
  private static final int MOST = 400; // times as many, until compiled

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mlp(hidden=[40, 20])",
        "mlp(hidden=[40, 20], batch=10, replay=reservoir(size=100, batch=10))",
        "mlp(hidden=[140], batch=32, optimizer=sgd(learning_rate=0.01))",
        "convolutional(filters=[16, 32], hidden=[20], batch=10,"
            + " replay=reservoir(size=100, batch=10))"
      })
  void aStepAllocatesNothing(String spec) {
    List<Column> columns =
        IntStream.range(0, WIDTH).mapToObj(i -> Column.numeric("x" + i)).toList();
    Classifier c = Components.classifier(spec, Schema.classification(columns, "y", "no", "yes"), 1);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    Rng rng = new Rng(1);
    double[] row = new double[WIDTH];
    Features x = Features.of(row);
    double[] scores = new double[2];
    long least = Long.MAX_VALUE;
    for (int k = 0; k < MOST && least >= EVENTS; k++) {
      long before = threads.getThreadAllocatedBytes(id);
      for (int i = 0; i < EVENTS; i++) {
        row[i % WIDTH] = rng.nextGaussian();
        c.testThenLearn(x, i & 1, 1, scores);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
    }
    assertThat(least).as("bytes for %d events", EVENTS).isLessThan(EVENTS);
  }
}
