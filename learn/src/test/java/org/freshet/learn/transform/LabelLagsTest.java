package org.freshet.learn.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.StateException;
import org.freshet.core.Transformer;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class LabelLagsTest {
  private static final double NAN = Double.NaN;

  private static Schema classes() {
    return Schema.classification(List.of(Column.numeric("x")), "y", "DOWN", "UP");
  }

  private static Features event(Schema s, String key, double x) {
    Batch b = new Batch(s, 1);
    b.beginRow();
    b.set(0, x);
    if (key != null) {
      b.setKey(key);
    }
    b.endRow();
    return b.row(0).copy();
  }

  private static double[] lags(Transformer t, Features x) {
    Features y = Steps.transform(t, x);
    double[] all = new double[y.width()];
    y.copyTo(all, 0);
    return java.util.Arrays.copyOfRange(all, 1, all.length);
  }

  @Test
  void givesTheLabelsInTheOrderOfTheirArrival() {
    Schema s = classes();
    Transformer t = Steps.make("label_lags(lags=3)", s);
    Features x = event(s, null, 5);
    assertThat(Steps.transform(t, x).get(0)).isEqualTo(5);
    assertThat(lags(t, x)).containsExactly(NAN, NAN, NAN);
    t.label(x, 1);
    assertThat(lags(t, x)).containsExactly(1, NAN, NAN);
    t.learn(x); // an event whose label has not come yet changes nothing
    t.learn(x);
    t.label(x, 0);
    t.label(x, NAN);
    t.label(x, 0);
    t.label(x, 1);
    assertThat(lags(t, x)).containsExactly(1, 0, 0);
    Column lag = t.output().column(3);
    assertThat(lag.name()).isEqualTo("label_lag3");
    assertThat(lag.dictionary()).isSameAs(s.labels());
    assertThat(lag.mayBeMissing()).isTrue();
  }

  @Test
  void initialLabelAndNumbers() {
    Transformer t = Steps.make("label_lags(lags=2, initial=UP, as=number)", classes());
    assertThat(lags(t, event(classes(), null, 0))).containsExactly(1, 1);
    assertThat(t.output().column(1).kind()).isEqualTo(Column.Kind.NUMERIC);
    assertThat(t.output().column(1).mayBeMissing()).isFalse();
    Schema number = Schema.regression(List.of(Column.numeric("x")), "y");
    Transformer r = Steps.make("label_lags(initial=-0.5)", number);
    assertThat(lags(r, event(number, null, 0))).containsExactly(-0.5);
    r.label(event(number, null, 0), 7.25);
    assertThat(lags(r, event(number, null, 0))).containsExactly(7.25);
  }

  @Test
  void wrongInitialLabelsAreRefused() {
    assertThatThrownBy(() -> Steps.make("label_lags(initial=Upp)", classes()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "parameter 'initial' of label_lags is 'Upp', which is no declared class of 'y';"
                + " did you mean 'UP'?");
    Schema number = Schema.regression(List.of(Column.numeric("x")), "y");
    assertThatThrownBy(() -> Steps.make("label_lags(initial=abc)", number))
        .hasMessage(
            "parameter 'initial' of label_lags is 'abc', expected a number as the label is one");
    assertThatThrownBy(
            () -> Steps.make("label_lags", Schema.unlabelled(List.of(Column.numeric("x")))))
        .isInstanceOf(SchemaException.class)
        .hasMessage("label_lags needs a label, but the stream has none; name it with 'label'");
  }

  @Test
  void eachKeyHasItsOwnHistory() {
    Schema s = classes();
    Transformer t = Steps.make("label_lags(lags=2, per_key=true)", s);
    t.label(event(s, "a", 0), 1);
    t.label(event(s, "b", 0), 0);
    t.label(event(s, null, 0), 1);
    t.label(event(s, null, 0), 0);
    assertThat(lags(t, event(s, "a", 0))).containsExactly(1, NAN);
    assertThat(lags(t, event(s, "b", 0))).containsExactly(0, NAN);
    assertThat(lags(t, event(s, null, 0))).containsExactly(0, 1);
    assertThat(lags(t, event(s, "c", 0))).containsExactly(NAN, NAN);
  }

  @Test
  void keepsTheKeysLabelledLast() {
    // against a LinkedHashMap in order of access, with 7 of 20 keys
    Schema s = classes();
    Transformer t = Steps.make("label_lags(lags=2, per_key=true, max_keys=7)", s);
    Map<String, List<Double>> expected = new LinkedHashMap<>(16, 0.75f, true);
    Rng rng = new Rng(5);
    for (int i = 0; i < 2000; i++) {
      String key = "key" + rng.nextInt(20);
      double label = rng.nextInt(2);
      t.label(event(s, key, 0), label);
      expected.computeIfAbsent(key, k -> new ArrayList<>()).add(0, label);
      if (expected.size() > 7) {
        expected.remove(expected.keySet().iterator().next());
      }
      if (i % 100 == 50) {
        Transformer restored = Steps.make("label_lags(lags=2, per_key=true, max_keys=7)", s);
        restored.load(StateReader.open("test", Steps.state(t)));
        assertThat(Steps.state(restored)).isEqualTo(Steps.state(t));
        t = restored;
      }
    }
    for (int k = 0; k < 20; k++) {
      List<Double> known = expected.containsKey("key" + k) ? expected.get("key" + k) : List.of();
      double[] found = lags(t, event(s, "key" + k, 0));
      for (int lag = 0; lag < 2; lag++) {
        Double expectedLag = lag < known.size() ? known.get(lag) : Double.valueOf(NAN);
        assertThat(Double.valueOf(found[lag])).isEqualTo(expectedLag);
      }
    }
  }

  @Test
  void memoryIsThatOfTheKeysKept() {
    Schema s = classes();
    Transformer t = Steps.make("label_lags(lags=2, per_key=true, max_keys=1000)", s);
    for (int i = 0; i < 1000; i++) {
      t.label(event(s, "key" + i, 0), 1);
    }
    long full = t.memoryBytes();
    for (int i = 1000; i < 5000; i++) {
      t.label(event(s, "key" + i, 0), 1);
    }
    assertThat(t.memoryBytes()).isBetween(full * 95 / 100, full * 105 / 100);
  }

  @Test
  void refusesAStateWithMoreKeysThanAllowed() {
    Transformer t = Steps.make("label_lags(per_key=true, max_keys=1)", classes());
    StateWriter out = new StateWriter();
    out.put("keys", new String[] {"a", "b"});
    out.put("labels", new double[2]);
    assertThatThrownBy(() -> t.load(StateReader.open("bad", out.toBytes())))
        .isInstanceOf(StateException.class)
        .hasMessage("bad: corrupt: entry 'keys' has 2 keys, allowed 1");
  }
}
