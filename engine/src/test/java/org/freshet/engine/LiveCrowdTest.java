package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.ask.QuestionNews;
import org.freshet.core.ask.QueuedQuestion.Offer;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.live.Fate;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.LabelPlan.OnTimeout;
import org.freshet.engine.ask.AskPlan;
import org.freshet.engine.ask.Budget;
import org.junit.jupiter.api.Test;

/** People answer by records with their names: what is made of it, by the crowd of evaluation. */
class LiveCrowdTest {
  private static final double NONE = Double.NaN;
  private final Schema schema = Events.schema("x", "y", "z");
  private final Outcomes out = new Outcomes();

  private static final List<Spec> THREE =
      List.of(
          Spec.parse("annotator(name=anna)"),
          Spec.parse("annotator(name=ben)"),
          Spec.parse("annotator(name=cleo)"));

  private static LabelPlan plan(Budget budget, List<Spec> annotators) {
    AskPlan ask = new AskPlan(budget, Spec.parse("every_third(of=1)"), AskPlan.WHOLE, annotators);
    return LabelPlan.IMMEDIATE.withAsk(ask);
  }

  private Engine engine(LabelPlan plan) {
    return new Engine(schema, Spec.parse("gaussian_nb"), plan, 7, 1);
  }

  private Batch one(Batch.Kind kind, String id, String key, double label, long time) {
    Batch b = new Batch(schema, 1);
    b.beginRow();
    b.setKind(kind);
    b.setId(id);
    b.setKey(key);
    b.setTime(time);
    if (kind == Batch.Kind.EVENT) {
      Rng r = new Rng(id.hashCode());
      b.set(0, r.nextGaussian());
      b.set(1, r.nextGaussian());
    }
    b.setLabel(label);
    b.endRow();
    return b;
  }

  private void event(Engine e, String id) {
    e.process(one(Batch.Kind.EVENT, id, null, NONE, 0), 0, 1, out);
  }

  private Fate says(Engine e, String who, String id, double label) {
    e.process(one(Batch.Kind.LABEL, id, QuestionNews.key(who), label, 0), 0, 1, out);
    return out.fate(0);
  }

  /** Asks whom the engine offers the question to until it has enough; how many were asked. */
  private int answer(Engine e, String id, int truth, double[] error, Rng rng) {
    int asked = 0;
    while (true) {
      List<Offer> offers = e.asking().offers(e.eventOf(id), e.events(), 3);
      List<String> best = offers.stream().filter(o -> o.rank() == 0).map(Offer::annotator).toList();
      String who = best.get(rng.nextInt(best.size()));
      double wrong = error[List.of("anna", "ben", "cleo").indexOf(who)];
      int said = rng.nextDouble() < wrong ? (truth + 1 + rng.nextInt(2)) % 3 : truth;
      asked++;
      if (says(e, who, id, said) == Fate.LEARNT) {
        return asked;
      }
    }
  }

  @Test
  void errorsAreEstimatedFromLiveAnswersAndDecideWhomToAsk() {
    double[] error = {0.05, 0.45, 0.1};
    Engine e = engine(plan(Budget.share(1), THREE));
    Rng rng = new Rng(3);
    int asked = 0;
    int right = 0;
    for (int i = 0; i < 3000; i++) {
      String id = "e" + i;
      int truth = rng.nextInt(3);
      event(e, id);
      asked += answer(e, id, truth, error, rng);
      right += i >= 1000 && out.label(0) == truth ? 1 : 0;
      if (i % 500 == 250) { // and goes on from its state in the middle of a question
        String half = "half" + i;
        event(e, half);
        says(e, "anna", half, 1);
        StateWriter saved = new StateWriter();
        e.save(saved);
        Engine again = engine(plan(Budget.share(1), THREE));
        again.load(StateReader.open("again", saved.toBytes()));
        StateWriter second = new StateWriter();
        again.save(second);
        assertThat(second.toBytes()).isEqualTo(saved.toBytes());
        Engine other = e;
        e = again;
        assertThat(says(e, "cleo", half, 1)).isEqualTo(says(other, "cleo", half, 1));
      }
    }
    for (int a = 0; a < 3; a++) {
      assertThat(e.asking().crowd().error(a))
          .as("annotator " + a)
          .isCloseTo(error[a], within(0.06));
    }
    long[] n = new long[3];
    Arrays.setAll(n, e.asking().crowd()::questions);
    assertThat(n[0])
        .as("who errs least is asked most: " + Arrays.toString(n))
        .isGreaterThan(2 * n[1]);
    assertThat(asked).as("some are asked about twice").isBetween(3100, 6000);
    assertThat(right).as("better than a single one at random, who has 80 %").isGreaterThan(1850);
  }

