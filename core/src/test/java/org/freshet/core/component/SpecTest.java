package org.freshet.core.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gaussian_nb",
        "standard_scaler | hoeffding_tree(grace_period=200, split_confidence=1.0E-7)",
        "drift_reset(detector=adwin(delta=0.01), learner=standard_scaler | logistic_regression(l1=0.5))",
        "csv(path='a b, c.csv', missing=['?', na], quote='\\'', flag=true, none_here=none)",
        "x(size=256MB, share=10%, delay=48 events, wait=7d, parts=[a(b=1), [c]], empty=[])"
      })
  void canonicalTextReadsBackToItself(String text) {
    assertThat(Spec.parse(text).toString()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "12, 12",
    "-3, -3",
    "10%, 10%",
    "1.5e3, 1500",
    "1KB, 1KB",
    "1024B, 1KB",
    "48 events, 48 events",
    "60s, 1m",
    "90s, 90s",
    "24h, 1d",
    "1500ms, 1500ms",
    "none, none",
    "yes, yes",
    "12x, '''12x'''"
  })
  void scalars(String written, String canonical) {
    assertThat(SpecText.of(SpecParser.scalar(written))).isEqualTo(canonical);
  }

  @Test
  void typesOfScalars() {
    assertThat(SpecParser.scalar("12")).isEqualTo(12L);
    assertThat(SpecParser.scalar("1e-7")).isEqualTo(1e-7);
    assertThat(SpecParser.scalar("256MB")).isEqualTo(new Value.Size(268435456L));
    assertThat(SpecParser.scalar("7d")).isEqualTo(Span.millis(604_800_000L));
    assertThat(SpecParser.scalar("true")).isEqualTo(true);
    assertThat(SpecParser.scalar("none")).isNull();
    assertThat(SpecParser.scalar("99999999999999999999")).isEqualTo(1e20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "; --model:1: expected a component's name, found the end",
        "a |; --model:4: expected a component's name, found the end",
        "a b; --model:3: unexpected 'b'",
        "a(b=1; --model:6: expected ',' or ')' in the parameters of a",
        "a(b=1, b=2); --model:8: parameter 'b' is given twice",
        "a(b=); --model:5: expected a value",
        "a(b='x); --model:5: the quote ' is not closed",
        "a(b=[1; --model:7: expected ',' or ']' in a list",
        "a(1=2); --model:3: expected a parameter's name, found '1'"
      })
  void faultsHaveAPlace(String text, String message) {
    assertThatThrownBy(() -> Spec.parse(text == null ? "" : text, "--model"))
        .hasMessageStartingWith(message);
  }

  @Test
  void nestingHasALimit() {
    assertThatThrownBy(() -> Spec.parse("a(b=".repeat(70) + "1" + ")".repeat(70)))
        .hasMessage("character 257: is nested deeper than 64");
  }

  /** Made specs of random shape come back equal from their own text. */
  @Test
  void randomSpecsSurvive() {
    Rng rng = new Rng(11);
    for (int k = 0; k < 2000; k++) {
      String text = spec(rng, 0).toString();
      assertThat(Spec.parse(text).toString()).isEqualTo(text);
    }
  }

  private static final String[] TEXTS = {
    "plain", "two words", "it's", "back\\slash", "a,b", "tab\t", "10%", "none", "", "x=1|"
  };

  private static Spec spec(Rng rng, int depth) {
    List<Spec> steps = new ArrayList<>();
    int n = 1 + rng.nextInt(2);
    for (int i = 0; i < n; i++) {
      Spec s = Spec.of("c" + rng.nextInt(5));
      for (int p = rng.nextInt(3); p > 0; p--) {
        s = s.with("p" + p, raw(rng, depth));
      }
      steps.add(s);
    }
    return Spec.pipeline(steps, Where.NOWHERE);
  }

  private static Object raw(Rng rng, int depth) {
    return switch (rng.nextInt(depth > 2 ? 7 : 9)) {
      case 0 -> rng.nextLong() >> 20;
      case 1 -> rng.nextGaussian();
      case 2 -> rng.nextBoolean();
      case 3 -> TEXTS[rng.nextInt(TEXTS.length)];
      case 4 -> Span.millis(rng.nextInt(1_000_000));
      case 5 -> new Value.Size(rng.nextInt(1 << 20));
      case 6 -> null;
      case 7 -> List.of(value(rng), value(rng));
      default -> spec(rng, depth + 1);
    };
  }

  private static Value value(Rng rng) {
    Object raw = TEXTS[rng.nextInt(TEXTS.length)];
    return new Value(raw, "", Where.NOWHERE);
  }

  @Test
  void suggestsWhatWasMeant() {
    List<String> words = List.of("grace_period", "tie_threshold", "max_bytes");
    assertThat(Suggest.didYouMean("grace_perod", words))
        .isEqualTo("; did you mean 'grace_period'?");
    assertThat(Suggest.didYouMean("Tie_treshold", words))
        .isEqualTo("; did you mean 'tie_threshold'?");
    assertThat(Suggest.didYouMean("colour", words)).isEmpty();
    assertThat(Suggest.distance("abcd", "bacd")).isEqualTo(1);
    assertThat(Suggest.distance("kitten", "sitting")).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "'(0, 1]', 0, false",
    "'(0, 1]', 1, true",
    "'[1, inf)', 1, true",
    "'[1, inf)', 1e300, true",
    "'(-inf, 5)', 5, false",
    "'', -7, true"
  })
  void ranges(String range, double value, boolean inside) {
    Parameter.Range r = Parameter.Range.parse(range);
    assertThat(r.contains(value)).isEqualTo(inside);
    assertThat(Parameter.Range.parse(r.toString())).isEqualTo(r);
  }
}
