package org.freshet.learn.ask.question;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.core.ask.Question;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.learn.States;
import org.junit.jupiter.api.Test;

class QuestionsTest {
  private static final double[] FIVE = {0.1, 0.4, 0.05, 0.25, 0.2}; // 1, 3, 4, 0, 2 in order
  private static final double THREE = Math.log(3) / Math.log(2);

  private static Question make(String spec) {
    return Components.create(Spec.parse(spec), Build.of(null), Question.class);
  }

  private static double bits(Question q, int label) {
    q.ask(7, FIVE, 0, 5);
    return q.answer(7, label, FIVE, 0, 5);
  }

  @Test
  void theFullQuestionCostsTheLogarithmOfTheClasses() {
    Question q = make("label");
    assertThat(bits(q, 2)).isCloseTo(Math.log(5) / Math.log(2), within(1e-12));
    assertThat(q.learnt()).isEqualTo(2);
    assertThat(bits(q, 7)).as("a new class opens a reply").isCloseTo(3, within(1e-12));
  }

  @Test
  void yesNoGoesDownTheRanks() {
    Question q = make("yes_no");
    assertThat(bits(q, 1)).isEqualTo(1);
    assertThat(bits(q, 3)).isEqualTo(2);
    assertThat(bits(q, 0)).isEqualTo(4);
    assertThat(bits(q, 2)).as("the last one left is not asked about").isEqualTo(4);
    assertThat(q.learnt()).isEqualTo(2);
    assertThat(q.certainty()).isEqualTo(1);
  }

  @Test
  void aNoAloneLeavesTheLikeliestOfTheOthers() {
    Question q = make("yes_no(further=false, least=0)");
    assertThat(bits(q, 2)).isEqualTo(1);
    assertThat(q.learnt()).as("0.25 of 0.6 is less than half").isEqualTo(-1);
    double[] two = {0.5, 0.4, 0.1};
    assertThat(q.answer(8, 2, two, 0, 3)).isEqualTo(1);
    assertThat(q.learnt()).isEqualTo(1);
    assertThat(q.certainty()).isCloseTo(0.8, within(1e-12));
    assertThat(bits(q, 1)).isEqualTo(1);
    assertThat(q.learnt()).isEqualTo(1);
    assertThat(q.certainty()).isEqualTo(1);
  }

  @Test
  void atFirstItAsksOnAllTheSame() {
    Question q = make("yes_no(further=false, least=2)");
    assertThat(bits(q, 2)).isEqualTo(4);
    q = States.restore(q, make("yes_no(further=false, least=2)"));
    assertThat(bits(q, 2)).isEqualTo(4);
    assertThat(bits(q, 2)).isEqualTo(1);
  }

  /** Probabilities grow with the answers: without the shift sets would hold too much. */
  @Test
  void theCoverageIsKeptWhileTheModelLearns() {
    Question q = make("candidates");
    Rng rng = new Rng(5);
    for (int i = 0; i < 6000; i++) {
      double top = 0.3 + 0.6 * i / 6000 + 0.1 * (rng.nextDouble() - 0.5);
      double[] p = new double[8];
      Arrays.fill(p, (1 - top) / 7);
      p[i % 8] = top;
      q.ask(i, p, 0, 8);
      int label = rng.nextDouble() < top ? i % 8 : (i + 1 + rng.nextInt(7)) % 8;
      q.answer(i, label, p, 0, 8);
    }
    assertThat(q.coverage()).isCloseTo(q.nominalCoverage(), within(0.02));
  }

  @Test
  void pairsCostAThirdReply() {
    Question q = make("pairwise");
    assertThat(bits(q, 3)).isCloseTo(THREE, within(1e-12));
    assertThat(bits(q, 4)).isCloseTo(2 * THREE, within(1e-12));
    assertThat(bits(q, 2)).as("the fifth is left over").isCloseTo(2 * THREE, within(1e-12));
    double[] two = {0.6, 0.4};
    assertThat(q.answer(8, 1, two, 0, 2)).as("one of two").isEqualTo(1);
  }

  @Test
  void aCandidateSetCostsByItsSizeAndByWhetherItHasTheLabel() {
    assertThat(Candidates.bits(2, true, 7)).isCloseTo(THREE, within(1e-12));
    assertThat(Candidates.bits(2, false, 7))
        .isCloseTo(THREE + Math.log(5) / Math.log(2), within(1e-12));
    assertThat(Candidates.bits(0, false, 8)).isEqualTo(3);
    assertThat(Candidates.bits(8, true, 8)).as("all of them: no 'none of these'").isEqualTo(3);
    assertThat(Candidates.bits(7, false, 8)).as("one is left").isEqualTo(3);
    assertThat(Candidates.size(0.8, FIVE, 0, 5)).isEqualTo(3);
  }

