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
