package org.freshet.neural.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Schema;
import org.freshet.core.ask.Embedder;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

/** Networks tell what their last layer sees. */
class EmbedderTest {
  private static Learner make(String spec, int width) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      columns.add(Column.numeric("x" + i));
    }
    Schema schema = Schema.classification(columns, "y", "a", "b");
    return Components.create(Spec.parse(spec), Build.of(schema), Learner.class);
  }

  private static double[] embedding(Learner learner, double... row) {
    Embedder e = (Embedder) learner;
    double[] into = new double[e.embeddingWidth()];
    e.embedding(Features.of(row), into);
    return into;
  }

  @Test
  void withoutHiddenLayersItIsTheRow() {
    Learner linear = make("mlp(hidden=[])", 3);
    assertThat(embedding(linear, 1, -2, 0.5)).containsExactly(1, -2, 0.5);
  }

  /** Rectified units without a bias yet: twice the row, twice the values, and none below 0. */
  @Test
  void itIsTheLastHiddenLayer() {
    Learner network = make("mlp(hidden=[7, 5])", 3);
    double[] once = embedding(network, 0.5, -1, 0.25);
    double[] twice = embedding(network, 1, -2, 0.5);
    assertThat(once).hasSize(5);
    double sum = 0;
    for (int i = 0; i < 5; i++) {
      assertThat(once[i]).isNotNegative();
      assertThat(twice[i]).isCloseTo(2 * once[i], within(1e-6));
      sum += once[i];
    }
    assertThat(sum).isPositive();
  }

  /** Looking changes nothing. */
  @Test
  void lookingIsPure() {
    Learner network = make("convolutional(image=[4, 4, 1], filters=[16], hidden=[6])", 16);
    double[] row = new double[16];
    row[5] = 1;
    for (int i = 0; i < 20; i++) {
      ((Classifier) network).learn(Features.of(row), i % 2, 1);
    }
    assertThat(embedding(network, row)).hasSize(6);
    double[] before = new double[2];
    double[] after = new double[2];
    ((Classifier) network).scores(Features.of(row), before);
    embedding(network, new double[16]);
    ((Classifier) network).scores(Features.of(row), after);
    assertThat(after).isEqualTo(before);
  }
}
