package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.learn.BundledStreams;
import org.junit.jupiter.api.Test;

class HoeffdingTreeTest {
  private static int[] predictions(String spec, Batch stream, long seed) {
    Classifier c = Components.classifier(spec, stream.schema(), seed);
    int[] out = new int[stream.size()];
    double[] scores = new double[stream.schema().labels().size()];
    for (int r = 0; r < out.length; r++) {
      c.testThenLearn(stream.row(r), stream.labelCode(r), 1, scores);
      out[r] = Kernels.argmax(scores, scores.length);
    }
    return out;
  }

  private static double accuracy(int[] predicted, Batch stream) {
    int right = 0;
    for (int r = 0; r < predicted.length; r++) {
      right += predicted[r] == stream.labelCode(r) ? 1 : 0;
    }
    return (double) right / predicted.length;
  }

  /** MOA 2024.07, trees.HoeffdingTree with its defaults: 78.28 %. */
  @Test
  void predictsWhatMoaPredictsOnElectricity() throws Exception {
    Batch stream = BundledStreams.electricity();
    byte[] bits;
    try (InputStream in =
        getClass().getResourceAsStream("/moa/hoeffding_tree-electricity.bits.gz")) {
      bits = new GZIPInputStream(in).readAllBytes();
    }
    int[] predicted = predictions("hoeffding_tree", stream, 1);
    int same = 0;
    for (int r = 0; r < predicted.length; r++) {
      same += predicted[r] == (bits[r >> 3] >> (r & 7) & 1) ? 1 : 0;
    }
    assertThat(same / 45_312.0).isGreaterThan(0.996);
    assertThat(accuracy(predicted, stream)).isBetween(0.7808, 0.7848);
  }

  /** One column of noise: alone it splits at the first attempt, unless not splitting competes. */
  @Test
  void prePruningKeepsALoneUselessFeatureFromSplitting() {
    Schema schema = Schema.classification(List.of(Column.numeric("a")), "class", "no", "yes");
    for (boolean prune : new boolean[] {false, true}) {
      HoeffdingTree c =
          (HoeffdingTree)
              Components.classifier("hoeffding_tree(pre_prune=" + prune + ")", schema, 1);
      Rng rng = new Rng(2);
      for (int i = 0; i < 1_000; i++) {
        c.learn(Features.of(rng.nextGaussian()), rng.nextInt(2), 1);
      }
      assertThat(c.nodes() == 1).isEqualTo(prune);
    }
  }

  /** MOA 2024.07, trees.HoeffdingAdaptiveTree with its defaults: 80.94 %. */
  @Test
  void theAdaptiveTreeIsAsAccurateAsMoasOnElectricity() throws Exception {
    Batch stream = BundledStreams.electricity();
    double sum = 0;
    for (int seed = 1; seed <= 3; seed++) {
      sum += accuracy(predictions("hoeffding_adaptive_tree", stream, seed), stream);
    }
    assertThat(sum / 3).isBetween(0.8044, 0.825);
  }

  /** A tree that may not split turns over its only leaf when the classes change places. */
  @Test
  void aLeafOfTheAdaptiveTreeIsReplacedToo() {
    Schema schema = Schema.classification(List.of(Column.numeric("a")), "class", "no", "yes");
    String spec = "hoeffding_adaptive_tree(grace_period=1000000)";
    HoeffdingAdaptiveTree c = (HoeffdingAdaptiveTree) Components.classifier(spec, schema, 1);
    Rng rng = new Rng(3);
    double[] scores = new double[2];
    int right = 0;
    for (int i = 0; i < 14_000; i++) {
      int label = rng.nextInt(2);
      double v = (i < 10_000 == (label == 1) ? 2 : -2) + rng.nextGaussian();
      c.testThenLearn(Features.of(v), label, 1, scores);
      right += i >= 12_000 && Kernels.argmax(scores, 2) == label ? 1 : 0;
    }
    assertThat(c.drifts().total()).isPositive();
    assertThat(right).isGreaterThan(1_900); // 1,954 can be known
  }

  /** A stream whose class is a rule of one category and one number. */
  private static Batch rule(int events, boolean holes) {
    Schema schema =
        Schema.classification(
            List.of(
                Column.numeric("a").withMissing(holes),
                Column.category("b", "x", "y", "z"),
                Column.numeric("c")),
            "class",
            "no",
            "yes");
    Batch b = new Batch(schema, events);
    Rng rng = new Rng(4);
    for (int i = 0; i < events; i++) {
      b.beginRow();
      double a = rng.nextDouble();
      int category = rng.nextInt(3);
      b.set(0, holes && rng.nextInt(10) == 0 ? Double.NaN : a);
      b.set(1, category);
      b.set(2, rng.nextGaussian());
      b.setLabel(category == 1 == a < 0.5 ? 1 : 0);
      b.endRow();
    }
    return b;
  }

  @Test
  void learnsARuleOfACategoryAndANumber() {
    for (String criterion : List.of("info_gain", "gini", "hellinger")) {
      for (boolean binary : new boolean[] {false, true}) {
        String spec =
            "hoeffding_tree(split_criterion=" + criterion + ", binary_splits=" + binary + ")";
        Batch stream = rule(40_000, false);
        int[] p = predictions(spec, stream, 1);
        int right = 0;
        for (int r = 30_000; r < 40_000; r++) {
          right += p[r] == stream.labelCode(r) ? 1 : 0;
        }
        assertThat(right).as(spec).isGreaterThan(9_300);
      }
    }
  }

