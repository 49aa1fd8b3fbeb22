package org.freshet.learn.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

/**
 * The cheap expert is right where x is below 0, the dear one always: half of the events are worth
 * its price.
 */
class RouterTest {
  private static final List<Column> ALL =
      List.of(Column.numeric("x"), Column.numeric("cheap"), Column.numeric("dear"));
  private static final Schema LOG = Schema.unlabelled(ALL);
  private static final Schema SEEN = LOG.withColumns(ALL.subList(0, 1));

  private record Run(Router router, double quality, int dear, int firstDear) {}

  private static Router make(String more, boolean quality, Schema stream) {
    String q = quality ? ", quality=true" : "";
    String spec =
        "router(experts=[recorded(column=cheap, cost=1"
            + q
            + "), recorded(column=dear, cost=5"
            + q
            + ")], quality=logistic_regression(optimizer=adagrad(learning_rate=0.5))"
            + more
            + ")";
    Build build = Build.of(stream).withSeed(3);
    return Components.create(
        Spec.parse(spec), build.withSchema(stream.withColumns(SEEN.columns())), Router.class);
  }

  /** Rows x, quality of the cheap, quality of the dear; there from row {@code from} on. */
  private static Run run(String more, int events, int from) {
    Router r = make(more, true, LOG);
    Rng rng = new Rng(5);
    double[] scores = new double[2];
    double sum = 0;
    int dear = 0;
    int first = -1;
    for (int i = 0; i < events; i++) {
      double x = rng.nextGaussian();
      double[] good = {x < 0 ? 1 : 0, i < from ? Double.NaN : 1};
      Features event = Features.of(x, good[0], good[1]);
      Features row = Features.of(x);
      int e = r.defer(row, event, scores);
      assertThat(scores[e]).isEqualTo(1);
      r.taught(row, e, -1, ExpertAnswer.graded(good[e], e == 0 ? 1 : 5));
      if (r.wantsAll() && i >= from) {
        r.told(row, 1 - e, -1, ExpertAnswer.graded(good[1 - e], 0));
      }
      sum += i < events / 2 ? 0 : good[e];
      dear += e;
      first = e == 1 && first < 0 ? i : first;
    }
    return new Run(r, sum / (events - events / 2), dear, first);
  }

  @Test
  void theDearOneIsAskedWhereTheCheapOneIsWrong() {
    // Half of the events at 5 and half at 1 cost 3 each: then every answer can be right.
    Run run = run(", budget=3.1, feedback=all", 4000, 0);
    assertThat(run.quality).isGreaterThan(0.97);
    assertThat(run.dear).isBetween(1800, 2150);
    assertThat(run(", budget=3.1, feedback=chosen", 4000, 0).quality).isGreaterThan(0.93);
    // By chance the dear one is right for its 52 %, and the cheap one for half of the rest.
    assertThat(run(", budget=3.1, policy=random", 4000, 0).quality).isBetween(0.72, 0.8);
  }

  @Test
  void theBudgetIsKeptToOneAnswer() {
    for (double budget : new double[] {1, 1.4, 2, 4}) {
      for (String policy : List.of("learnt", "random", "best")) {
        int n = 1000;
        Run run = run(", budget=" + budget + ", policy=" + policy, n, 0);
        double spent = n - run.dear + 5 * run.dear;
        assertThat(spent).as(policy).isLessThanOrEqualTo(budget * n + 5);
      }
    }
    assertThat(run(", budget=2, feedback=all", 4000, 0).dear).isGreaterThan(900); // and spent
  }

  @Test
  void withoutABudgetTheBestIsAsked() {
    assertThat(run("", 1000, 0).quality).isGreaterThan(0.97);
  }

  @Test
  void anExpertThatComesLaterIsTriedAtOnce() {
    for (String feedback : List.of("all", "chosen")) {
      Run run = run(", budget=3, feedback=" + feedback, 3000, 2000);
      assertThat(run.firstDear).as(feedback).isBetween(2000, 2060);
      assertThat(run.dear).isGreaterThan(300);
    }
  }

