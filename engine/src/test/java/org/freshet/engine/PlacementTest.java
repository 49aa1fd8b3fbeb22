package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.KeyTable;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static PipelineFile file(String pipeline, String place) {
    return PipelineFile.parse(
        "f.yaml",
        "name: f\nsource: { sea: {} }\npipeline: " + pipeline + "\nplace: " + place + "\n",
        Path.of("."),
        List.of());
  }

  @Test
  void aPipelineForEachKey() {
    assertThat(file("{ gaussian_nb: {} }", "{ per: key, models: 7 }").pipeline().toString())
        .isEqualTo("per_key(models=7, beyond=store, per=key, learner=gaussian_nb)");
    assertThat(
            file("[ standard_scaler: {}, gaussian_nb: {} ]", "{ per: device, models: 7 }")
                .pipeline()
                .toString())
        .isEqualTo(
            "per_key_steps(models=7, beyond=store, per=device, steps=standard_scaler)"
                + " | per_key(models=7, beyond=store, learner=gaussian_nb)");
    assertThat(
            file("[ label_lags: {}, gaussian_nb: {} ]", "{ per: key, models: 7 }")
                .pipeline()
                .toString())
        .isEqualTo("per_key(models=7, beyond=store, per=key, learner=label_lags | gaussian_nb)");
  }

  /** Devices on scales of their own, the rule of every second one the other way round. */
  private static Batch devices(Schema s, int n) {
    Batch b = new Batch(s, n);
    Rng rng = new Rng(5);
    for (int i = 0; i < n; i++) {
      int device = rng.nextInt(6);
      double x = rng.nextGaussian();
      b.beginRow();
      b.set(0, (x + 50) * Math.pow(10, device));
      b.set(1, device);
      b.setLabel((x > 0) == (device % 2 == 0) ? 1 : 0);
      b.endRow();
    }
    return b;
  }

  private static Schema schema() {
    return Schema.classification(
        List.of(Column.numeric("x"), Column.category("device", "a", "b", "c", "d", "e", "f")),
        "y",
        "off",
        "on");
  }

  @Test
  void modelsOfDevicesWithLateLabelsAndFewInMemoryGiveTheSameAnswers() {
    String pipeline = "[ standard_scaler: {}, gaussian_nb: {} ]";
    Spec many = file(pipeline, "{ per: device, models: 1000 }").pipeline();
    Spec few = file(pipeline, "{ per: device, models: 2 }").pipeline();
    LabelPlan late = new LabelPlan(Span.events(20), false, 100);
    double right = 0;
    try (Engine a = new Engine(schema(), many, late, 1, 1);
        Engine b = new Engine(schema(), few, late, 1, 1)) {
      Batch rows = devices(a.schema(), 3000);
      Outcomes one = new Outcomes();
      Outcomes two = new Outcomes();
      a.process(rows, 0, rows.size(), one);
      b.process(rows, 0, rows.size(), two);
      assertThat(one.predictions()).isEqualTo(3000);
      for (int i = 0; i < 3000; i++) {
        double off = one.scores()[one.scoresAt(i)];
        double on = one.scores()[one.scoresAt(i) + 1];
        assertThat(two.scores()[two.scoresAt(i)]).isEqualTo(off);
        right += i >= 1000 && (on > off ? 1 : 0) == rows.label(i) ? 1 : 0;
      }
    }
    // each device alone is learnt nearly without error; all together say nothing
    assertThat(right / 2000).isGreaterThan(0.95);
  }

  @Test
  void saysWhatBecameOfKeys() {
    Spec placed =
        file("[ standard_scaler: {}, gaussian_nb: {} ]", "{ per: device, models: 2 }").pipeline();
    Spec features = Spec.parse("windowed(per=device, over=[9 events], keys=4) | gaussian_nb");
    LabelPlan now = new LabelPlan(Span.events(0), false, 100);
    Outcomes out = new Outcomes();
    try (Engine a = new Engine(schema(), placed, now, 1, 1);
        Engine b = new Engine(schema(), features, now, 1, 1)) {
      Batch rows = devices(a.schema(), 600);
      a.process(rows, 0, rows.size(), out);
      assertThat(a.keys()).containsOnlyKeys("per_key_steps", "per_key");
      KeyTable.Keys steps = a.keys().get("per_key_steps");
      assertThat(steps.held()).isEqualTo(2);
      assertThat(steps.stored()).isEqualTo(steps.fetched() + 4); // four of six devices lie there
      assertThat(steps.dropped()).isZero();

      b.process(rows, 0, rows.size(), out);
      assertThat(b.keys()).containsOnlyKeys("windowed");
      assertThat(b.keys().get("windowed").held()).isEqualTo(4);
      assertThat(b.keys().get("windowed").dropped()).isPositive();
      assertThat(b.keys().get("windowed").stored()).isZero();
    }
  }
}