  /** Class 1 is in narrow bands that a Gaussian blurs; also: state that goes on bit for bit. */
  @Test
  void observersThatKeepValuesFindNarrowBands() throws Exception {
    Schema schema =
        Schema.classification(
            List.of(Column.numeric("a"), Column.numeric("b").withMissing(true)),
            "class",
            "no",
            "yes");
    int[] right = new int[3];
    for (int o = 0; o < 3; o++) {
      String observer = NumericObserver.values()[o].name().toLowerCase(java.util.Locale.ROOT);
      String spec = "hoeffding_tree(leaf_prediction=majority, numeric_observer=" + observer + ")";
      Classifier c = Components.classifier(spec, schema, 1);
      Rng rng = new Rng(7);
      double[] scores = new double[2];
      for (int i = 0; i < 20_000; i++) {
        double a = rng.nextDouble();
        Features x = Features.of(a, rng.nextInt(3) == 0 ? Double.NaN : rng.nextGaussian());
        int label = (int) (a * 8) % 2;
        c.testThenLearn(x, label, 1, scores);
        right[o] += i >= 10_000 && Kernels.argmax(scores, 2) == label ? 1 : 0;
        if (i == 9_999) {
          org.freshet.core.state.StateWriter out = new org.freshet.core.state.StateWriter();
          c.save(out);
          long bytes = c.memoryBytes();
          c = Components.classifier(spec, schema, 2);
          c.load(org.freshet.core.state.StateReader.open("test", out.toBytes()));
          assertThat(c.memoryBytes()).as(spec).isEqualTo(bytes);
        }
      }
    }
    assertThat(right[1]).isGreaterThan(right[0] + 500);
    assertThat(right[2]).isGreaterThan(right[0] + 500).isGreaterThan(9_500);
  }

  @Test
  void missingValuesGoDownTheHeavierBranchAndDoNoHarm() {
    Batch stream = rule(40_000, true);
    int[] p = predictions("hoeffding_tree", stream, 1);
    int right = 0;
    for (int r = 30_000; r < 40_000; r++) {
      right += p[r] == stream.labelCode(r) ? 1 : 0;
    }
    // A tenth of the rows lacks the number, so that half of those are a guess.
    assertThat(right).isGreaterThan(8_900);
  }

  @Test
  void aNewCategoryGetsABranchOfItsOwn() {
    Batch stream = rule(20_000, false);
    Classifier c = Components.classifier("hoeffding_tree(grace_period=50)", stream.schema(), 1);
    for (int r = 0; r < stream.size(); r++) {
      c.learn(stream.row(r), stream.labelCode(r), 1);
    }
    double[] scores = new double[2];
    c.scores(Features.of(0.9, 7, 0), scores);
    assertThat(scores[0] + scores[1]).isEqualTo(1, org.assertj.core.api.Assertions.within(1e-12));
    for (int i = 0; i < 50; i++) {
      c.learn(Features.of(0.9, 7, 0), 1, 1);
    }
    assertThat(c.predict(Features.of(0.9, 7, 0))).isEqualTo(1);
  }

  @Test
  void depthLimitKeepsLeavesLeaves() {
    Batch stream = rule(20_000, false);
    HoeffdingTree c =
        (HoeffdingTree) Components.classifier("hoeffding_tree(max_depth=1)", stream.schema(), 1);
    for (int r = 0; r < stream.size(); r++) {
      c.learn(stream.row(r), stream.labelCode(r), 1);
    }
    assertThat(c.nodes()).isBetween(2, 4);
  }

  @Test
  void aTreeBeyondItsSizeBeginsAnew() {
    Batch stream = rule(20_000, false);
    String spec = "hoeffding_tree(grace_period=50, binary_splits=true, max_nodes=5)";
    HoeffdingTree c = (HoeffdingTree) Components.classifier(spec, stream.schema(), 1);
    int most = 0;
    int resets = 0;
    for (int r = 0; r < stream.size(); r++) {
      int before = c.nodes();
      c.learn(stream.row(r), stream.labelCode(r), 1);
      most = Math.max(most, c.nodes());
      resets += c.nodes() < before ? 1 : 0;
    }
    assertThat(most).isEqualTo(5);
    assertThat(resets).isPositive();
  }

  /** 40 numeric columns and a rule that needs many leaves: without the limit it takes megabytes. */
  @Test
  void memoryLimitHoldsAndTheTreeStillLearns() {
    java.util.ArrayList<Column> columns = new java.util.ArrayList<>();
    for (int i = 0; i < 40; i++) {
      columns.add(Column.numeric("x" + i));
    }
    Schema schema = Schema.classification(columns, "class", "a", "b", "c");
    String limited = "hoeffding_tree(grace_period=50, split_confidence=0.1, max_bytes=64KB)";
    Classifier small = Components.classifier(limited, schema, 1);
    Classifier large = Components.classifier(limited.replace("64KB", "32MB"), schema, 1);
    Rng rng = new Rng(9);
    double[] x = new double[40];
    double[] scores = new double[3];
    int right = 0;
    long most = 0;
    for (int i = 0; i < 60_000; i++) {
      for (int k = 0; k < x.length; k++) {
        x[k] = rng.nextDouble();
      }
      int label = ((int) (x[3] * 8) + (int) (x[7] * 4)) % 3;
      small.testThenLearn(Features.of(x), label, 1, scores);
      large.learn(Features.of(x), label, 1);
      right += i >= 40_000 && Kernels.argmax(scores, 3) == label ? 1 : 0;
      most = Math.max(most, small.memoryBytes());
    }
    assertThat(most).isLessThan(64 * 1024 + 8 * 1024);
    assertThat(large.memoryBytes()).isGreaterThan(2 * most);
    assertThat(right).isGreaterThan(8_000); // 6,700 by majority
  }
}