  @Test
  void theTruthGradesAnswersHoweverLate() {
    Schema stream = Schema.classification(ALL, "truth", "no", "yes");
    Router r = make(", budget=3.1, feedback=all, remember=100", false, stream);
    Rng rng = new Rng(5);
    double[] scores = new double[2];
    Features[] rows = new Features[3000];
    int[] truth = new int[3000];
    int right = 0;
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Features.of(rng.nextGaussian());
      truth[i] = rng.nextInt(2);
      int cheap = rows[i].value(0) < 0 ? truth[i] : 1 - truth[i];
      Features event = Features.of(rows[i].value(0), 0, 0);
      int e = r.defer(rows[i], event, scores);
      int said = e == 0 ? cheap : truth[i];
      r.taught(rows[i], e, said, ExpertAnswer.of("", e == 0 ? 1 : 5));
      r.told(rows[i], 1 - e, e == 0 ? truth[i] : cheap, ExpertAnswer.of("", 0));
      right += i >= 2000 && said == truth[i] ? 1 : 0;
      if (i >= 60) {
        r.learn(Features.of(rows[i - 60].value(0)), truth[i - 60], 1); // 60 events late
      }
    }
    assertThat(right).isGreaterThan(960);
  }

  /** The dear one costs 1 + 8 z and takes 10 z seconds, the other 1 and 0.1; it is always right. */
  private static double[] priced(String more, int events) {
    Router r = make(more, true, Schema.unlabelled(ALL));
    Rng rng = new Rng(5);
    double[] scores = new double[2];
    double[] sums = new double[5]; // right, cost, answers above 5 s, dear; cost of all events
    for (int i = 0; i < events; i++) {
      double z = rng.nextDouble();
      double[] good = {rng.nextDouble() < 0.4 ? 1 : 0, 1};
      double[] cost = {1, 1 + 8 * z};
      double[] seconds = {0.1, 10 * z};
      Features row = Features.of(z);
      int e = r.defer(row, Features.of(z, good[0], good[1]), scores);
      for (int k = 0; k < 2; k++) {
        ExpertAnswer a =
            new ExpertAnswer(null, null, cost[k], 0, (long) (1e9 * seconds[k]), good[k]);
        if (k == e) {
          r.taught(row, e, -1, a);
        } else if (r.wantsAll()) {
          r.told(row, k, -1, a);
        }
      }
      sums[4] += cost[e] / events;
      if (i >= events / 2) {
        sums[0] += good[e];
        sums[1] += cost[e];
        sums[2] += seconds[e] > 5 ? 1 : 0;
        sums[3] += e;
      }
    }
    for (int k = 0; k < 4; k++) {
      sums[k] /= events - events / 2;
    }
    return sums;
  }

  @Test
  void theDearOneIsAskedWhereItIsCheap() {
    // With 2 an event, bought by the event: 1 + 8 z² / 2 = 2 at z = 0.5, half of the events go to
    // the dear one, and 0.5 + 0.5 · 0.4 are right. By the mean price, 5, only a quarter.
    double[] query = priced(", budget=2", 6000);
    double[] mean = priced(", budget=2, costs=mean", 6000);
    assertThat(query[1]).isBetween(1.85, 2.1);
    assertThat(query[3]).isBetween(0.44, 0.54);
    assertThat(query[0]).isBetween(0.66, 0.74);
    assertThat(mean[3]).isBetween(0.15, 0.3);
    assertThat(mean[0]).isBetween(0.5, 0.6);
    assertThat(priced(", budget=2, feedback=chosen", 6000)[0]).isGreaterThan(0.62);
  }

  @Test
  void anExpertThatTakesTooLongIsNotAsked() {
    double[] all = priced("", 6000);
    assertThat(all[3]).as("the better one everywhere").isGreaterThan(0.99);
    assertThat(all[2]).isBetween(0.46, 0.54);
    double[] fast = priced(", latency=5", 6000);
    assertThat(fast[2]).as("late").isLessThan(0.02);
    assertThat(fast[3]).as("still asked where it is fast").isBetween(0.4, 0.52);
    // None is as fast as that: the fastest is asked, and every event answered.
    assertThat(priced(", latency=0.01", 2000)[3]).isLessThan(0.02);
  }

  @Test
  void noMoreIsSpentThanIsNeededForTheTarget() {
    double[] enough = priced(", target=0.7", 8000);
    assertThat(enough[0]).isBetween(0.68, 0.72);
    assertThat(enough[1]).as("as the budget of 2 would buy").isBetween(1.85, 2.15);
    double[] more = priced(", target=0.85", 8000);
    assertThat(more[0]).isBetween(0.83, 0.87);
    assertThat(more[1]).isGreaterThan(2.9);
    double[] bound = priced(", target=0.85, budget=2", 8000);
    assertThat(bound[1]).as("the budget binds first").isLessThanOrEqualTo(2.1);
    assertThat(bound[0]).isLessThan(0.75);
  }

  @Test
  void theBudgetIsKeptWherePricesDiffer() {
    for (String policy : List.of("learnt", "best", "random")) {
      double[] run = priced(", budget=3, policy=" + policy, 4000);
      assertThat(run[4]).as(policy).isBetween(2.5, 3 + 9 / 4000.0); // to one answer
    }
  }

  @Test
  void anExpertThatBecameWorseIsSeenAndTrustedLess() {
    for (String feedback : List.of("all", "chosen")) {
      Router r = make(", feedback=" + feedback, true, LOG);
      Rng rng = new Rng(5);
      double[] scores = new double[2];
      int[] dear = new int[3]; // before, the 300 after, later
      for (int i = 0; i < 4000; i++) {
        // The dear one is right in 9 of 10 cases, from 2000 on in 1 of 10; the cheap one in 5.
        double[] good = {i % 2, rng.nextDouble() < (i < 2000 ? 0.9 : 0.1) ? 1 : 0};
        Features row = Features.of(rng.nextGaussian());
        int e = r.defer(row, Features.of(row.value(0), 0, 0), scores);
        r.taught(row, e, -1, ExpertAnswer.graded(good[e], 1));
        if (r.wantsAll()) {
          r.told(row, 1 - e, -1, ExpertAnswer.graded(good[1 - e], 1));
        }
        dear[i < 2000 ? 0 : i < 2300 ? 1 : 2] += e;
      }
      assertThat(r.drifts().size()).as(feedback).isPositive();
      assertThat(r.drifts().source(0)).isEqualTo("expert dear");
      assertThat(dear[0]).as(feedback).isGreaterThan(1500);
      assertThat(dear[1]).as(feedback).isLessThan(150);
      assertThat(dear[2]).as(feedback).isLessThan(100);
    }
  }

  @Test
  void anotherListOfExpertsKeepsWhatWasLearntOfThose() {
    Router was = run(", budget=3.1", 2000, 0).router;
    StateWriter out = new StateWriter();
    was.save(out);
    List<Column> columns =
        List.of(Column.numeric("x"), Column.numeric("dear"), Column.numeric("new"));
    Build build = Build.of(Schema.unlabelled(columns)).withSeed(3);
    String spec =
        "router(experts=[recorded(column=new, cost=4, quality=true),"
            + " recorded(column=dear, cost=5, quality=true)],"
            + " quality=logistic_regression(optimizer=adagrad(learning_rate=0.5)), trial=0)";
    Router now =
        Components.create(
            Spec.parse(spec),
            build.withSchema(Schema.unlabelled(columns).withColumns(SEEN.columns())),
            Router.class);
    now.load(StateReader.open("s", out.toBytes()));
    double[] scores = new double[2];
    // Of the dear one it is known that it is right; the new one, without benefit of doubt, 1/2.
    for (double x : new double[] {-1, 0, 1}) {
      assertThat(now.defer(Features.of(x), Features.of(x, 1, 1), scores)).isEqualTo(1);
      now.taught(Features.of(x), 1, -1, ExpertAnswer.graded(1, 5));
    }
    // Away, it is passed over, and asked again when it is back.
    double none = Double.NaN;
    assertThat(now.defer(Features.of(0), Features.of(0, none, 1), scores)).isZero();
    now.taught(Features.of(0), 0, -1, ExpertAnswer.graded(0, 4));
    assertThat(now.defer(Features.of(0), Features.of(0, 1, 1), scores)).isEqualTo(1);
  }

  @Test
  void whatItRefuses() {
    Schema named = Schema.classification(ALL, "truth", "no", "yes");
    assertThatThrownBy(() -> make("", true, named))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("set 'label: none' on the source");
    assertThatThrownBy(() -> make(", budget=0.5", true, LOG))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'budget' is 0.5, but the cheapest expert costs 1.0 an event");
    assertThatThrownBy(
            () ->
                Components.create(
                    Spec.parse("router(experts=[recorded(column=dear)])"),
                    Build.of(LOG),
                    Router.class))
        .hasMessageContaining("expected two or more to choose among");
  }
}
