package org.freshet.learn.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.state.StateReader;
import org.junit.jupiter.api.Test;

class TargetEncoderTest {
  private static Schema classes(String... names) {
    return Schema.classification(List.of(Column.numeric("x")), "y", names);
  }

  private static final Schema NUMBER = Schema.regression(List.of(Column.numeric("x")), "y");

  private static Features event(String key) {
    Batch b = new Batch(NUMBER, 1);
    b.beginRow();
    b.set(0, 7);
    b.setKey(key);
    b.endRow();
    return b.row(0);
  }

  private static TargetEncoder make(String parameters, Schema s) {
    return (TargetEncoder) Steps.make("target_encoder(" + parameters + ")", s);
  }

  private static double mean(TargetEncoder t, String key, int column) {
    return Steps.transform(t, event(key)).get(column);
  }

  @Test
  void smoothedMeansOfTheLabelsThatArrived() {
    TargetEncoder t = make("smoothing=2", NUMBER);
    assertThat(t.output().column(1).name()).isEqualTo("target_mean");
    assertThat(mean(t, "a", 1)).isZero();
    t.learn(event("a")); // an event whose label has not come changes nothing
    assertThat(mean(t, "a", 1)).isZero();
    t.label(event("a"), 10);
    t.label(event("a"), 20);
    t.label(event("b"), 60);
    t.label(event("b"), Double.NaN);
    // the mean of all is 30: (10 + 20 + 2 · 30) / 4, (60 + 2 · 30) / 3, and 30 for a new key
    assertThat(mean(t, "a", 1)).isEqualTo(22.5);
    assertThat(mean(t, "b", 1)).isEqualTo(40);
    assertThat(mean(t, "c", 1)).isEqualTo(30);
  }

  @Test
  void sharesOfClasses() {
    TargetEncoder two = make("smoothing=1", classes("ok", "fraud"));
    assertThat(two.output().columns().stream().map(Column::name))
        .containsExactly("x", "target_mean_fraud");
    assertThat(mean(two, "a", 1)).isEqualTo(0.5);
    two.label(event("a"), 1);
    two.label(event("b"), 0);
    assertThat(mean(two, "a", 1)).isEqualTo(0.75);
    assertThat(mean(two, "b", 1)).isEqualTo(0.25);
    TargetEncoder three = make("smoothing=0", classes("r", "g", "b"));
    assertThat(three.output().width()).isEqualTo(4);
    for (int label : new int[] {0, 2, 2, 3}) { // the last is a class nobody declared
      three.label(event("a"), label);
    }
    assertThat(mean(three, "a", 1)).isEqualTo(0.25);
    assertThat(mean(three, "a", 2)).isEqualTo(0);
    assertThat(mean(three, "a", 3)).isEqualTo(0.5);
    assertThat(mean(three, "new", 3)).isEqualTo(0.5);
  }

  @Test
  void classesNobodyDeclaredAreNamed() {
    Schema open = classes();
    TargetEncoder t = make("classes=[fraud, stolen], smoothing=0", open);
    assertThat(mean(t, "a", 1)).isEqualTo(0.5);
    for (String name : new String[] {"ok", "fraud", "ok", "fraud", "stolen"}) {
      t.label(event("a"), open.labels().code(name));
    }
    assertThat(mean(t, "a", 1)).isEqualTo(0.4);
    assertThat(mean(t, "a", 2)).isEqualTo(0.2);
  }

  @Test
  void equalsMeansOfAllLabelsKept() {
    String spec = "smoothing=3, half_life=4, keys=6";
    TargetEncoder t = make(spec, NUMBER);
    Map<String, List<Double>> kept = new LinkedHashMap<>(16, 0.75f, true);
    Map<String, Double> answers = new HashMap<>();
    double sum = 0;
    Rng rng = new Rng(4);
    for (int i = 1; i <= 2000; i++) {
      String key = "k" + rng.nextInt(1 + rng.nextInt(15));
      double label = rng.nextGaussian();
      sum += label;
      t.label(event(key), label);
      kept.computeIfAbsent(key, k -> new ArrayList<>()).add(label);
      if (kept.size() > 6) {
        kept.remove(kept.keySet().iterator().next());
      }
      answers.clear();
      for (Map.Entry<String, List<Double>> e : kept.entrySet()) {
        double n = 0;
        double s = 0;
        int size = e.getValue().size();
        for (int j = 0; j < size; j++) {
          double weight = Math.pow(0.5, (size - 1 - j) / 4.0);
          n += weight;
          s += weight * e.getValue().get(j);
        }
        answers.put(e.getKey(), (s + 3 * sum / i) / (n + 3));
      }
      for (int k = 0; k < 15; k++) {
        double expected = answers.getOrDefault("k" + k, sum / i);
        assertThat(mean(t, "k" + k, 1)).isCloseTo(expected, within(1e-9));
      }
      if (i % 300 == 0) {
        TargetEncoder restored = make(spec, NUMBER);
        restored.load(StateReader.open("test", Steps.state(t)));
        assertThat(Steps.state(restored)).isEqualTo(Steps.state(t));
        t = restored;
      }
    }
    assertThat(t.keys()).isEqualTo(6);
    assertThat(t.dropped()).isPositive();
  }

  @Test
  void labelsItCannotTakeAreRefused() {
    assertThatThrownBy(() -> make("", Schema.unlabelled(List.of(Column.numeric("x")))))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "target_encoder needs a label that is one class or one number, but the stream has none;"
                + " name it with 'label'");
    assertThatThrownBy(() -> make("", classes()))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "target_encoder needs to know the classes before the first event, but the source"
                + " declares none; name them in 'classes', such as [fraud]");
  }

  @Test
  void allocatesNothingPerEvent() {
    Steps.assertAllocatesNothing("target_encoder", NUMBER);
  }
}
