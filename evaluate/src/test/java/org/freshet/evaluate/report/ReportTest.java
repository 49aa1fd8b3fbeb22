package org.freshet.evaluate.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.freshet.evaluate.stats.Ranking;
import org.junit.jupiter.api.Test;

class ReportTest {
  @Test
  void sparklineSpansLowestToHighest() {
    assertThat(Sparkline.of(new double[] {0, 1, 2, 3, 4, 5, 6, 7}, 8)).isEqualTo("▁▂▃▄▅▆▇█");
    assertThat(Sparkline.of(new double[] {0, 0, 7, 7}, 2)).isEqualTo("▁█");
    assertThat(Sparkline.of(new double[] {5, Double.NaN, 5}, 9)).isEqualTo("▄ ▄");
    assertThat(Sparkline.of(new double[0], 9)).isEmpty();
  }

  @Test
  void markupIsEscaped() {
    assertThat(Page.escape("<script>a&b\"'</script>\u0000"))
        .isEqualTo("&lt;script&gt;a&amp;b&quot;&#39;&lt;/script&gt;\ufffd");
    assertThat(new Page("</title><script>").toString()).doesNotContain("<script>");
    assertThat(
            new LineChart("\"><x>", "<y>", true)
                .line("<z>", "c0", "", new long[] {1}, new double[] {1})
                .html())
        .doesNotContain("<x>")
        .doesNotContain("<y>")
        .doesNotContain("<z>");
  }

  @Test
  void thePageNeedsNoNetwork() {
    assertThat(new Page("t").toString())
        .contains("default-src 'none'")
        .doesNotContain("http:")
        .doesNotContain("https:");
  }

  @Test
  void chartPutsPointsWhereTheyBelong() {
    // y from 0 to 1 over 26 … 314, x from 0 to 10 events over 52 … 770
    String svg =
        new LineChart("t", "y", false)
            .line("m", "c0", "", new long[] {0, 5, 10}, new double[] {0, 0.5, 1})
            .end(10)
            .html();
    assertThat(svg).contains("d=\"M52 314L411 170L770 26\"");
  }

  @Test
  void aGapInTheValuesIsAGapInTheLine() {
    String svg =
        new LineChart("t", "y", false)
            .line("m", "c0", "", new long[] {0, 5, 10}, new double[] {0, Double.NaN, 1})
            .end(10)
            .html();
    assertThat(svg).contains("d=\"M52 314M770 26\"");
  }

  @Test
  void rankDiagramJoinsWhatDoesNotDiffer() {
    double[][] scores = new double[30][];
    for (int i = 0; i < 30; i++) {
      scores[i] = i % 2 == 0 ? new double[] {3, 2, 1} : new double[] {2, 3, 1};
    }
    String svg = RankDiagram.svg(Ranking.of(scores, true, 0.05), List.of("a", "b", "c"));
    assertThat(svg.split("stroke-linecap", -1)).hasSize(2);
    assertThat(svg).contains("1.50  a", "1.50  b", "3.00  c");
  }

  @Test
  void numbersForPeople() {
    assertThat(Numbers.percent(0.85331)).isEqualTo("85.33 %");
    assertThat(Numbers.compact(207_312)).isEqualTo("207k");
    assertThat(Numbers.compact(1_250_000)).isEqualTo("1.25M");
    assertThat(Numbers.bytes(21_800)).isEqualTo("21.3 kB");
    assertThat(Numbers.seconds(0.219)).isEqualTo("219 ms");
    assertThat(Numbers.seconds(125)).isEqualTo("2 min 05 s");
    assertThat(Numbers.pValue(1e-9)).isEqualTo("p < 0.001");
    assertThat(Numbers.count(45312)).isEqualTo("45,312");
  }
}
