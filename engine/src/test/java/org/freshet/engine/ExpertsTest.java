package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Pipeline;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.ask.Deferring;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

/** Who answers an event, what is learnt from it, and what is seen by whom. */
class ExpertsTest {
  /** Answers class 0, asks about every other event, and notes what it is taught. */
  private static final class EveryOther implements Deferring {
    final List<String> log = new ArrayList<>();
    final List<String> classes;
    boolean learnsLabels;
    int seen;

    EveryOther(String... classes) {
      this.classes = List.of(classes);
    }

    @Override
    public List<Expert> experts() {
      return List.of(
          new Expert() {
            @Override
            public ExpertAnswer answer(Features event) {
              String[] says = {" z ", "x", "invalid", null, "y", "y"};
              String said = says[(int) event.get(0) / 2 % says.length];
              return said == null ? ExpertAnswer.none("down", 2) : ExpertAnswer.of(said, 2);
            }

            @Override
            public double price() {
              return 2;
            }
          });
    }

    @Override
    public List<String> classes() {
      return classes;
    }

    @Override
    public boolean learnsLabels() {
      return learnsLabels;
    }

    @Override
    public int labels() {
      return 2;
    }

    @Override
    public void scores(Features x, double[] scores) {
      scores[0] = 0.6;
      scores[1] = 0.4;
    }

    @Override
    public int defer(Features x, Features event, double[] scores) {
      scores(x, scores);
      return seen++ % 2 == 0 ? 0 : -1;
    }

    @Override
    public void taught(Features x, int expert, int label, ExpertAnswer answer) {
      log.add((int) x.get(0) + "=" + label);
    }

    @Override
    public void learn(Features x, int label, double weight) {
      log.add((int) x.get(0) + ":" + label);
    }

    @Override
    public void save(StateWriter out) {
      out.put("seen", seen);
    }

    @Override
    public void load(StateReader in) {
      seen = in.intValue("seen", 0, Integer.MAX_VALUE);
    }

    @Override
    public long memoryBytes() {
      return 100;
    }
  }

