package org.freshet.bench;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** {@code mlp} as a user has it: rows of features in, classes out. */
final class OurNetwork implements NeuralSide {
  private final Classifier network;
  private final Features[] views;
  private final int[] labels;

  OurNetwork(NeuralRows rows, String spec) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < rows.columns; i++) {
      columns.add(Column.numeric("x" + i));
    }
    String[] names = new String[rows.classes];
    for (int c = 0; c < names.length; c++) {
      names[c] = "c" + c;
    }
    network = Components.classifier(spec, Schema.classification(columns, "y", names), 1);
    labels = rows.labels;
    views = new Features[rows.rows.length];
    for (int r = 0; r < views.length; r++) {
      double[] v = new double[rows.columns];
      for (int i = 0; i < v.length; i++) {
        v[i] = rows.rows[r][i];
      }
      views[r] = Features.of(v);
    }
  }

  @Override
  public void learn(int from, int n) {
    for (int r = from; r < from + n; r++) {
      network.learn(views[r], labels[r], 1);
    }
  }

  @Override
  public void predict(int row, double[] scores) {
    network.scores(views[row], scores);
  }

  /** The weights of a layer, a row for each input: layers are hidden0, hidden1 … and head. */
  float[] weights(String layer) {
    StateWriter out = new StateWriter();
    network.save(out);
    return StateReader.open("network", out.toBytes())
        .child("network")
        .child(layer + "_w")
        .floats("w");
  }
}
