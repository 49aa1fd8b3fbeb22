package org.freshet.learn.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.HeapModelStore;
import org.junit.jupiter.api.Test;

class PerKeyStepsTest {
  private static final Schema DEVICES =
      Schema.classification(
          List.of(Column.numeric("x").withMissing(true), Column.category("site", "north", "south")),
          "y",
          "off",
          "on");

  private static Features event(String key, double x, int site) {
    Batch b = new Batch(DEVICES, 1);
    b.beginRow();
    b.set(0, x);
    b.set(1, site);
    b.setKey(key);
    b.endRow();
    return b.row(0);
  }

  private static Transformer make(String spec) {
    return Components.create(
        Spec.parse(spec), Build.of(DEVICES).withStore(new HeapModelStore()), Transformer.class);
  }

  private static Features transform(Transformer t, Features x) {
    Row out = Row.of(t.output());
    out.begin(x);
    t.transform(x, out);
    return out.view();
  }

  @Test
  void equalsStepsKeptByHandHoweverFewAreInMemory() {
    Transformer few =
        make("per_key_steps(steps=imputer | standard_scaler, models=2, beyond=store)");
    Map<String, List<Transformer>> byHand = new HashMap<>();
    Rng rng = new Rng(2);
    for (int i = 0; i < 1500; i++) {
      String key = "k" + rng.nextInt(9);
      Features x = event(key, rng.nextInt(5) == 0 ? Double.NaN : 10 + rng.nextGaussian(), 0);
      List<Transformer> own =
          byHand.computeIfAbsent(
              key,
              k -> {
                Transformer imputer = make("imputer");
                Transformer scaler =
                    Components.create(
                        Spec.of("standard_scaler"), Build.of(imputer.output()), Transformer.class);
                return List.of(imputer, scaler);
              });
      Features filled = transform(own.get(0), x);
      assertThat(transform(few, x).toString()).isEqualTo(transform(own.get(1), filled).toString());
      few.learn(x);
      own.get(1).learn(filled);
      own.get(0).learn(x);
    }
    assertThat(((PerKeySteps) few).keys()).isEqualTo(2);
  }

  @Test
  void aColumnBecomesTheKeyOfTheRow() {
    Transformer t = make("per_key_steps(per=site, steps=select(keep=[x]))");
    assertThat(t.output().width()).isEqualTo(1);
    assertThat(transform(t, event("k", 1, 1)).key()).isEqualTo("south");
    assertThat(transform(make("per_key_steps(steps=imputer)"), event("k", 1, 1)).key())
        .isEqualTo("k");
  }

  @Test
  void stepsThatReadLabelsAreRefused() {
    assertThatThrownBy(() -> make("per_key_steps(steps=imputer | label_lags)"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "per_key_steps cannot take label_lags, which learns from labels; put it before"
                + " per_key_steps");
  }
}
