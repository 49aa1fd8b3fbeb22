package org.freshet.streams.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Source;
import org.freshet.core.StateException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every generator and for drift. */
class GeneratorContractTest {
  static String[] all() {
    return new String[] {
      "sea(concept=2, balance=true)",
      "stagger(noise=10%)",
      "sine(irrelevant=1)",
      "mixed",
      "agrawal(concept=4)",
      "led(drift=2)",
      "waveform(irrelevant=3, drift=1)",
      "hyperplane(magnitude=0.01)",
      "random_rbf(classes=3, speed=0.01)",
      "random_tree(classes=3, noise=5%)",
      "friedman(concept=5)",
      "payments(change=100)",
      "drift(before=sea, after=sea(concept=3), positions=300)",
      "drift(before=sea, after=sea(concept=3), positions=300, kind=gradual, width=100)",
      "drift(before=agrawal, after=agrawal(concept=7), positions=300, kind=incremental, width=200)",
      "drift(streams=[led, led(drift=3)], kind=recurring, period=37)",
    };
  }

  static Source source(String spec, long seed) {
    return Components.create(Spec.parse(spec), Build.of(null).withSeed(seed), Source.class);
  }

  /** Reads n events in batches of {@code step} into one. */
  static Batch read(Source s, int n, int step) {
    Batch all = new Batch(s.schema(), n);
    Batch some = new Batch(s.schema(), step);
    while (all.size() < n) {
      int got = s.read(some, Math.min(step, n - all.size()));
      if (got == 0) {
        break;
      }
      for (int r = 0; r < got; r++) {
        all.append(some.row(r), some.label(r), some.weight(r));
      }
    }
    return all;
  }

