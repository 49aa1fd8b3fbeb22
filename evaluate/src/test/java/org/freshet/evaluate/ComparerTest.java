package org.freshet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Spec;
import org.freshet.engine.LabelPlan;
import org.freshet.evaluate.report.ComparisonHtml;
import org.freshet.evaluate.report.ComparisonJson;
import org.freshet.evaluate.report.ComparisonText;
import org.junit.jupiter.api.Test;

class ComparerTest {
  private static Comparison compare(String... texts) {
    List<Comparer.Stream> streams = new java.util.ArrayList<>();
    for (int i = 0; i < texts.length; i++) {
      String t = texts[i];
      streams.add(new Comparer.Stream("s<" + i + ">", () -> ListSource.classes(t)));
    }
    List<Spec> models =
        List.of(Spec.parse("no_change"), Spec.parse("majority"), Spec.parse("no_change"));
    return new Comparer(
            models, streams, LabelPlan.IMMEDIATE, List.of(1L, 2L), 1, EvaluateOptions.DEFAULT)
        .run();
  }

  @Test
  void scoresRanksAndTestsOfThreeModels() {
    Comparison c = compare(ListSource.runs(2000, 2, 8), ListSource.runs(1500, 3, 5));
    for (int i = 0; i < 2; i++) {
      assertThat(c.scores()[i][0]).isEqualTo(c.baselines()[i][0]).isGreaterThan(c.scores()[i][1]);
      assertThat(c.scores()[i][1]).isEqualTo(c.baselines()[i][1]);
      assertThat(c.intervals()[i][0].low()).isLessThan(c.scores()[i][0]);
    }
    assertThat(c.ranking().averageRanks()).containsExactly(1.5, 3, 1.5);
    assertThat(c.pairs()).hasSize(6);
    Comparison.Pair apart = c.pairs().get(0);
    assertThat(apart.blocks()).isLessThan(0.01);
    assertThat(apart.mcNemar()).isLessThan(0.001);
    assertThat(apart.difference().low()).isPositive();
    Comparison.Pair same = c.pairs().get(1);
    assertThat(same.blocks()).isEqualTo(1);
    assertThat(same.mcNemar()).isEqualTo(1);
  }

  @Test
  void isToldToPeopleAndPrograms() {
    Comparison c = compare(ListSource.runs(500, 2, 8), ListSource.runs(600, 2, 8));
    assertThat(ComparisonText.of(c)).contains("average rank", "Nemenyi", "[1] - [2]");
    assertThat(ComparisonHtml.of(c))
        .contains("critical difference")
        .contains("s&lt;0&gt;")
        .doesNotContain("s<0>");
    assertThat(ComparisonJson.of(c).path("pairs").size()).isEqualTo(6);
    assertThat(ComparisonJson.of(c).path("average_ranks").get(1).asDouble()).isEqualTo(3);
  }

  @Test
  void oneModelIsNoComparison() {
    assertThatThrownBy(
            () ->
                new Comparer(
                    List.of(Spec.parse("majority")),
                    List.of(),
                    LabelPlan.IMMEDIATE,
                    List.of(1L),
                    1,
                    EvaluateOptions.DEFAULT))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--model: is given 1 times, a comparison needs 2 or more");
  }
}