  /** By hand: where all are alike, two who disagree leave it to a third. */
  @Test
  void anotherOneIsAskedBeforeAnythingIsLearnt() {
    Engine e = engine(plan(Budget.share(1), THREE));
    event(e, "a");
    assertThat(e.asking().offers(0, 1, 3)).allMatch(o -> o.rank() == 0).hasSize(3);
    // The first events are all explored: two are asked at the least.
    assertThat(says(e, "anna", "a", 0)).isEqualTo(Fate.HEARD);
    assertThat(e.counts().labels()).isZero();
    assertThat(e.waits("a")).isTrue();
    assertThat(e.asking().offers(0, 1, 3))
        .extracting(Offer::annotator)
        .containsExactly("ben", "cleo");
    assertThat(e.asking().undecided(9)).containsExactly("a");
    assertThat(says(e, "ben", "a", 1)).isEqualTo(Fate.HEARD);
    assertThat(says(e, "cleo", "a", 1)).isEqualTo(Fate.LEARNT);
    assertThat(out.label(0)).isEqualTo(1);
    assertThat(e.counts().labels()).isEqualTo(1);
    assertThat(e.asking().undecided(9)).isEmpty();
    assertThat(says(e, "ben", "a", 1)).isEqualTo(Fate.DUPLICATE);
  }

  @Test
  void whoDoesNotKnowAndWhenNobodyElseWill() {
    Engine e = engine(plan(new Budget(Budget.Unit.MONEY, 100, null, 1, java.util.Map.of()), THREE));
    event(e, "a");
    assertThat(e.asking().spent()).as("all three might be asked").isEqualTo(3);
    assertThat(says(e, "anna", "a", NONE)).isEqualTo(Fate.HEARD);
    e.process(one(Batch.Kind.LABEL, "a", QuestionNews.ENOUGH, NONE, 0), 0, 1, out);
    assertThat(out.fate(0)).as("nobody named a class").isEqualTo(Fate.HEARD);
    assertThat(says(e, "ben", "a", 2)).isEqualTo(Fate.HEARD);
    e.process(one(Batch.Kind.LABEL, "a", QuestionNews.ENOUGH, NONE, 0), 0, 1, out);
    assertThat(out.fate(0)).isEqualTo(Fate.LEARNT);
    assertThat(out.label(0)).isEqualTo(2);
    assertThat(e.asking().spent()).as("one answered").isEqualTo(1);
    assertThat(says(e, "zoe", "a", NONE)).isEqualTo(Fate.REFUSED);
  }

  @Test
  void whatWasSaidIsLearntWhenTheTimeIsOver() {
    LabelPlan plan = plan(Budget.share(1), THREE).withTimeout(Span.millis(100), OnTimeout.DROP);
    Engine e = engine(plan);
    event(e, "a");
    event(e, "b");
    says(e, "anna", "a", 1);
    e.process(one(Batch.Kind.TICK, null, null, NONE, 500), 0, 1, out);
    assertThat(out.labels()).isEqualTo(1);
    assertThat(out.labelEvent(0)).isZero();
    assertThat(out.label(0)).isEqualTo(1);
    assertThat(e.counts().timedOut()).as("the other").isEqualTo(1);
  }

  /** A shadow learns what the one that decides learns, when it does. */
  @Test
  void aChallengerLearnsWhatWasFound() {
    Engine e = engine(plan(Budget.share(1), THREE));
    Engine shadow = engine(plan(Budget.share(1), THREE));
    Outcomes own = new Outcomes();
    Rng rng = new Rng(5);
    for (int i = 0; i < 60; i++) {
      for (int k = -1; k < 3; k++) {
        Batch b =
            k < 0
                ? one(Batch.Kind.EVENT, "e" + i, null, NONE, 0)
                : one(
                    Batch.Kind.LABEL,
                    "e" + i,
                    QuestionNews.key(List.of("anna", "ben", "cleo").get(k)),
                    rng.nextInt(3),
                    0);
        if (k < 0 || e.waits("e" + i)) {
          e.process(b, 0, 1, out);
          shadow.process(b, 0, 1, own, out);
          assertThat(own.fate(0)).isEqualTo(out.fate(0));
        }
      }
    }
    StateWriter a = new StateWriter();
    e.saveModel(a);
    StateWriter b = new StateWriter();
    shadow.saveModel(b);
    assertThat(b.toBytes()).isEqualTo(a.toBytes());
    assertThat(shadow.counts().labels()).isEqualTo(e.counts().labels());
  }
}
