package org.freshet.learn.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.learn.BundledStreams;
import org.freshet.learn.tree.FlatTree;
import org.freshet.learn.tree.Trees;
import org.junit.jupiter.api.Test;

class TreeShapTest {
  private static final String[] CLASSIFIERS = {
    "hoeffding_tree(grace_period=50)",
    "hoeffding_tree(grace_period=50, leaf_prediction=naive_bayes)",
    "hoeffding_adaptive_tree(grace_period=50)",
    "extremely_fast_decision_tree(grace_period=50)",
    "plastic(grace_period=50)",
    "adaptive_random_forest(members=3)"
  };

  /** Three numbers, two categories, some of them missing; three classes by rules and noise. */
  private static Batch mixed(int n, boolean number) {
    List<Column> columns =
        List.of(
            Column.numeric("a").withMissing(true),
            Column.numeric("b"),
            Column.numeric("c"),
            Column.category("d", "p", "q", "r", "s"),
            Column.category("e", "u", "v", "w"));
    Schema schema =
        number
            ? Schema.regression(columns, "y")
            : Schema.classification(columns, "y", "0", "1", "2");
    Batch rows = new Batch(schema, n);
    Rng rng = new Rng(7);
    for (int i = 0; i < n; i++) {
      double a = rng.nextDouble();
      double b = rng.nextDouble();
      int d = rng.nextInt(3);
      int e = rng.nextInt(3);
      double y = (a > 0.5 ? 1 : 0) + (d == 1 ? (b > 0.3 ? 1 : 0) : e == 2 ? 1 : 0);
      y = rng.nextInt(10) == 0 ? rng.nextInt(3) : y;
      rows.append(
          Features.of(rng.nextInt(20) == 0 ? Double.NaN : a, b, rng.nextDouble(), d, e), y, 1);
    }
    return rows;
  }

  private static Classifier learnt(String spec, Batch rows) {
    Classifier c = Components.classifier(spec, rows.schema(), 1);
    for (int r = 0; r < rows.size(); r++) {
      c.learn(rows.row(r), rows.labelCode(r), 1);
    }
    return c;
  }

  @Test
  void sumsToTheProbabilityOfEveryLabel() {
    Batch rows = mixed(4000, false);
    double[] out = new double[5];
    double[] scores = new double[3];
    for (String spec : CLASSIFIERS) {
      Classifier c = learnt(spec, rows);
      assertThat(((Trees) c).parts().get(0).tree().size()).as(spec).isGreaterThan(4);
      TreeShap shap = new TreeShap((Trees) c);
      for (int r = 0; r < 200; r++) {
        c.scores(rows.row(r), scores);
        for (int label = 0; label < 3; label++) {
          double sum = shap.attribute(rows.row(r), label, out);
          for (double v : out) {
            sum += v;
          }
          assertThat(sum).as(spec).isCloseTo(scores[label], within(1e-9));
        }
      }
    }
  }

  @Test
  void agreesWithShapleyValuesByAllSubsets() {
    Batch rows = mixed(4000, false);
    double[] out = new double[5];
    double[] slow = new double[5];
    Features unseen = Features.of(0.7, 0.2, 0.5, 3, 2); // a category without a branch
    for (String spec : CLASSIFIERS) {
      Trees trees = (Trees) learnt(spec, rows);
      TreeShap shap = new TreeShap(trees);
      for (int r = -1; r < 20; r++) {
        Features x = r < 0 ? unseen : rows.row(r);
        for (int label = 0; label < 3; label++) {
          double base = shap.attribute(x, label, out);
          assertThat(base).isCloseTo(bruteForce(trees, x, label, slow), within(1e-9));
          assertThat(out).as(spec).containsExactly(slow, within(1e-9));
        }
      }
    }
  }

  @Test
  void regressionTreesToo() {
    Batch rows = mixed(4000, true);
    double[] out = new double[5];
    double[] slow = new double[5];
    for (String spec :
        new String[] {
          "fimt_dd(grace_period=50)",
          "fimt_dd(grace_period=50, leaf_prediction=mean)",
          "adaptive_random_forest_regressor(members=3, grace_period=20)"
        }) {
      Regressor g = Components.regressor(spec, rows.schema(), 1);
      for (int r = 0; r < rows.size(); r++) {
        g.learn(rows.row(r), rows.label(r), 1);
      }
      assertThat(((Trees) g).parts().get(0).tree().size()).isGreaterThan(4);
      TreeShap shap = new TreeShap((Trees) g);
      for (int r = 0; r < 20; r++) {
        double sum = shap.attribute(rows.row(r), 0, out);
        assertThat(sum).isCloseTo(bruteForce((Trees) g, rows.row(r), 0, slow), within(1e-9));
        assertThat(out).containsExactly(slow, within(1e-9));
        for (double v : out) {
          sum += v;
        }
        assertThat(sum).isCloseTo(g.predict(rows.row(r)), within(1e-9));
      }
    }
  }

