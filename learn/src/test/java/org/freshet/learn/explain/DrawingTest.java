package org.freshet.learn.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.learn.tree.FlatTree;
import org.freshet.learn.tree.Trees;
import org.junit.jupiter.api.Test;

class DrawingTest {
  private static final Schema SCHEMA =
      Schema.classification(
          List.of(Column.category("colour", "red", "<green>"), Column.numeric("size")),
          "y",
          "stop",
          "go");

  /** Red stops; green goes where the size is above a half. */
  private static Classifier tree() {
    Classifier c = Components.classifier("hoeffding_tree(grace_period=50)", SCHEMA, 1);
    Rng rng = new Rng(1);
    for (int i = 0; i < 4000; i++) {
      int colour = rng.nextInt(2);
      double size = rng.nextDouble();
      c.learn(Features.of(colour, size), colour == 1 && size > 0.5 ? 1 : 0, 1);
    }
    return c;
  }

  @Test
  void textHasALineForEachNodeWithItsWeight() {
    FlatTree flat = ((Trees) tree()).parts().get(0).tree();
    String[] lines = new TreeDrawing(flat, SCHEMA).text().split("\n");
    assertThat(lines).hasSize(flat.size() + 1);
    assertThat(lines[1]).matches("(colour = .*|colour|size ≤ 0\\.\\d+)\\?  \\[[\\d,]+\\]");
    assertThat(String.join("\n", lines)).contains("→ stop 100.0 %", "→ go ");
    double leaves = 0;
    for (int i = 0; i < flat.size(); i++) {
      leaves += flat.isLeaf(i) ? flat.cover(i) : 0;
    }
    assertThat(leaves).isCloseTo(flat.cover(0), within(1e-6)).isBetween(3000.0, 4000.1);
  }

  @Test
  void svgHasNoRawMarkupOfNames() {
    String svg = new TreeDrawing(((Trees) tree()).parts().get(0).tree(), SCHEMA).svg();
    assertThat(svg).contains("&lt;green").doesNotContain("<green");
  }

  /** A long name is cut, what is asked of it is not. */
  @Test
  void svgKeepsTheThreshold() {
    Schema schema =
        Schema.classification(
            List.of(Column.numeric("a_name_that_is_far_too_long_for_a_box")), "y", "0", "1");
    Classifier c = Components.classifier("hoeffding_tree(grace_period=50)", schema, 1);
    Rng rng = new Rng(5);
    for (int i = 0; i < 2000; i++) {
      double a = rng.nextDouble();
      c.learn(Features.of(a), a > 0.5 ? 1 : 0, 1);
    }
    String svg = new TreeDrawing(((Trees) c).parts().get(0).tree(), schema).svg();
    assertThat(svg).containsPattern(">a_name_that[a-z_]*… ≤ 0\\.\\d+<title>");
  }

  @Test
  void aTreeOfOneLeafIsDrawnToo() {
    Classifier c = Components.classifier("hoeffding_tree", SCHEMA, 1);
    TreeDrawing d = new TreeDrawing(((Trees) c).parts().get(0).tree(), SCHEMA);
    assertThat(d.text()).contains("→ stop 50.0 %  [0]");
    assertThat(d.json()).contains("\"shares\":{\"stop\":0.5,\"go\":0.5}");
    assertThat(d.svg()).endsWith("</svg>\n");
  }

  @Test
  void importanceFollowsADrift() {
    Classifier c =
        Components.classifier(
            "hoeffding_adaptive_tree(grace_period=50)",
            Schema.classification(List.of(Column.numeric("a"), Column.numeric("b")), "y", "0", "1"),
            1);
    ImportanceOverTime importance = new ImportanceOverTime(2, 0.98);
    Rng rng = new Rng(2);
    double[] shareOfA = new double[2];
    for (int i = 0; i < 12_000; i++) {
      Features x = Features.of(rng.nextDouble(), rng.nextDouble());
      int relevant = i < 6000 ? 0 : 1; // the class hangs on a, then on b
      c.learn(x, x.get(relevant) > 0.4 ? 1 : 0, 1);
      if (i % 20 == 0) {
        importance.add(new TreeShap((Trees) c), x, 1);
      }
      shareOfA[relevant] = importance.share(0);
    }
    assertThat(shareOfA[0]).isGreaterThan(0.9);
    assertThat(shareOfA[1]).isLessThan(0.1);
  }

  @Test
  void fadingByHand() {
    ImportanceOverTime importance = new ImportanceOverTime(2, 0.5);
    importance.add((x, label, out) -> fill(out, 1, -2), Features.of(0, 0), 0);
    importance.add((x, label, out) -> fill(out, -3, 0), Features.of(0, 0), 0);
    assertThat(importance.mean(0)).isCloseTo((0.5 * 1 + 3) / 1.5, within(1e-12));
    assertThat(importance.mean(1)).isCloseTo((0.5 * 2) / 1.5, within(1e-12));
    assertThat(importance.share(1)).isCloseTo(1 / 4.5, within(1e-12));
  }

  private static double fill(double[] out, double a, double b) {
    out[0] = a;
    out[1] = b;
    return 0;
  }
}
