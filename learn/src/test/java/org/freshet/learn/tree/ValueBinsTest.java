package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.TreeMap;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.junit.jupiter.api.Test;

class ValueBinsTest {
  /** Against a sorted map: weights left of any value are exact while all values are kept. */
  @Test
  void isExactUpToItsNumberOfValues() {
    Rng rng = new Rng(1);
    ValueBins bins = new ValueBins(2, 64);
    TreeMap<Double, double[]> all = new TreeMap<>();
    int grown = 0;
    int before = bins.bytes();
    for (int i = 0; i < 1_000; i++) {
      double v = rng.nextInt(64) / 7.0;
      int slot = rng.nextInt(2);
      grown += bins.add(slot, v, 0.5);
      all.computeIfAbsent(v, x -> new double[2])[slot] += 0.5;
    }
    assertThat(bins.size()).isEqualTo(all.size());
    assertThat(bins.bytes()).isEqualTo(before + grown);
    for (double t = -1; t < 11; t += 0.37) {
      for (int s = 0; s < 2; s++) {
        double left = 0;
        for (double[] w : all.headMap(t, true).values()) {
          left += w[s];
        }
        assertThat(bins.side(s, t, true)).isEqualTo(left);
      }
    }
  }

  /** 1 and 2 are closest: with weights 1 and 3 they become one at 1.75. Then 10 and 12. */
  @Test
  void theClosestTwoBecomeOneAtTheirMean() {
    ValueBins bins = new ValueBins(1, 3);
    bins.add(0, 10, 1);
    bins.add(0, 1, 1);
    bins.add(0, 20, 1);
    bins.add(0, 2, 3);
    assertThat(bins.size()).isEqualTo(3);
    assertThat(bins.after(0)).isEqualTo((1.75 + 10) / 2);
    assertThat(bins.weight(0, 0)).isEqualTo(4);
    bins.add(0, 12, 1);
    assertThat(bins.after(0)).isEqualTo((1.75 + 11) / 2);
    assertThat(bins.side(0, 11, true)).isEqualTo(6);
    assertThat(bins.side(0, 11, false)).isEqualTo(1);
  }

  @Test
  void aClassThatComesLaterGetsACellInItsPlace() {
    ValueBins bins = new ValueBins(1, 8);
    bins.add(0, 3, 1);
    bins.add(0, 5, 2);
    bins.insertSlot(0);
    bins.add(0, 5, 7);
    assertThat(bins.weight(1, 0)).isEqualTo(7);
    assertThat(bins.weight(1, 1)).isEqualTo(2);
    assertThat(bins.weight(0, 1)).isEqualTo(1);
  }

  /** The class is 1 between 3 and 6: no Gaussian shows where, the values do. Gain by hand. */
  @Test
  void thresholdsLieBetweenTheValuesSeen() {
    Schema schema = Schema.classification(List.of(Column.numeric("a")), "class", "no", "yes");
    FeatureSet features = FeatureSet.all(schema).observedBy(NumericObserver.EXHAUSTIVE, -1);
    Leaf leaf = new Leaf(features, new int[0], new double[0], 0);
    double[] xs = new double[1];
    for (int i = 0; i < 10; i++) {
      Features x = Features.of(i);
      leaf.learn(xs, leaf.gather(x, xs), leaf.open(i >= 7 ? 1 : 0), 1);
    }
    SplitSearch search = new SplitSearch(SplitCriterion.INFO_GAIN, 10, 0.01, false);
    search.search(leaf);
    assertThat(search.threshold).isEqualTo(6.5);
    double h = -(0.7 * Math.log(0.7) + 0.3 * Math.log(0.3)) / Math.log(2);
    assertThat(search.best).isCloseTo(h, within(1e-12));
  }
}
