package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Engines around the parts of an ensemble and their combiner give what the engine of the whole
 * gives, bit for bit, for every component that says it can be divided.
 */
class PartsTest {
  private static final int EVENTS = 800;
  private static final int STEP = 40;

  /** An ensemble, alone or behind steps, of classes or numbers. */
  private record Model(Spec spec, boolean numbers) {
    static Model of(String text, boolean numbers) {
      return new Model(Spec.parse(text), numbers);
    }

    @Override
    public String toString() {
      return spec + (numbers ? " of numbers" : "");
    }
  }

  static Stream<Model> models() {
    List<Model> all = new ArrayList<>();
    for (ComponentProvider p : Components.all()) {
      if (p.traits().contains(Trait.DIVISIBLE)) {
        p.kinds().forEach(k -> all.add(new Model(spec(p.name()), k == Kind.REGRESSOR)));
      }
    }
    all.add(Model.of("hedge(weighting=exponential)", false));
    all.add(Model.of("standard_scaler | " + spec("adaptive_random_forest"), false));
    all.add(Model.of("standard_scaler | " + spec("adaptive_random_forest_regressor"), true));
    return all.stream();
  }

  private static Spec spec(String name) {
    String detectors = "warning=adwin(delta=0.2), drift=adwin(delta=0.1)";
    return Spec.parse(
        switch (name) {
          case "adaptive_random_forest" ->
              "adaptive_random_forest(grace_period=20, " + detectors + ")";
          case "streaming_random_patches" ->
              "streaming_random_patches(learner=gaussian_nb, " + detectors + ")";
          case "adaptive_random_forest_regressor", "soknl" ->
              name + "(members=10, grace_period=20, " + detectors + ")";
          case "oob", "uob", "under_over_bagging", "dynamic_member_selection" ->
              name + "(learner=gaussian_nb)";
          case "hedge" -> "hedge(weighting=blast, window=100)";
          default -> name;
        });
  }

  static Stream<Arguments> cases() {
    Model first = new Model(spec("adaptive_random_forest"), false);
    LabelPlan narrow = new LabelPlan(Span.millis(300), false, 40);
    return Stream.concat(
        Stream.of(Arguments.of(first, narrow)),
        models()
            .flatMap(
                m ->
                    Stream.of(
                        Arguments.of(m, LabelPlan.IMMEDIATE),
                        Arguments.of(m, LabelPlan.afterEvents(70)))));
  }

  private static Schema schema(Model model) {
    List<Column> columns = List.of(Column.numeric("a"), Column.numeric("b"), Column.numeric("c"));
    if (model.numbers) {
      return Schema.regression(columns, "y");
    }
    Dictionary labels = new Dictionary(List.of());
    List.of("no", "yes", "late").forEach(labels::code);
    return Schema.classification(columns, "y", labels);
  }

  /**
   * The relation turns round in the middle, where a third class comes; some labels by records of
   * their own, some early, some corrected, some never; some events come again.
   */
  private static Batch stream(Model model) {
    boolean numbers = model.numbers;
    SplittableRandom random = new SplittableRandom(7);
    List<String> open = new ArrayList<>();
    Batch b = new Batch(schema(model), EVENTS);
    for (int i = 0; i < EVENTS; i++) {
      double x = random.nextDouble();
      double y = random.nextDouble();
      boolean turned = i > EVENTS / 2;
      double truth = numbers ? (turned ? y - 3 * x : x + 2 * y) : (x > y) != turned ? 1 : 0;
      if (!numbers && turned && x + y > 1.6) {
        truth = 2;
      }
      b.beginRow();
      b.setTime(10L * i);
      int kind = random.nextInt(20);
      if (kind < 2 && !open.isEmpty()) {
        b.setId(open.get(random.nextInt(open.size())));
        b.setKind(kind == 0 ? Batch.Kind.LABEL : Batch.Kind.EVENT);
        if (kind == 0 || random.nextBoolean()) {
          b.setLabel(truth);
        }
      } else if (kind == 2) {
        b.setKind(Batch.Kind.LABEL);
        b.setId("e" + (i + 5));
        b.setLabel(truth);
      } else {
        b.set(0, x);
        b.set(1, y);
        b.set(2, random.nextDouble());
        if (kind < 7) {
          b.setId("e" + i);
          open.add("e" + i);
        }
        if (kind >= 6) {
          b.setLabel(truth);
        }
        b.setWeight(kind == 19 ? 0 : 1);
      }
      b.endRow();
    }
    return b;
  }

  private static Build build(Model model) {
    return Build.of(schema(model)).withSeed(3);
  }

  private static Engine whole(Model model, LabelPlan plan) {
    return new Engine(model.spec, plan, build(model));
  }

  /** Engines and a combiner, as a runtime has them. */
  private static final class Apart {
    final Engine[] engines;
    final Outcomes[] votes;
    final Combiner combiner;
    private final Outcomes own = new Outcomes();