  /** Probabilities that are true: class by probability of a few kinds of rows. */
  private static final double[][] KINDS = {
    {0.9, 0.02, 0.02, 0.02, 0.02, 0.01, 0.005, 0.005},
    {0.03, 0.8, 0.1, 0.03, 0.01, 0.01, 0.01, 0.01},
    {0.01, 0.02, 0.45, 0.45, 0.03, 0.02, 0.01, 0.01}
  };

  private static double[] kind(Rng rng) {
    double[] p = KINDS[rng.nextInt(KINDS.length)].clone();
    double sum = 0;
    for (int k = 0; k < p.length; k++) {
      p[k] *= Math.exp(0.5 * rng.nextGaussian());
      sum += p[k];
    }
    for (int k = 0; k < p.length; k++) {
      p[k] /= sum;
    }
    return p;
  }

  private static int draw(double[] p, Rng rng) {
    double u = rng.nextDouble();
    int k = 0;
    while (k < p.length - 1 && (u -= p[k]) > 0) {
      k++;
    }
    return k;
  }

  @Test
  void candidatesHoldTheLabelAsPromisedAndCostLess() {
    Question q = make("candidates");
    Rng rng = new Rng(3);
    double bits = 0;
    int n = 6000;
    for (int i = 0; i < n; i++) {
      double[] p = kind(rng);
      q.ask(i, p, 0, 8);
      bits += q.answer(i, draw(p, rng), p, 0, 8);
    }
    assertThat(q.coverage()).isCloseTo(q.nominalCoverage(), within(0.02));
    assertThat(q.nominalCoverage()).isBetween(0.5, 0.99);
    assertThat(bits / n).isLessThan(0.7 * 3);
  }

  /** The level is the one that costs least: worked out over the grid by hand for two kinds. */
  @Test
  void theLevelIsTheCheapestOfTheGrid() {
    Candidates q = (Candidates) make("candidates(window=40, refresh=40, least=40)");
    double[] sure = {0.97, 0.01, 0.01, 0.01};
    for (int i = 0; i < 40; i++) {
      assertThat(q.threshold()).isNegative();
      q.ask(i, sure, 0, 4);
      assertThat(q.answer(i, i < 36 ? 0 : 1 + i % 3, sure, 0, 4)).isEqualTo(2);
    }
    // 36 of 40 right: the set {0} costs 1 + 0.1·log2(3) = 1.16, the full question 2.
    assertThat(q.threshold()).isCloseTo(0.03, within(1e-12));
    q.ask(40, sure, 0, 4);
    assertThat(q.answer(40, 0, sure, 0, 4)).isEqualTo(1);
    q.ask(41, sure, 0, 4);
    assertThat(q.answer(41, 2, sure, 0, 4)).isCloseTo(1 + THREE, within(1e-12));
    assertThat(q.coverage()).isEqualTo(0.5);
  }

  /** A delayed answer is counted by the question as it was asked. */
  @Test
  void anAnswerBelongsToTheQuestionAsItWasAsked() {
    Question q = make("candidates(window=40, refresh=40, least=40)");
    double[] sure = {0.97, 0.01, 0.01, 0.01};
    q.ask(0, sure, 0, 4);
    q.ask(1, sure, 0, 4);
    for (int i = 2; i < 42; i++) {
      q.ask(i, sure, 0, 4);
      q.answer(i, 0, sure, 0, 4);
    }
    q.ask(50, sure, 0, 4);
    q.drop(1);
    assertThat(q.answer(0, 0, sure, 0, 4)).as("asked in full").isEqualTo(2);
    assertThat(q.answer(50, 0, sure, 0, 4)).as("asked as a set of one").isEqualTo(1);
  }

  @Test
  void stoppedAndRestoredItGoesOnBitForBit() {
    Question a = make("candidates(window=60)");
    Question b = make("candidates(window=60)");
    Rng rng = new Rng(11);
    for (int i = 0; i < 400; i++) {
      double[] p = kind(rng);
      int label = draw(p, rng);
      a.ask(i, p, 0, 8);
      b.ask(i, p, 0, 8);
      if (i % 3 != 0) {
        assertThat(b.answer(i, label, p, 0, 8)).isEqualTo(a.answer(i, label, p, 0, 8));
      }
      if (i % 13 == 0) {
        b = States.restore(b, make("candidates(window=60)"));
      }
    }
    assertThat(States.bytes(b)).isEqualTo(States.bytes(a));
    assertThat(b.coverage()).isEqualTo(a.coverage());
  }
}
