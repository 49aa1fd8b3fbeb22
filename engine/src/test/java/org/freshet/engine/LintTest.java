package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LintTest {
  private static List<String> lint(String text) {
    PipelineFile file = PipelineFile.parse("f.yaml", text, Path.of(""), List.of());
    return Lint.check(file, true).stream().map(Object::toString).toList();
  }

  @Test
  void aGoodFileHasNoFindings() {
    assertThat(lint("seed: 1\nsource: sea\npipeline: [ standard_scaler, logistic_regression ]\n"))
        .isEmpty();
  }

  @Test
  void aStepThatCannotTakeTheColumnsIsAnError() {
    assertThat(lint("source: agrawal\npipeline: order_sensitive\n"))
        .hasSize(1)
        .allSatisfy(
            s -> assertThat(s).startsWith("f.yaml:2:11: order_sensitive cannot take categories"));
    assertThat(lint("source: friedman\npipeline: order_sensitive\n"))
        .containsExactly(
            "f.yaml:2:11: order_sensitive predicts a class, but the label 'y' is a number; use a regressor");
  }

  @Test
  void theSourcesOfTestsAreOpenedToo() {
    String text =
        "source: sea\npipeline: order_sensitive\ntests:\n  - { source: friedman, expect: { accuracy: 1 } }\n";
    assertThat(lint(text)).hasSize(1);
  }

  @Test
  void aPriceOfNoClassIsAnErrorWhereTheClassesAreDeclared() {
    String model = "pipeline: logistic_regression\n";
    String labels = "labels: { budget: { money: 9, prices: { fraud: 2 } } }\n";
    String error =
        "labels.budget: has a price of 'fraud', which is no class of the stream; there are ok, odd";
    for (String source :
        List.of(
            "source: { csv: { path: ../examples/data/phishing.csv.gz, label: is_phishing } }\n")) {
      assertThat(lint(source + model + labels)).as("open classes").isEmpty();
    }
    assertThat(lint("source: sea\n" + model + labels))
        .hasSize(1)
        .allSatisfy(s -> assertThat(s).startsWith(error.substring(0, 73)));
  }

  @Test
  void aFileThatIsNotThereIsAnError() {
    assertThat(lint("source: { csv: { path: no-such.csv } }\npipeline: order_sensitive\n"))
        .hasSize(1)
        .allSatisfy(s -> assertThat(s).contains("no-such.csv"));
  }

  @Test
  void whatIsSeldomMeantIsWarnedOf() {
    assertThat(lint("source: sea\npipeline: [ standard_scaler, hoeffding_tree ]\n"))
        .containsExactly(
            "f.yaml:2:13: warning: standard_scaler costs time before hoeffding_tree, whose splits do not"
                + " depend on scale");
    assertThat(lint("source: sea\npipeline: adaptive_random_forest\n"))
        .containsExactly(
            "f.yaml:2:11: warning: adaptive_random_forest draws random numbers, and the file gives no"
                + " 'seed': it is 1");
    assertThat(lint("seed: 1\nsource: sea\npipeline: adaptive_random_forest\n")).isEmpty();
  }
}
