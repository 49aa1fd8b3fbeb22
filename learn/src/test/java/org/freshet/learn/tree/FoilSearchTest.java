package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.junit.jupiter.api.Test;

class FoilSearchTest {
  /** 4 of 8 are of the class; 2 of 10: what is kept against the most there can be. */
  @Test
  void gainIsAShareOfTheMostThereCanBe() {
    assertThat(FoilSearch.gain(8, 4, 4, 4)).isCloseTo(1, within(1e-12));
    assertThat(FoilSearch.gain(8, 4, 2, 2)).isCloseTo(0.5, within(1e-12));
    assertThat(FoilSearch.gain(8, 4, 4, 2)).isCloseTo(0, within(1e-12));
    assertThat(FoilSearch.gain(8, 4, 4, 1)).isCloseTo(-0.25, within(1e-12));
    assertThat(FoilSearch.gain(10, 2, 4, 2))
        .isCloseTo(1 - Math.log(2) / Math.log(5), within(1e-12));
    assertThat(FoilSearch.gain(8, 8, 4, 4)).isZero(); // nothing to tell apart
  }

  /**
   * Class 0 on mon only, class 1 on tue and wed, 40 rows a day: for class 0 "is mon", for class 1
   * "is not mon", both the most there can be; the other feature says nothing. The log likelihood
   * ratio of class 0 is 120 · H(1/3) = 76.4 nats, above ln(1/δ) = 13.8 and under ln(1/1e-40) = 92.
   */
  @Test
  void findsTheConditionOfEachClass() {
    Schema schema =
        Schema.classification(
            List.of(
                Column.category("other", "a", "b"), Column.category("day", "mon", "tue", "wed")),
            "y",
            "0",
            "1");
    FoilSearch sure = searched(schema, 1e-6);
    for (int s = 0; s < 2; s++) {
      assertThat(sure.best(s)).isCloseTo(1, within(1e-12));
      assertThat(sure.test(s).feature).isEqualTo(1);
      assertThat(sure.test(s).threshold).isZero();
      assertThat(sure.isLeft(s)).isEqualTo(s == 0);
      assertThat(sure.isSure(s, 120)).isTrue();
      assertThat(searched(schema, 1e-40).isSure(s, 1e9)).isFalse();
    }
  }

  private static FoilSearch searched(Schema schema, double delta) {
    TreeParameters p =
        new TreeParameters(
            new SplitAttempts(100, delta, 0.05),
            new TreeLeaves(SplitCriterion.INFO_GAIN, LeafPrediction.MAJORITY, 10, true),
            1 << 20,
            true,
            Integer.MAX_VALUE,
            0,
            false);
    GrowingTree tree = new GrowingTree(p.growing(TreeParameters.Growth.ON_DEMAND), schema, null);
    for (int i = 0; i < 120; i++) {
      tree.learn(Features.of(i / 3 & 1, i % 3), i % 3 == 0 ? 0 : 1, 1);
    }
    FoilSearch search = new FoilSearch(p);
    search.search(tree.root().leaf);
    return search;
  }
}
