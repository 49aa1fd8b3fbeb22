package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.learn.States;
import org.junit.jupiter.api.Test;

class OrtoTest {
  private static final Schema TWO =
      Schema.regression(List.of(Column.numeric("a"), Column.numeric("b")), "y");

  private static Orto make(String arguments, Schema schema) {
    return Components.create(Spec.parse("orto" + arguments), Build.of(schema), Orto.class);
  }

  private static void learnTied(Orto tree) {
    for (int i = 0; i < 200; i++) {
      double v = i % 2 == 0 ? 0.1 + i % 30 / 100.0 : 0.7 + i % 30 / 100.0;
      tree.learn(Features.of(v, v), i % 2 == 0 ? 1 : 5, 1);
    }
  }

  /**
   * Two columns that tell the same: at the first attempt, where fimt_dd has to wait, both become
   * options: an option node, two tests and four leaves. A row on which they differ gets the mean.
   */
  @Test
  void tiedTestsBecomeOptionsWhoseAnswersAreAveraged() {
    Orto tree = make("(leaf_prediction=mean)", TWO);
    learnTied(tree);
    assertThat(tree.nodes()).isEqualTo(7);
    assertThat(tree.trees()).isEqualTo(2);
    assertThat(tree.predict(Features.of(0.2, 0.2))).isCloseTo(1, within(1e-9));
    assertThat(tree.predict(Features.of(0.9, 0.9))).isCloseTo(5, within(1e-9));
    assertThat(tree.predict(Features.of(0.2, 0.9))).isCloseTo(3, within(1e-9));
  }

  @Test
  void oneTreeIsFimtDdWithoutItsDetectors() {
    Batch stream = Friedman.stream(4_000, 2);
    Orto one = make("(max_trees=1)", stream.schema());
    FimtDd plain =
        Components.create(
            Spec.parse("fimt_dd(drift_detection=false)"), Build.of(stream.schema()), FimtDd.class);
    for (int i = 0; i < stream.size(); i++) {
      assertThat(one.testThenLearn(stream.row(i), stream.label(i), 1))
          .isEqualTo(plain.testThenLearn(stream.row(i), stream.label(i), 1));
    }
  }

  /** No more than max_trees; the claim of the paper: options err less than the tree that waits. */
  @Test
  void optionsErrLessThanWaiting() {
    Batch stream = Friedman.stream(10_000, 1);
    Orto options = make("", stream.schema());
    double rmse = Friedman.rmse(options, stream, 0);
    assertThat(options.trees()).isBetween(2, 10);
    assertThat(rmse).isLessThan(Friedman.rmse(make("(max_trees=1)", stream.schema()), stream, 0));
  }

  @Test
  void optionsAreRestored() {
    Orto tree = make("", TWO);
    learnTied(tree);
    Orto again = States.restore(tree, make("", TWO));
    assertThat(again.trees()).isEqualTo(2);
    learnTied(tree);
    learnTied(again);
    assertThat(States.bytes(again)).isEqualTo(States.bytes(tree));
  }

  @Test
  void staysInsideItsMemory() {
    Batch stream = Friedman.stream(10_000, 4);
    Orto small = make("(max_bytes=128KB, grace_period=50)", stream.schema());
    assertThat(Friedman.rmse(small, stream, 0)).isLessThan(3);
    assertThat(small.memoryBytes()).isLessThan(131_072 + 10_000);
  }
}