  private static String predicted(Outcomes out) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < out.predictions(); i++) {
      s.append((int) out.predicted(i));
    }
    return s.toString();
  }

  @Test
  void anAnswerTakesThePlaceOfTheModelsOwnAndOnlyItIsLearnt() {
    Schema schema = Events.schema("x", "y", "z");
    EveryOther learner = new EveryOther();
    Engine engine = new Engine(schema, learner, LabelPlan.IMMEDIATE);
    Outcomes out = new Outcomes();
    engine.process(Events.of(schema, 1, 1, 0, 1, 2, 1, 1, 0, 1, 1), 0, 10, out);
    assertThat(predicted(out)).isEqualTo("2000000010");
    assertThat(learner.log).containsExactly("0=2", "2=0", "4=-1", "6=-1", "8=1");
    assertThat(out.known(0)).isEqualTo(3);
    double[] p = java.util.Arrays.copyOfRange(out.scores(), out.scoresAt(0), out.scoresAt(0) + 3);
    assertThat(p).containsExactly(new double[] {0.06, 0.04, 0.9}, within(1e-12));
    assertThat(out.labels()).as("labels are there for the metrics").isEqualTo(10);
    assertThat(out.labelPredicted(0)).isEqualTo(2);
    assertThat(out.calls()).isEqualTo(5);
    assertThat(out.callEvent(2)).isEqualTo(4);
    assertThat(out.callLabel(2)).isEqualTo(-1);
    assertThat(engine.experts().calls()).isEqualTo(5);
    assertThat(engine.experts().useless()).isEqualTo(2);
    assertThat(engine.experts().cost()).isEqualTo(10);
  }

  @Test
  void labelsAreLearntTooWhereTheLearnerWants() {
    Schema schema = Events.schema("x", "y", "z");
    EveryOther learner = new EveryOther();
    learner.learnsLabels = true;
    Engine engine = new Engine(schema, learner, LabelPlan.afterEvents(1));
    engine.process(Events.of(schema, 1, 0, 1), 0, 3, new Outcomes());
    assertThat(learner.log).containsExactly("0=2", "0:1", "2=0", "1:0");
  }

  @Test
  void aNameIsAClassOnceItWasDeclaredOrShown() {
    Schema open =
        Schema.classification(
            List.of(Column.numeric("a"), Column.numeric("b")), "class", new Dictionary());
    open.labels().code("y"); // read ahead, not yet shown
    open.labels().code("z");
    EveryOther learner = new EveryOther();
    Engine engine = new Engine(open, learner, LabelPlan.IMMEDIATE);
    engine.process(Events.of(open, 0, 1, 0, 0, 0, 0, 0, 0, 0), 0, 9, new Outcomes());
    assertThat(learner.log).containsExactly("0=-1", "2=-1", "4=-1", "6=-1", "8=0");
    EveryOther told = new EveryOther("z", "x");
    engine = new Engine(open, told, LabelPlan.IMMEDIATE);
    engine.process(Events.of(open, 0, 0, 0), 0, 3, new Outcomes());
    assertThat(told.log).containsExactly("0=1", "2=2");
    assertThatThrownBy(
            () -> new Engine(Events.schema("x", "y"), new EveryOther("q"), LabelPlan.IMMEDIATE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'q' is no class of the stream; there are x, y");
  }

  @Test
  void itGoesOnFromItsStateBitForBit() {
    Schema schema = Events.schema("x", "y", "z");
    double[] labels = new double[40];
    Engine whole = new Engine(schema, new EveryOther(), LabelPlan.IMMEDIATE);
    Outcomes out = new Outcomes();
    whole.process(Events.of(schema, labels), 0, 40, out);
    String all = predicted(out);
    Engine first = new Engine(schema, new EveryOther(), LabelPlan.IMMEDIATE);
    first.process(Events.of(schema, labels), 0, 13, out);
    String half = predicted(out);
    StateWriter state = new StateWriter();
    first.save(state);
    Engine second = new Engine(schema, new EveryOther(), LabelPlan.IMMEDIATE);
    second.load(StateReader.open("test", state.toBytes()));
    second.process(Events.of(schema, labels), 13, 40, out);
    assertThat(half + predicted(out)).isEqualTo(all);
    assertThat(second.experts().calls()).isEqualTo(whole.experts().calls());
    assertThat(second.experts().cost()).isEqualTo(whole.experts().cost());
  }

  private static final Schema ANSWERED =
      Schema.classification(
          List.of(Column.numeric("a"), Column.category("said", "x", "y"), Column.numeric("b")),
          "class",
          "x",
          "y");
  private static final String CASCADE =
      "cascade(levels=[gaussian_nb], expert=recorded(column=said), calls=50%, warm_up=20)";

  private static Batch answered(boolean same) {
    Batch b = new Batch(ANSWERED, 60);
    for (int i = 0; i < 60; i++) {
      b.beginRow();
      b.set(0, i % 2 * 3 + i % 5);
      b.set(1, i % 2);
      b.set(2, same ? 1 : i % 2);
      b.setLabel(1 - i % 2);
      b.endRow();
    }
    return b;
  }

  @Test
  void theColumnOfAnswersIsNoFeature() {
    for (String before : List.of("", "standard_scaler | ", "one_hot | ")) {
      Engine engine = new Engine(ANSWERED, Spec.parse(before + CASCADE), LabelPlan.IMMEDIATE, 1, 1);
      assertThat(((Pipeline) engine.model()).learnerSchema().columns())
          .as(before)
          .extracting(Column::name)
          .containsExactly("a", "b");
      Outcomes out = new Outcomes();
      engine.process(answered(false), 0, 60, out);
      assertThat(out.calls()).isBetween(20, 60);
      assertThat(out.predicted(0)).as("what was said, not what is true").isZero();
      assertThat(out.predicted(1)).isEqualTo(1);
      assertThat(out.predicted(59)).isEqualTo(1);
    }
  }

  @Test
  void anExpertNobodyWouldAskIsRefused() {
    assertThatThrownBy(
            () ->
                new Engine(
                    ANSWERED,
                    Spec.parse("hedge(learners=[" + CASCADE + ", majority])"),
                    LabelPlan.IMMEDIATE,
                    1,
                    1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("inside of 'hedge', where it would never be asked");
    assertThatThrownBy(
            () ->
                new Engine(
                    ANSWERED,
                    Spec.parse("cascade(expert=recorded(column=class))"),
                    LabelPlan.IMMEDIATE,
                    1,
                    1))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("no column 'class' besides the label");
  }
}
