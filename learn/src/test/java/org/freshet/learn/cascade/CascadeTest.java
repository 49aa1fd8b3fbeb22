package org.freshet.learn.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

/** Two clouds that overlap; the expert is right nine times of ten. */
class CascadeTest {
  private static final Schema STREAM =
      Schema.classification(
          List.of(Column.numeric("x"), Column.numeric("y"), Column.category("said", "a", "b")),
          "c",
          "a",
          "b");
  private static final Schema SEEN = STREAM.withColumns(STREAM.columns().subList(0, 2));

  private record Run(Cascade cascade, int asked, int right, int rightAlone, int drifts) {}

  private static Cascade make(String more) {
    Build build = Build.of(STREAM).withSeed(7).withSchema(SEEN);
    String levels =
        more.contains("levels=")
            ? ""
            : ", levels=[gaussian_nb, softmax_regression(optimizer=sgd(learning_rate=0.5))]";
    String spec = "cascade(expert=recorded(column=said)" + levels + more + ")";
    return Components.create(Spec.parse(spec), build, Cascade.class);
  }

  private static Run run(String more, int events, int turn) {
    Cascade c = make(more);
    Rng rng = new Rng(11);
    double[] scores = new double[2];
    int asked = 0;
    int right = 0;
    int alone = 0;
    int drifts = 0;
    for (int i = 0; i < events; i++) {
      int truth = rng.nextInt(2);
      double side = truth == (i < turn ? 0 : 1) ? -1 : 1;
      Features x = Features.of(side + rng.nextGaussian(), side + rng.nextGaussian());
      int said = rng.nextDouble() < 0.9 ? truth : 1 - truth;
      int expert = c.defer(x, x, scores);
      int own = scores[1] > scores[0] ? 1 : 0;
      if (expert >= 0) {
        asked++;
        c.taught(x, expert, said, ExpertAnswer.of(said == 0 ? "a" : "b", 1));
      }
      if (i >= events / 2) {
        right += (expert >= 0 ? said : own) == truth ? 1 : 0;
        alone += own == truth ? 1 : 0;
      }
      drifts += c.drifts().size();
      c.drifts().clear();
    }
    return new Run(c, asked, right, alone, drifts);
  }

  @Test
  void itAsksAsOftenAsItMay() {
    for (String rule : List.of("learnt", "confidence", "entropy_adaptive", "conformal")) {
      Run run = run(", calls=30%, warm_up=100, settle=1000, rule=" + rule, 3000, 9999);
      assertThat(run.asked).as(rule).isBetween(850, 900);
    }
  }

  @Test
  void aQuestionThatIsNotPutIsGivenBack() {
    Cascade c = make(", calls=30%, warm_up=0, settle=0");
    double[] scores = new double[2];
    int asked = 0;
    for (int i = 0; i < 100; i++) {
      Features x = Features.of(0, 0);
      if (c.defer(x, x, scores) >= 0) {
        asked++;
        c.declined(0);
      }
    }
    assertThat(asked).as("30 of them if all had been put").isGreaterThan(80);
  }

  /** Drifts where each answer comes an event later. */
  private static int lateDrifts(boolean recalled) {
    Cascade c = make(", levels=[gaussian_nb], calls=30%, warm_up=400, settle=3000, explore=10%");
    Rng rng = new Rng(11);
    double[] scores = new double[2];
    Features open = null;
    long note = 0;
    int said = 0;
    int drifts = 0;
    for (int i = 0; i < 4000; i++) {
      int truth = rng.nextInt(2);
      double side = truth == (i < 3000 ? 0 : 1) ? -1 : 1;
      Features x = Features.of(side + rng.nextGaussian(), side + rng.nextGaussian());
      int expert = c.defer(x, x, scores);
      long own = c.note();
      if (open != null) {
        c.recall(recalled ? note : 0);
        c.taught(open, 0, said, ExpertAnswer.of(said == 0 ? "a" : "b", 1));
      }
      open = expert >= 0 ? x : null;
      note = own;
      said = truth;
      drifts += c.drifts().size();
      c.drifts().clear();
    }
    return drifts;
  }

  @Test
  void anAnswerThatComesLaterTellsOfAChangeByWhatWasNotedAtItsEvent() {
    assertThat(lateDrifts(true)).isPositive();
    assertThat(lateDrifts(false)).isZero();
  }

  @Test
  void theLevelsLearnFromTheExpertAlone() {
    // Two normals whose means lie √8 apart: nobody is right more often than Φ(√2) = 92.1 %.
    Run run = run(", calls=20%, warm_up=100, settle=1000", 4000, 9999);
    assertThat(run.rightAlone / 2000.0).isBetween(0.90, 0.94);
    Run never = run(", calls=0", 1000, 9999);
    assertThat(never.asked).isZero();
    assertThat(never.rightAlone / 500.0).isBetween(0.4, 0.6);
  }

