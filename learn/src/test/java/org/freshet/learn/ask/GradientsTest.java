package org.freshet.learn.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

class GradientsTest {
  private static final Schema SCHEMA = Streams.schema(2, "a", "b", "c");

  private static Asked event(String learner) {
    Asked c = new Asked(SCHEMA, "random", 0.1, 1);
    c.learner = Components.create(Spec.parse(learner), Build.of(SCHEMA), Classifier.class);
    return c;
  }

  /** P = (0.2, 0.5, 0.3), the row is (3, 4): each class's share of (3, 4, 1), less it for b. */
  @Test
  void gradientByHand() {
    Asked c = event("softmax_regression");
    c.x = Features.of(3, 4);
    c.scores = new double[] {0.2, 0.5, 0.3};
    double[] g = new double[9];
    new Gradients(SCHEMA, 9).gradient(c, g);
    double[] expected = {0.6, 0.8, 0.2, -1.5, -2, -0.5, 0.9, 1.2, 0.3};
    for (int i = 0; i < 9; i++) {
      assertThat(g[i]).isCloseTo(expected[i], within(1e-12));
    }
  }

  @Test
  void longOnesKeepTheirLengthInTheMean() {
    Asked c = event("softmax_regression");
    Rng rng = new Rng(2);
    double ratio = 0;
    for (int n = 0; n < 400; n++) {
      c.x = Features.of(rng.nextGaussian(), rng.nextGaussian());
      c.scores = new double[] {0.2, 0.5, 0.3};
      ratio += length(c, 5) / length(c, 9) / 400;
    }
    assertThat(ratio).isBetween(0.7, 1.4);
  }

  private static double length(Asked c, int values) {
    double[] g = new double[values];
    new Gradients(SCHEMA, values).gradient(c, g);
    return Kernels.dot(g, 0, g, 0, values);
  }

  /** A pipeline inside a wrapper is looked into: its scaler moves what the last layer sees. */
  @Test
  void wrappersAndPipelinesAreLookedInto() {
    Asked plain = event("softmax_regression");
    Asked wrapped = event("drift_reset(learner=min_max_scaler | softmax_regression)");
    for (double v : new double[] {0, 10}) {
      wrapped.learner.learn(Features.of(v, v), 0, 1);
    }
    plain.x = wrapped.x = Features.of(5, 10);
    double[] g = new double[3];
    new Gradients(SCHEMA, 3).inputs(plain, g);
    assertThat(g).containsExactly(5, 10, 1);
    Arrays.fill(g, 0);
    new Gradients(SCHEMA, 3).inputs(wrapped, g);
    assertThat(g).containsExactly(0.5, 1, 1);
  }

  @Test
  void othersAreTakenForLinear() {
    Asked tree = event("hoeffding_tree");
    tree.x = Features.of(5, 10);
    double[] g = new double[3];
    new Gradients(SCHEMA, 3).inputs(tree, g);
    assertThat(g).containsExactly(5, 10, 1);
    assertThat(new Gradients(SCHEMA, 1).norm(tree)).isCloseTo(Math.sqrt(126), within(1e-12));
  }
}
