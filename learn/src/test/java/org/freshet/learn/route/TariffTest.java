package org.freshet.learn.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Ten kinds of events: the dear expert, at 2 against 1, is better by 0, 0.1, … 0.9. */
class TariffTest {
  private static final double[] PRICE = {1, 2};

  private static double lambda(double budget, double target, double good) {
    Tariff t = new Tariff(2, 100, budget, target);
    for (int i = 0; i <= 100; i++) {
      double[] worth = {0.1, 0.1 + i % 10 / 10.0};
      t.see(worth, PRICE, 0);
      t.ask();
      t.pay(Double.isInfinite(budget) ? 1.5 : budget); // just what may be spent
      t.grade(good);
    }
    return t.lambda();
  }

  @Test
  void theSmallestPriceOfCostThatKeepsToTheBudget() {
    // 1.3 buys the three events of ten where the dear one is better by 0.7, 0.8 and 0.9.
    assertThat(lambda(1.3, 0, 0)).isCloseTo(0.6, within(1e-6));
    assertThat(lambda(Double.POSITIVE_INFINITY, 0, 0)).isZero();
  }

  @Test
  void theLargestThatIsGoodEnough() {
    double none = Double.POSITIVE_INFINITY;
    // 0.1 for all, and 0.9 + 0.8 + 0.7 of ten: the mean is 0.34; without the 0.7 it is 0.27.
    assertThat(lambda(none, 0.3, 0.3)).isCloseTo(0.7, within(1e-6));
    assertThat(lambda(none, 0.5, 0.5)).as("0.52 with 0.3 and better").isCloseTo(0.3, within(1e-6));
    assertThat(lambda(none, 0.9, 0.9)).as("out of reach").isZero();
    // Answers were worse by 0.05 than thought, which is made up for: now 0.35 is sought.
    assertThat(lambda(none, 0.3, 0.25)).isCloseTo(0.6, within(1e-6));
  }

  @Test
  void theBudgetBindsBeforeTheTarget() {
    assertThat(lambda(1.3, 0.5, 0.5)).as("0.3 would be dearer").isCloseTo(0.6, within(1e-6));
    assertThat(lambda(1.3, 0.2, 0.2)).as("less is enough").isCloseTo(0.8, within(1e-6));
  }
}
