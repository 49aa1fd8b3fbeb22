package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.Unlabelled;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.ask.AskPlan;
import org.freshet.engine.ask.Asking;
import org.freshet.engine.ask.Budget;
import org.junit.jupiter.api.Test;

/** What is learnt of replies that tell less than the label, or something wrong. */
class RepliesTest {
  /** Thinks always the same, and notes what it learns: {@code l3=1*0.50}, {@code u3}. */
  private static final class Noting implements Classifier, Unlabelled {
    final List<String> log = new ArrayList<>();

    @Override
    public int labels() {
      return 3;
    }

    @Override
    public void scores(Features x, double[] scores) {
      scores[0] = 0.2;
      scores[1] = 0.5;
      scores[2] = 0.3;
    }

    @Override
    public void learn(Features x, int label, double weight) {
      log.add("l" + (long) x.value(0) + "=" + label + (weight == 1 ? "" : "*" + weight));
    }

    @Override
    public void unlabelled(Features x, double weight) {
      log.add("u" + (long) x.value(0));
    }

    @Override
    public void save(StateWriter out) {}

    @Override
    public void load(StateReader in) {}

    @Override
    public long memoryBytes() {
      return 16;
    }
  }

  private final Schema schema = Events.schema("x", "y", "z");
  private final Outcomes out = new Outcomes();
  private final Noting learner = new Noting();

  private static AskPlan plan(Budget budget, String question, String... annotators) {
    List<Spec> all = new ArrayList<>();
    for (String a : annotators) {
      all.add(Spec.parse("annotator(" + a + ")"));
    }
    return new AskPlan(budget, Spec.parse("every_third(of=1)"), Spec.parse(question), all);
  }

  private Asking run(LabelPlan labels, AskPlan plan, Batch rows) {
    learner.log.clear();
    Engine engine = new Engine(schema, learner, labels.withAsk(plan));
    engine.process(rows, 0, rows.size(), out);
    return engine.asking();
  }

  private String log() {
    return String.join(" ", learner.log);
  }

  @Test
  void bitsAreCountedBesideThoseOfFullQuestions() {
    Asking a =
        run(LabelPlan.IMMEDIATE, plan(Budget.share(1), "yes_no"), Events.of(schema, 1, 2, 0));
    assertThat(log()).isEqualTo("l0=1 l1=2 l2=0");
    assertThat(a.bits()).isEqualTo(1 + 2 + 2);
    assertThat(a.fullBits()).isCloseTo(3 * Math.log(3) / Math.log(2), within(1e-12));
  }

  @Test
  void aNoIsLearntAsWhatIsLikeliestThen() {
    String no = "l0=1 l1=2*" + 0.3 / 0.5 + " l2=2*" + 0.3 / 0.5;
    Batch rows = Events.of(schema, 1, 2, 0);
    run(LabelPlan.IMMEDIATE, plan(Budget.share(1), "yes_no(further=false, least=0)"), rows);
    assertThat(log()).isEqualTo(no);
    for (int i = 0; i < 3; i++) {
      assertThat(out.label(i)).as("the metrics see the label").isEqualTo(new int[] {1, 2, 0}[i]);
    }
    LabelPlan later = LabelPlan.afterEvents(1);
    run(
        later,
        plan(Budget.share(1), "yes_no(further=false, least=0)"),
        Events.of(schema, 1, 2, 0, 1));
    assertThat(log()).as("when the label is due").isEqualTo(no);
  }

  @Test
  void whoSaysNothingTeachesNothing() {
    Asking a =
        run(
            LabelPlan.IMMEDIATE,
            plan(Budget.share(1), "label", "name=a, abstain=0.999999"),
            Events.of(schema, 1, 2));
    assertThat(log()).isEqualTo("u0 u1");
    assertThat(a.bits()).isZero();
    assertThat(a.crowd().questions(0)).isEqualTo(2);
  }

  /** In a row of its own it is what somebody really said. */
  @Test
  void aLabelRecordIsNoSimulatedReply() {
    Rows rows = new Rows(schema);
    rows.event("a", 0).event("b", 1).label("b", 2, 2).label("a", 3, 1);
    AskPlan wrong = plan(Budget.share(1), "label", "name=a, error=100%, confuses=[x]");
    run(LabelPlan.IMMEDIATE, wrong, rows.batch);
    assertThat(log()).isEqualTo("l1=2 l0=1");
    run(LabelPlan.IMMEDIATE, wrong, Events.of(schema, 1, 2));
    assertThat(log()).doesNotContain("=2").doesNotContain("l0=1*");
  }

