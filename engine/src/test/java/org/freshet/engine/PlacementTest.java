package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.KeyTable;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.engine.merge.Merging;
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

  @Test
  void aModelForEachPartOfTheKeys() {
    assertThat(
            file("[ standard_scaler: {}, gaussian_nb: {} ]", "{ partitioned: device, parts: 3 }")
                .pipeline()
                .toString())
        .isEqualTo(
            "per_key_steps(models=100000, beyond=store, parts=3, per=device, steps=standard_scaler)"
                + " | per_key(models=100000, beyond=store, parts=3, learner=gaussian_nb)");
    assertThat(file("{ majority: {} }", "{ per: key, ttl: 30d }").pipeline().toString())
        .isEqualTo("per_key(models=100000, beyond=store, ttl=30d, per=key, learner=majority)");
  }

  @Test
  void membersAndCopiesChangeNothingInOneProcess() {
    String bag = "{ adaptive_random_forest: { members: 4 } }";
    assertThat(file(bag, "{ by_member: 2 }").pipeline().toString())
        .isEqualTo("adaptive_random_forest(members=4)");
    PipelineFile merged =
        file("[ standard_scaler: {}, gaussian_nb: {} ]", "{ merged: 4, every: 10s }");
    assertThat(merged.pipeline().toString()).isEqualTo("standard_scaler | gaussian_nb");
    assertThat(merged.live().place().merged()).isEqualTo(4);
    assertThat(merged.live().place().every()).isEqualTo(Span.millis(10_000));
  }

  @Test
  void saysWhatIsWrong() {
    String bayes = "{ gaussian_nb: {} }";
    String one = ", expected exactly one of per, partitioned, by_member and merged, in 'place'";
    String[][] wrong = {
      {bayes, "{ models: 5 }", "f.yaml:4:1: says nowhere" + one},
      {bayes, "{ per: a, merged: 2 }", "f.yaml:4:1: says 2 places" + one},
      {bayes, "{ merged: 2, every: 0s }", "f.yaml:4:1: 'every' is 0d, expected events or a time"},
      {bayes, "{ per: a, ttl: 30 }", "f.yaml:4:1: 'ttl' is 30 events, expected a time such as 30d"},
      {bayes, "{ merged: 2, ttl: 30d }", "f.yaml:4:1: 'ttl' is of the keys of 'per'"},
      {bayes, "{ partitioned: a, parts: 0 }", "f.yaml:4:26: parameter 'parts'"},
      {
        "[ standard_scaler: {}, hoeffding_tree: {} ]",
        "{ merged: 4 }",
        "f.yaml:3:34: hoeffding_tree has no copies that could be merged, as 'place: { merged: 4 }'"
            + " asks; use components with the trait MERGEABLE, or 'per', 'partitioned' or"
            + " 'by_member'"
      },
      {
        "{ leveraging_bagging: {} }",
        "{ by_member: 4 }",
        "f.yaml:3:13: leveraging_bagging cannot be divided by its members, as 'place: { by_member:"
            + " 4 }' asks: where one of them drifts, the worst of all begins anew; use an"
            + " ensemble with the trait DIVISIBLE, or 'per', 'partitioned' or 'merged'"
      },
      {
        "{ online_bagging: {} }",
        "{ by_member: 11 }",
        "f.yaml:3:13: 'place: { by_member: 11 }' is more than the 10 members of online_bagging"
      },
    };
    for (String[] w : wrong) {
      assertThatThrownBy(() -> file(w[0], w[1]))
          .as(w[1])
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith(w[2]);
    }
  }

  @Test
  void theLinterSaysWhatDependsOnParameters() {
    String[][] wrong = {
      {
        "[ standard_scaler: { decay: 0.01 }, gaussian_nb: {} ]",
        "{ merged: 4 }",
        "standard_scaler forgets, and cannot be merged; set 'decay: 0'"
      },
    };
    for (String[] w : wrong) {
      assertThat(Lint.check(file(w[0], w[1]), true))
          .filteredOn(Lint.Finding::error)
          .singleElement()
          .satisfies(f -> assertThat(f.message()).isEqualTo(w[2]))
          .satisfies(f -> assertThat(f.where()).startsWith("f.yaml:3:"));
    }
    assertThat(Lint.check(file("[ standard_scaler: {}, gaussian_nb: {} ]", "{ merged: 4 }"), true))
        .noneMatch(Lint.Finding::error);
  }

  @Test
  void anExampleOfACopyIsLearntForAllOfThem() {
    Spec spec = Spec.parse("standard_scaler | logistic_regression");
    LabelPlan late = new LabelPlan(Span.events(2), false, 100);
    for (LabelPlan plan : List.of(late, LabelPlan.IMMEDIATE)) {
      Schema schema = Schema.classification(List.of(Column.numeric("x")), "y", "off", "on");
      try (Engine four = new Engine(schema, spec, plan, 1, 1);
          Engine heavy = new Engine(schema, spec, plan, 1, 1)) {
        four.weigh(4);
        Outcomes a = new Outcomes();
        Outcomes b = new Outcomes();
        Rng rng = new Rng(2);
        for (int i = 0; i < 50; i++) {
          Batch row = new Batch(schema, 2);
          for (int w = 1; w <= 4; w += 3) {
            row.beginRow();
            row.set(0, w == 1 ? rng.nextGaussian() : row.row(0).get(0));
            row.setLabel(i % 2);
            row.setWeight(w);
            row.endRow();
          }
          four.process(row, 0, 1, a);
          heavy.process(row, 1, 2, b);
          assertThat(a.scores()[a.scoresAt(0)]).isEqualTo(b.scores()[b.scoresAt(0)]);
        }
        assertThat(a.scores()[a.scoresAt(0)]).isNotEqualTo(0.5);
        assertThat(Merging.weight(four.model(), 4)).isEqualTo(4);
      }
    }
    try (Engine bayes = new Engine(schema(), Spec.parse("gaussian_nb"), late, 1, 1)) {
      assertThat(Merging.weight(bayes.model(), 4)).isEqualTo(1);
    }
  }

  @Test
  void partsAreTheSameModelsWhereverTheyAre() {
    PipelineFile placed =
        file("[ standard_scaler: {}, gaussian_nb: {} ]", "{ partitioned: device, parts: 3 }");
    LabelPlan now = new LabelPlan(Span.events(0), false, 100);
    Outcomes all = new Outcomes();
    try (Engine whole = new Engine(schema(), placed.pipeline(), now, 1, 1)) {
      Batch rows = devices(whole.schema(), 1500);
      whole.process(rows, 0, rows.size(), all);
      assertThat(whole.keys().get("per_key").held()).isEqualTo(3);
      for (int part = 0; part < 3; part++) {
        // a process that is handed the events of one part alone
        try (Engine one = new Engine(schema(), placed.pipeline(), now, 1, 1)) {
          Outcomes own = new Outcomes();
          for (int i = 0; i < rows.size(); i++) {
            String device = schema().column(1).dictionary().name((int) rows.row(i).get(1));
            if (placed.live().place().part(device) == part) {
              one.process(rows, i, i + 1, own);
              assertThat(own.scores()[own.scoresAt(0)]).isEqualTo(all.scores()[all.scoresAt(i)]);
            }
          }
          assertThat(one.keys().get("per_key").held()).isEqualTo(1);
        }
      }
    }
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

  /** Which labels to ask for is decided by the answer, which no group of members has. */
  @Test
  void membersApartHaveNoBudget() {
    String text =
        "name: f\nsource: { sea: {} }\npipeline: { online_bagging: {} }\n"
            + "place: { by_member: 2 }\nlabels: { budget: 10%, ask: { random: {} } }\n";
    assertThatThrownBy(() -> PipelineFile.parse("f.yaml", text, Path.of("."), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("f.yaml:5:9: an ensemble cannot be divided by its members: with");
  }
}