  @Test
  void theUncertainOnesAreAskedAbout() {
    // Where the levels are least sure, 20 % of the events, they are right little more often than
    // not, and the expert nine times of ten.
    for (String rule : List.of("learnt", "confidence", "conformal")) {
      Run run = run(", calls=20%, warm_up=100, settle=1000, rule=" + rule, 4000, 9999);
      assertThat(run.right - run.rightAlone).as(rule).isGreaterThan(30);
    }
  }

  @Test
  void aChangeIsSeenByDisagreementAndMoreIsAsked() {
    // Naive Bayes forgets nothing: after the turn it goes on answering by what held before.
    String how = ", levels=[gaussian_nb], calls=30%, warm_up=400, settle=3000, explore=10%";
    Run calm = run(how, 4000, 9999);
    Run turned = run(how, 4000, 3000);
    assertThat(calm.drifts).isZero();
    assertThat(turned.drifts).isPositive();
    assertThat(turned.asked - calm.asked).as("a third of the warm-up more").isGreaterThan(60);
    assertThat(run(how + ", detector=adwin(delta=1e-300)", 4000, 3000).asked)
        .as("where nothing is seen")
        .isLessThan(calm.asked + 20);
  }

  /**
   * The expert is right nine times of ten, from 3,000 to 5,000 one time of ten; asked, by 1,000.
   */
  private static int[] fallen(String more, List<String> drifts) {
    Cascade c = make(", calls=50%, warm_up=200, settle=1000" + more);
    Rng rng = new Rng(11);
    double[] scores = new double[2];
    int[] asked = new int[7];
    Features[] rows = new Features[7000];
    int[] truth = new int[7000];
    for (int i = 0; i < rows.length; i++) {
      truth[i] = rng.nextInt(2);
      double side = truth[i] == 0 ? -1 : 1;
      rows[i] = Features.of(side + rng.nextGaussian(), side + rng.nextGaussian());
      boolean right = rng.nextDouble() < (i >= 3000 && i < 5000 ? 0.1 : 0.9);
      int said = right ? truth[i] : 1 - truth[i];
      int expert = c.defer(rows[i], rows[i], scores);
      if (expert >= 0) {
        asked[i / 1000]++;
        c.taught(rows[i], expert, said, ExpertAnswer.of(said == 0 ? "a" : "b", 1));
      }
      if (i >= 40 && c.learnsLabels()) {
        c.learn(rows[i - 40], truth[i - 40], 1); // 40 events late
      }
    }
    for (int d = 0; d < c.drifts().size(); d++) {
      drifts.add(c.drifts().source(d));
    }
    return asked;
  }

  @Test
  void anExpertThatBecameWorseIsHardlyAskedUntilItIsBetter() {
    List<String> drifts = new ArrayList<>();
    int[] asked = fallen(", judge_expert=true", drifts);
    assertThat(drifts).contains("expert said");
    assertThat(asked[2]).isBetween(450, 550);
    assertThat(asked[3]).as("until it is seen").isLessThan(250);
    assertThat(asked[4]).as("a tenth, and a change asks more").isBetween(20, 160);
    assertThat(asked[6]).as("it is back").isGreaterThan(300);
    List<String> unseen = new ArrayList<>();
    assertThat(fallen("", unseen)[4]).isGreaterThan(400);
    assertThat(unseen).doesNotContain("expert said");
  }

  @Test
  void truthThatJudgesIsNotLearnt() {
    Cascade c = make(", calls=0, judge_expert=true");
    double[] before = new double[2];
    double[] after = new double[2];
    Features x = Features.of(1, 2);
    c.scores(x, before);
    c.learn(x, 1, 1);
    c.scores(x, after);
    assertThat(after).containsExactly(before);
  }

  @Test
  void anAnswerOfNoUseTeachesNothing() {
    Cascade c = make("");
    Features x = Features.of(1, 2);
    double[] before = new double[2];
    double[] after = new double[2];
    c.scores(x, before);
    c.defer(x, x, before);
    c.taught(x, 0, -1, ExpertAnswer.none("no idea", 1));
    c.scores(x, after);
    assertThat(after).containsExactly(before);
  }

  @Test
  void recordedAnswersAreReadFromTheEvent() {
    Cascade c = make("");
    assertThat(c.experts().get(0).answer(Features.of(0, 0, 1)).label()).isEqualTo("b");
    ExpertAnswer none = c.experts().get(0).answer(Features.of(0, 0, Double.NaN));
    assertThat(none.label()).isNull();
    assertThat(none.cost()).isEqualTo(1);
    assertThatThrownBy(
            () ->
                Components.create(
                    Spec.parse("cascade(expert=recorded(column=sad))"),
                    Build.of(STREAM).withSchema(SEEN),
                    Cascade.class))
        .isInstanceOf(SchemaException.class)
        .hasMessage("recorded: the stream has no column 'sad'; did you mean 'said'?");
  }
}