  @Test
  void deepTreesOfManyColumnsSumToo() throws IOException {
    Batch rows = BundledStreams.electricity();
    Classifier c = learnt("extremely_fast_decision_tree(grace_period=50)", rows);
    TreeShap shap = new TreeShap((Trees) c);
    double[] out = new double[6];
    double[] scores = new double[2];
    for (int r = 0; r < rows.size(); r += 97) {
      double sum = shap.attribute(rows.row(r), 1, out);
      for (double v : out) {
        sum += v;
      }
      c.scores(rows.row(r), scores);
      assertThat(sum).isCloseTo(scores[1], within(1e-9));
    }
  }

  @Test
  void tablesGiveWhatTheWalkGives() throws IOException {
    Batch rows = BundledStreams.electricity();
    Classifier c = learnt("extremely_fast_decision_tree(grace_period=50)", rows);
    FlatTree tree = ((Trees) c).parts().get(0).tree();
    PathWalk walk = new PathWalk(tree);
    SubtreeTables roomForOneLabel = null;
    long room = 1000;
    while (roomForOneLabel == null) {
      room += 1000;
      roomForOneLabel = SubtreeTables.of(tree, room);
    }
    for (int r = 0; r < rows.size(); r += 97) {
      int label = r % 2;
      double[] expected = new double[6];
      double[] out = new double[6];
      double base = walk.attribute(rows.row(r), label, expected, 0.5);
      assertThat(roomForOneLabel.attribute(rows.row(r), label, out, 0.5))
          .isCloseTo(base, within(1e-12));
      assertThat(out).containsExactly(expected, within(1e-12));
    }
    assertThat(SubtreeTables.of(tree, 10)).isNull();
  }

  @Test
  void nothingLearntHasNothingToExplain() {
    Schema schema = mixed(1, false).schema();
    for (String spec : CLASSIFIERS) {
      Classifier c = Components.classifier(spec, schema, 1);
      double[] out = {7, 7, 7, 7, 7};
      double base = new TreeShap((Trees) c).attribute(Features.of(0, 0, 0, 0, 0), 2, out);
      assertThat(base).isCloseTo(1 / 3.0, within(1e-12));
      assertThat(out).containsOnly(0);
    }
  }

  /** The game by its definition, the values of all subsets of columns; the base value. */
  private static double bruteForce(Trees trees, Features x, int label, double[] out) {
    int d = out.length;
    double[] game = new double[1 << d];
    double weights = trees.parts().stream().mapToDouble(Trees.Part::weight).sum();
    for (Trees.Part p : trees.parts()) {
      for (int s = 0; s < game.length; s++) {
        game[s] += p.weight() / weights * expected(p.tree(), 0, x, label, s, true);
      }
    }
    for (int j = 0; j < d; j++) {
      out[j] = 0;
      for (int s = 0; s < game.length; s++) {
        if ((s >>> j & 1) == 0) {
          double orders = factorial(Integer.bitCount(s)) * factorial(d - Integer.bitCount(s) - 1);
          out[j] += orders / factorial(d) * (game[s | 1 << j] - game[s]);
        }
      }
    }
    return game[0];
  }

  private static double factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
  }

  private static double expected(
      FlatTree t, int node, Features x, int label, int known, boolean own) {
    if (t.isLeaf(node)) {
      return own ? t.answer(x, label) : t.value(node, label);
    }
    Object taken = t.taken(node, x);
    double sum = 0;
    for (int i = node + 1; i < t.size(); i++) {
      if (t.parent(i) == node) {
        boolean on = t.isChild(i, taken);
        boolean isKnown = (known >>> t.feature(node) & 1) == 1;
        double share = isKnown ? (on ? 1 : 0) : t.cover(node) > 0 ? t.cover(i) / t.cover(node) : 0;
        sum += share == 0 ? 0 : share * expected(t, i, x, label, known, own && on);
      }
    }
    return sum;
  }
}
