package org.freshet.learn.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class AmountTest {
  private static final Schema TEXT =
      Schema.regression(java.util.List.of(), "amount").withSparse(java.util.List.of());

  private static Regressor regressor(Schema s, String spec) {
    return Build.of(s).withSeed(1).create(Spec.parse(spec), Regressor.class);
  }

  /** A text of so many words, all different. */
  private static Features words(int n) {
    int[] index = new int[n];
    double[] one = new double[n];
    for (int i = 0; i < n; i++) {
      index[i] = i;
      one[i] = 1;
    }
    return Features.sparse(index, one, n, 1000);
  }

  @Test
  void aLineOverTheLengthOfTheRow() {
    // The mean of the rest is 0, so that the line is all.
    Amount a = new Amount(7, regressor(TEXT, "target_mean"), 1000);
    assertThat(a.predict(words(3))).as("listed").isEqualTo(7);
    a.learn(words(10), 5);
    assertThat(a.predict(words(30))).as("one price so far").isEqualTo(5);
    a.learn(words(20), 9);
    a.learn(words(40), 17);
    // Through (10, 5), (20, 9), (40, 17): 0.4 a word and 1.
    assertThat(a.mean()).isCloseTo(31.0 / 3, within(1e-12));
    assertThat(a.predict(words(30))).isCloseTo(13, within(1e-12));
    assertThat(a.predict(words(400))).as("no more than was seen").isEqualTo(17);
    assertThat(a.predict(words(1))).as("no less").isEqualTo(5);
    Amount mean = new Amount(7, null, 1000);
    mean.learn(words(10), 5);
    mean.learn(words(40), 17);
    assertThat(mean.predict(words(40))).isEqualTo(11);
  }

  @Test
  void aRegressorForWhatTheLengthDoesNotTell() {
    Schema dense = Schema.regression(java.util.List.of(Column.numeric("x")), "amount");
    Amount a =
        new Amount(
            0, regressor(dense, "linear_regression(optimizer=adagrad(learning_rate=0.1))"), 1000);
    Rng rng = new Rng(1);
    for (int i = 0; i < 5000; i++) {
      double x = rng.nextDouble();
      a.learn(Features.of(x), 2 + 6 * x);
    }
    assertThat(a.predict(Features.of(0.1))).isCloseTo(2.6, within(0.2));
    assertThat(a.predict(Features.of(0.9))).isCloseTo(7.4, within(0.2));
  }

  @Test
  void oneAnswerInTenIsAboveTheBound() {
    Amount a = new Amount(0, null, 1000);
    Rng rng = new Rng(1);
    int above = 0;
    for (int i = 0; i < 20_000; i++) {
      double seconds = Math.exp(rng.nextGaussian());
      above += i >= 10_000 && seconds > a.bound(words(3)) ? 1 : 0;
      a.learn(words(3), seconds);
    }
    assertThat(above / 10_000.0).isBetween(0.08, 0.12);
    // The 90 % quantile of exp(N(0, 1)) is exp(1.2816) = 3.602.
    assertThat(a.bound(words(3))).isCloseTo(3.602, within(0.9));
  }

  @Test
  void restoredItGoesOnAsItWas() {
    Amount a = new Amount(7, regressor(TEXT, "target_mean"), 1000);
    Amount b = new Amount(7, regressor(TEXT, "target_mean"), 1000);
    for (int i = 1; i < 50; i++) {
      a.learn(words(i), i * i % 17);
    }
    StateWriter out = new StateWriter();
    a.save(out);
    b.load(StateReader.open("a", out.toBytes()));
    a.learn(words(8), 3);
    b.learn(words(8), 3);
    assertThat(b.predict(words(20))).isEqualTo(a.predict(words(20)));
    assertThat(b.bound(words(20))).isEqualTo(a.bound(words(20)));
    a.learn(words(8), Double.NaN);
    a.learn(words(8), -1);
    assertThat(a.predict(words(20))).as("no amounts").isEqualTo(b.predict(words(20)));
  }
}