    Apart(Model model, LabelPlan plan, int number) {
      Parts parts = new Parts(model.spec, plan, build(model), number);
      engines = new Engine[number];
      votes = new Outcomes[number];
      for (int g = 0; g < number; g++) {
        engines[g] = parts.engine(g);
        votes[g] = new Outcomes();
      }
      combiner = parts.combiner();
    }

    void process(Batch b, int from, int to, Outcomes out) {
      for (int g = 0; g < engines.length; g++) {
        engines[g].process(b, from, to, own);
        votes[g] = sent(own);
      }
      combiner.join(votes, out);
    }

    void finish(Outcomes out) {
      for (int g = 0; g < engines.length; g++) {
        engines[g].finish(own);
        votes[g] = sent(own);
      }
      combiner.join(votes, out);
    }

    /** As it comes out on the other side of a network. */
    private static Outcomes sent(Outcomes votes) {
      try {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Votes.write(votes, new DataOutputStream(bytes));
        Outcomes come = new Outcomes();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        Votes.read(in, come);
        assertThat(in.available()).isZero();
        return come;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    StateReader state() {
      List<StateReader> all = new ArrayList<>();
      for (Engine e : engines) {
        all.add(StateReader.open("part", bytes(e::save)));
      }
      all.add(StateReader.open("combiner", bytes(combiner::save)));
      return StateReader.joined("parts", all);
    }

    void load(StateReader in) {
      for (Engine e : engines) {
        e.load(in);
      }
      combiner.load(in);
    }
  }

  private static byte[] bytes(java.util.function.Consumer<StateWriter> save) {
    StateWriter out = new StateWriter();
    save.accept(out);
    return out.toBytes();
  }

  private static void scores(double[] a, int at, int n, StringBuilder s) {
    for (int c = 0; c < n; c++) {
      s.append(' ').append(a[at + c]);
    }
  }

  /** Everything anyone can see. */
  private static void record(Outcomes out, Batch rows, int from, int to, List<String> all) {
    Answers kind = out.answers();
    for (int i = 0; i < out.predictions(); i++) {
      StringBuilder s = new StringBuilder("p" + (out.firstEvent() + i) + ":" + out.predicted(i));
      scores(out.scores(), out.scoresAt(i), kind.width(out.known(i)), s);
      all.add(s.toString());
    }
    for (int i = 0; i < out.labels(); i++) {
      StringBuilder s = new StringBuilder("l" + out.labelEvent(i) + "=" + out.label(i));
      s.append(" w").append(out.weight(i)).append(" t").append(out.time(i)).append(" b");
      s.append(out.eventsBefore(i)).append(' ').append(out.labelPredicted(i));
      scores(out.labelScores(i), out.labelScoresAt(i), kind.width(out.labelKnown(i)), s);
      all.add(s.toString());
    }
    for (int r = from; r < to; r++) {
      StringBuilder s = new StringBuilder("r" + r + out.fate(r));
      if (out.answered(r)) {
        s.append(out.rowEvent(r)).append(' ').append(out.rowPredicted(r));
        scores(out.rowScores(r), out.rowScoresAt(r), kind.width(out.rowKnown(r)), s);
      }
      all.add(s.toString());
    }
    for (int i = 0; i < out.drifts(); i++) {
      all.add("d" + out.driftEvent(i) + out.driftSource(i));
    }
  }

  private interface Process {
    void run(Batch b, int from, int to, Outcomes out);
  }

  private static List<String> run(Process engine, Batch b, int from, int to) {
    List<String> all = new ArrayList<>();
    Outcomes out = new Outcomes();
    for (int r = from; r < to; r += STEP) {
      int end = Math.min(to, r + STEP);
      engine.run(b, r, end, out);
      record(out, b, r, end, all);
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void partsAndTheirCombinerAreTheWhole(Model model, LabelPlan plan) {
    Batch b = stream(model);
    Engine whole = whole(model, plan);
    Apart apart = new Apart(model, plan, 3);
    List<String> expected = run(whole::process, b, 0, EVENTS);
    assertThat(run(apart::process, b, 0, EVENTS)).isEqualTo(expected);
    for (String fate : List.of("EARLY", "REPEATED", "CORRECTED")) {
      assertThat(expected.stream().filter(s -> s.contains(fate)).count()).as(fate).isPositive();
    }
    if (model.toString().contains("drift=")) {
      assertThat(expected.stream().filter(s -> s.startsWith("d")).count())
          .as("drifts")
          .isPositive();
    }
    Outcomes end = new Outcomes();
    List<String> left = new ArrayList<>();
    whole.finish(end);
    record(end, b, 0, 0, left);
    List<String> leftApart = new ArrayList<>();
    apart.finish(end);
    record(end, b, 0, 0, leftApart);
    assertThat(leftApart).isEqualTo(left);
  }

  @ParameterizedTest
  @MethodSource("models")
  void stateIsJoinedAndCut(Model model) {
    LabelPlan plan = LabelPlan.afterEvents(70);
    Batch b = stream(model);
    int stop = 12 * STEP;
    Engine whole = whole(model, plan);
    Apart three = new Apart(model, plan, 3);
    run(whole::process, b, 0, stop);
    run(three::process, b, 0, stop);
    byte[] ofWhole = bytes(whole::save);

    Engine joined = whole(model, plan);
    joined.load(three.state());
    assertThat(bytes(joined::save)).isEqualTo(ofWhole);

    List<String> expected = run(whole::process, b, stop, EVENTS);
    assertThat(run(joined::process, b, stop, EVENTS)).isEqualTo(expected);

    StateReader divided = three.state();
    StateReader cut = StateReader.open("whole", ofWhole);
    for (int number : new int[] {1, 2}) {
      Apart others = new Apart(model, plan, number);
      others.load(divided);
      Apart ofCut = new Apart(model, plan, number);
      ofCut.load(cut);
      Engine again = whole(model, plan);
      again.load(ofCut.state());
      assertThat(bytes(again::save)).isEqualTo(ofWhole);
      assertThat(run(others::process, b, stop, EVENTS)).isEqualTo(expected);
      assertThat(run(ofCut::process, b, stop, EVENTS)).isEqualTo(expected);
    }
  }

  @Test
  void votesAreAddedInTheOrderOfTheMembers() {
    Model model = new Model(spec("adaptive_random_forest"), false);
    Batch b = stream(model);
    Engine whole = whole(model, LabelPlan.IMMEDIATE);
    List<String> expected = run(whole::process, b, 0, EVENTS);
    Apart apart = new Apart(model, LabelPlan.IMMEDIATE, 3);
    List<String> found =
        run(
            (rows, from, to, out) -> {
              for (int g = 0; g < 3; g++) {
                apart.engines[g].process(rows, from, to, apart.votes[g]);
              }
              Outcomes[] other = {apart.votes[2], apart.votes[0], apart.votes[1]};
              apart.combiner.join(other, out);
            },
            b,
            0,
            EVENTS);
    assertThat(found).isNotEqualTo(expected);
  }

  @Test
  void answersAreKeptAsLongAsThePartsKeepTheirEvents() {
    Model model = new Model(spec("online_bagging"), false);
    Apart apart = new Apart(model, LabelPlan.afterEvents(70), 3);
    Batch b = stream(model);
    run(apart::process, b, 0, EVENTS);
    int ids = 0;
    for (int r = 0; r < EVENTS; r++) {
      ids += b.id(r) != null ? 1 : 0;
    }
    // Those with ids are remembered, of the others the last 70 wait for their labels.
    assertThat(apart.combiner.kept()).isBetween(70, ids + 70);
  }

  @Test
  void whatCannotBeDividedSaysWhy() {
    assertThat(Parts.refusal(Spec.parse("standard_scaler | online_bagging"), 3)).isNull();
    assertThat(Parts.refusal(Spec.parse("leveraging_bagging"), 3))
        .isEqualTo(
            "leveraging_bagging cannot be divided by its members, as 'place: { by_member: 3 }'"
                + " asks: where one of them drifts, the worst of all begins anew; use an ensemble"
                + " with the trait DIVISIBLE, or 'per', 'partitioned' or 'merged'");
    assertThat(Parts.refusal(Spec.parse("hoeffding_tree"), 3)).contains("asks: it has none;");
    assertThat(Parts.refusal(Spec.parse("calibrated(learner=online_bagging)"), 3))
        .contains("asks: it acts on the joint answer of the online_bagging inside it;");
    assertThat(Parts.refusal(Spec.parse("online_bagging"), 11))
        .isEqualTo(
            "'place: { by_member: 11 }' is more than the 10 members of online_bagging; make it 10"
                + " or less, or the members more");
    Model three = Model.of("voting", false);
    assertThatThrownBy(() -> new Parts(three.spec, LabelPlan.IMMEDIATE, build(three), 5))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is more than the 3 members of voting");
  }

  @Test
  void partsOfTwoMomentsAreNotJoined() {
    Model model = new Model(spec("online_bagging"), false);
    Batch b = stream(model);
    Apart apart = new Apart(model, LabelPlan.IMMEDIATE, 2);
    run(apart::process, b, 0, 10 * STEP);
    StateReader first = StateReader.open("part 0", bytes(apart.engines[0]::save));
    run(apart::process, b, 10 * STEP, 11 * STEP);
    StateReader second = StateReader.open("part 1", bytes(apart.engines[1]::save));
    assertThatThrownBy(() -> StateReader.joined("parts", List.of(first, second)))
        .isInstanceOf(StateException.class)
        .hasMessageContaining("of part 1 is not that of the parts before");
  }
}