  @Test
  void annotatorsSpendTheMoney() {
    double[] labels = new double[300];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 3;
    }
    Batch rows = Events.of(schema, labels);
    Budget money = new Budget(Budget.Unit.MONEY, 100, null, 1, Map.of());
    Asking a =
        run(
            LabelPlan.IMMEDIATE,
            plan(money, "label", "name=a, price=2, error=5%", "name=b, price=1, error=30%"),
            rows);
    double paid = 2 * a.crowd().questions(0) + a.crowd().questions(1);
    assertThat(a.spent()).isEqualTo(paid).isBetween(96.0, 103.0);
    assertThat(a.crowd().questions(0)).isPositive();
    assertThat(a.crowd().questions(1)).isPositive();
  }

  @Test
  void stoppedAndRestoredItGoesOnBitForBit() {
    Schema sea = Events.schema("x", "y", "z");
    double[] labels = new double[200];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (i * 7 % 11) % 3;
    }
    Batch rows = Events.of(sea, labels);
    LabelPlan plan =
        LabelPlan.afterEvents(5)
            .withAsk(
                plan(
                    Budget.share(0.5),
                    "candidates(window=20, least=5, refresh=3)",
                    "name=a, error=10%, tiring=0.01",
                    "name=b, error=30%, abstain=20%"));
    Engine whole = new Engine(sea, Spec.parse("gaussian_nb"), plan, 3, 1);
    Engine parts = new Engine(sea, Spec.parse("gaussian_nb"), plan, 3, 1);
    whole.process(rows, 0, 200, out);
    for (int i = 0; i < 200; i++) {
      parts.process(rows, i, i + 1, out);
      Engine next = new Engine(sea, Spec.parse("gaussian_nb"), plan, 3, 1);
      next.load(StateReader.open("test", bytes(parts)));
      parts = next;
    }
    assertThat(bytes(parts)).isEqualTo(bytes(whole));
    assertThat(parts.asking().bits()).isEqualTo(whole.asking().bits()).isPositive();
  }

  private static byte[] bytes(Engine e) {
    StateWriter out = new StateWriter();
    e.save(out);
    return out.toBytes();
  }

  private void refused(AskPlan plan, String message) {
    assertThatThrownBy(() -> new Engine(schema, learner, LabelPlan.IMMEDIATE.withAsk(plan)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void annotatorsMustFitTheStream() {
    refused(plan(Budget.share(1), "label", "name=a", "name=a"), "has two of the name 'a'");
    refused(
        plan(Budget.share(1), "label", "name=a, confuses=[q]"),
        "a confuses 'q', which is no class of the stream; there are x, y, z");
    refused(
        plan(new Budget(Budget.Unit.MONEY, 5, null, 2, Map.of()), "label", "name=a"),
        "has prices, but each annotator has its own");
    refused(plan(Budget.share(1), "label", "name=a, rest=2h"), "'rest' is 2h");
  }

  private static String faults(String labels) {
    try {
      PipelineFile.parse(
          "f.yaml",
          "source: sea\npipeline: majority\nlabels: " + labels + "\n",
          Path.of("folder"),
          List.of());
      return "";
    } catch (ConfigException e) {
      return e.getMessage();
    }
  }

  @Test
  void aFileSaysWhoIsAskedAndHow() {
    assertThat(
            faults(
                "{ budget: 10%, question: candidates, annotators: [ { name: anna, error: 5% } ] }"))
        .isEmpty();
    assertThat(faults("{ question: candidates }"))
        .contains("f.yaml:3:11: 'question' of labels needs 'budget'");
    assertThat(faults("{ budget: 10%, question: candidate }"))
        .contains("f.yaml:3:34: 'question' of labels is 'candidate', expected label, candidates")
        .contains("did you mean 'candidates'?");
    assertThat(faults("{ budget: 10%, annotators: anna }"))
        .contains("f.yaml:3:36: 'annotators' of labels is 'anna', expected a list such as");
    assertThat(faults("{ budget: 10%, annotators: [ { name: anna, eror: 5% } ] }"))
        .contains("f.yaml:3:52: unknown parameter 'eror' of annotator; did you mean 'error'?");
    assertThat(faults("{ budget: 10%, annotators: [ { error: 5% } ] }")).contains("name");
  }
}