  static void assertSame(Batch a, int fromA, Batch b, int fromB, int n) {
    Features viewA = Batch.newView();
    Features viewB = Batch.newView();
    for (int r = 0; r < n; r++) {
      assertThat(a.row(fromA + r, viewA).toString()).isEqualTo(b.row(fromB + r, viewB).toString());
      assertThat(a.label(fromA + r)).isEqualTo(b.label(fromB + r));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void sameSeedSameEventsHoweverTheyAreRead(String spec) {
    Batch a = read(source(spec, 3), 600, 600);
    Batch b = read(source(spec, 3), 600, 7);
    assertThat(a.size()).isEqualTo(600);
    assertSame(a, 0, b, 0, 600);
    Batch other = read(source(spec, 4), 600, 600);
    int different = 0;
    for (int r = 0; r < 600; r++) {
      different += a.row(r, Batch.newView()).toString().equals(other.row(r).toString()) ? 0 : 1;
    }
    assertThat(different).isGreaterThan(100);
  }

  @ParameterizedTest
  @MethodSource("all")
  void seekGoesOnAsIfNeverStopped(String spec) {
    Batch whole = read(source(spec, 3), 600, 50);
    Source first = source(spec, 3);
    read(first, 351, 50);
    Source.Position at = first.position();
    assertThat(at.record()).isEqualTo(351);
    Source again = source(spec, 3);
    again.seek(at);
    assertThat(again.position()).isEqualTo(at);
    assertSame(whole, 351, read(again, 249, 20), 0, 249);
    assertThatThrownBy(() -> source(spec, 4).seek(at))
        .isInstanceOf(StateException.class)
        .hasMessageContaining("other parameters");
  }

  @ParameterizedTest
  @MethodSource("all")
  void givesNeitherMissingNorInfiniteValuesNorUnknownCategories(String spec) {
    Batch b = read(source(spec, 5), 500, 500);
    for (int r = 0; r < b.size(); r++) {
      Features x = b.row(r);
      for (int i = 0; i < x.width(); i++) {
        assertThat(x.get(i)).isFinite();
        if (b.schema().column(i).isCategory()) {
          int declared = b.schema().column(i).dictionary().declared();
          assertThat(x.get(i)).isBetween(0.0, declared - 1.0).isEqualTo(Math.rint(x.get(i)));
        }
      }
      assertThat(b.label(r)).isFinite();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void readingAllocatesNothing(String spec) {
    Source s = source(spec, 5);
    Batch b = new Batch(s.schema(), 256);
    s.read(b, 256);
    s.read(b, 256);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 40; i++) {
      s.read(b, 256);
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    // Up to three sines an event: StrictMath.sin of newer JVMs makes a small array of its own.
    assertThat(bytes).as("bytes for 10,240 events").isLessThan(4096 + 3 * 10_240 * bytesOfASine());
  }

  private static long bytesOfASine() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double sum = 0;
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1000; i++) {
      sum += StrictMath.sin(1 + i * 0.005);
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(sum).isFinite();
    return bytes / 1000;
  }

  @Test
  void endsAfterItsEvents() {
    Source s = source("sea(events=10)", 1);
    Batch b = new Batch(s.schema(), 8);
    assertThat(s.read(b, 100)).isEqualTo(8);
    assertThat(s.read(b, 100)).isEqualTo(2);
    assertThat(s.read(b, 100)).isZero();
    assertThat(b.size()).isZero();
    assertThatThrownBy(() -> source("sea(events=7d)", 1))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "parameter 'events' of sea is '7d', expected a number of events such as 10000 events");
  }

  @Test
  void ownSeedGoesBeforeThatOfTheRun() {
    Batch a = read(source("sea(seed=9)", 1), 20, 20);
    Batch b = read(source("sea(seed=9)", 2), 20, 20);
    assertSame(a, 0, b, 0, 20);
  }

  @Test
  void modelSeedSharesTheConceptAndNotTheEvents() {
    Source a = source("random_tree(seed=1, model_seed=5, nominal=0)", 1);
    Source b = source("random_tree(seed=2, model_seed=5, nominal=0)", 1);
    Batch eventsOfA = read(a, 300, 300);
    Batch eventsOfB = read(b, 300, 300);
    assertThat(eventsOfA.row(0).get(0)).isNotEqualTo(eventsOfB.row(0).get(0));
    double[] row = new double[5];
    LabelTree tree =
        new LabelTree(
            new RandomTree.Parameters(5, 0, 5, 2, 5, 3, 0.15, 0, null, 1, 5),
            new org.freshet.core.Rng(org.freshet.core.Rng.childSeed(5, "model", 0)));
    for (Batch batch : new Batch[] {eventsOfA, eventsOfB}) {
      for (int r = 0; r < 300; r++) {
        batch.row(r).copyTo(row, 0);
        assertThat(tree.label(row, 0)).isEqualTo(batch.labelCode(r));
      }
    }
  }

  @Test
  void randomTreeIsBounded() {
    assertThatThrownBy(
            () -> source("random_tree(depth=30, min_leaf_depth=30, values=10, nominal=20)", 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("random_tree has more than 1000000 nodes; lower its 'depth'");
    assertThatThrownBy(() -> source("random_tree(numeric=0, nominal=0)", 1))
        .hasMessageStartingWith("random_tree has no columns");
  }

  @Test
  void randomTreeWithoutLeavesAboveItsDepthIsFull() {
    RandomTree.Parameters p = new RandomTree.Parameters(3, 0, 2, 2, 6, 6, 0.5, 0, null, 1, -1);
    assertThat(new LabelTree(p, new org.freshet.core.Rng(1)).nodes()).isEqualTo(127);
    p = new RandomTree.Parameters(3, 0, 2, 2, 6, 0, 1, 0, null, 1, -1);
    assertThat(new LabelTree(p, new org.freshet.core.Rng(1)).nodes()).isEqualTo(1);
  }

  @Test
  void rbfEventsLieRoundTheirCentroids() {
    // one centroid: its distances have mean square sigma²; direction uniform, so each axis has
    // sigma²/d
    Batch b = read(source("random_rbf(centroids=1, attributes=4)", 6), 20_000, 1000);
    double[] mean = new double[4];
    double[] square = new double[4];
    for (int r = 0; r < b.size(); r++) {
      for (int i = 0; i < 4; i++) {
        mean[i] += b.row(r).get(i) / b.size();
        square[i] += Math.pow(b.row(r).get(i), 2) / b.size();
      }
    }
    double variance = square[0] - mean[0] * mean[0];
    for (int i = 0; i < 4; i++) {
      assertThat(mean[i]).isBetween(0.0, 1.0);
      assertThat(square[i] - mean[i] * mean[i]).isCloseTo(variance, within(0.1 * variance));
    }
  }

  @Test
  void movingCentroidsStayInTheCubeAndMoveAtTheirSpeed() {
    // the mean of 500 events follows the one centroid; after 1,000 events at 0.0005 it is 0.5
    // further
    Source moving = source("random_rbf(centroids=1, attributes=3, speed=0.0005)", 2);
    Source still = source("random_rbf(centroids=1, attributes=3)", 2);
    double[] atStart = mean(read(still, 2000, 500));
    read(moving, 100_000, 500);
    double[] later = mean(read(moving, 10, 10));
    double distance = 0;
    for (int i = 0; i < 3; i++) {
      assertThat(later[i]).isBetween(-1.5, 2.5);
      distance += Math.pow(later[i] - atStart[i], 2);
    }
    assertThat(Math.sqrt(distance)).isGreaterThan(0.05);
  }

  private static double[] mean(Batch b) {
    double[] mean = new double[b.schema().width()];
    for (int r = 0; r < b.size(); r++) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += b.row(r).get(i) / b.size();
      }
    }
    return mean;
  }
}
