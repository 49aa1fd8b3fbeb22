package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.ask.Deferring;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.ask.ExpertReply;
import org.freshet.core.live.Fate;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers of experts that come later than their events, as rows. */
class LaterAnswersTest {
  /** Leaves every other event to an expert outside, whom nobody may ask here. */
  private static final class EveryOther implements Deferring {
    final List<String> log = new ArrayList<>();
    long seen;
    long noted;

    @Override
    public List<Expert> experts() {
      return List.of(
          new Expert() {
            @Override
            public ExpertAnswer answer(Features event) {
              throw new AssertionError("asked");
            }

            @Override
            public String name() {
              return "oracle";
            }

            @Override
            public double price() {
              return 1;
            }
          });
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
    public long note() {
      return 100 + seen;
    }

    @Override
    public void recall(long note) {
      noted = note;
    }

    @Override
    public void declined(int expert) {
      log.add("declined " + (seen - 1));
    }

    @Override
    public void taught(Features x, int expert, int label, ExpertAnswer answer) {
      log.add((int) x.get(0) + "=" + label + " note " + noted);
    }

    @Override
    public void learn(Features x, int label, double weight) {}

    @Override
    public void save(StateWriter out) {
      out.put("seen", seen);
    }

    @Override
    public void load(StateReader in) {
      seen = in.longValue("seen", 0, Long.MAX_VALUE);
    }

    @Override
    public long memoryBytes() {
      return 100;
    }
  }

  private static final Schema SCHEMA = Events.schema("x", "y", "z");
  private final EveryOther learner = new EveryOther();
  private final Outcomes out = new Outcomes();

  private Engine engine(EveryOther of, int inFlight) {
    Engine e = new Engine(SCHEMA, of, LabelPlan.IMMEDIATE);
    e.answersLater("main", inFlight);
    return e;
  }

  private static Batch events(int from, int n) {
    Batch b = new Batch(SCHEMA, n);
    for (int i = from; i < from + n; i++) {
      b.beginRow();
      b.set(0, i);
      b.setId("e" + i);
      b.setKey("k" + i);
      b.setTime(1000 + i);
      b.endRow();
    }
    return b;
  }

  private static Batch reply(String model, long event, ExpertAnswer answer) {
    Batch b = new Batch(SCHEMA, 1);
    b.beginRow();
    b.setKind(Batch.Kind.REPLY);
    b.setId("e" + event);
    b.setKey(new ExpertReply(model, event, 0, answer).text());
    b.endRow();
    return b;
  }

  private static Batch label(String id, double code) {
    Batch b = new Batch(SCHEMA, 1);
    b.beginRow();
    b.setKind(Batch.Kind.LABEL);
    b.setId(id);
    b.setLabel(code);
    b.endRow();
    return b;
  }

  private void run(Engine e, Batch rows) {
    e.process(rows, 0, rows.size(), out);
  }

  @Test
  void theModelAnswersAtOnceAndTheExpertFinally() {
    Engine e = engine(learner, 10);
    run(e, events(0, 3));
    assertThat(out.predicted(0)).isZero();
    assertThat(out.rowDeferred(0)).isEqualTo("oracle");
    assertThat(out.rowDeferred(1)).isNull();
    assertThat(out.calls()).isZero();
    assertThat(e.openCalls(-1)).extracting(OpenCall::event).containsExactly(0L, 2L);
    assertThat(e.openCalls(0)).extracting(c -> c.row().get(0)).containsExactly(2.0);

    run(e, reply("main", 0, new ExpertAnswer("z", null, 0.5, 7, 1000)));
    assertThat(out.fate(0)).isEqualTo(Fate.REPLIED);
    assertThat(out.predictions()).isZero();
    FinalAnswer f = out.last().get(0);
    assertThat(f.event()).isZero();
    assertThat(f.id()).isEqualTo("e0");
    assertThat(f.key()).isEqualTo("k0");
    assertThat(f.time()).isEqualTo(1000);
    assertThat(f.expert()).isEqualTo("oracle");
    assertThat(f.predicted()).isEqualTo(2);
    assertThat(f.scores()).containsExactly(new double[] {0.06, 0.04, 0.9}, within(1e-12));
    assertThat(learner.log).as("the row as it was, with its note").containsExactly("0=2 note 101");
    assertThat(out.callEvent(0)).isZero();
    assertThat(out.callTruth(0)).isNaN();
    assertThat(e.experts().cost()).isEqualTo(0.5);
    assertThat(e.experts().tokens()).isEqualTo(7);
    assertThat(e.openCalls()).isEqualTo(1);

    run(e, events(0, 1)); // the same event again
    assertThat(out.rowPredicted(0)).isEqualTo(2);
    assertThat(out.rowDeferred(0)).isNull();
    run(e, events(2, 1));
    assertThat(out.rowPredicted(0)).isZero();
    assertThat(out.rowDeferred(0)).as("still not final").isEqualTo("oracle");
    run(e, label("e0", 2));
    assertThat(out.labelPredicted(0)).as("what was answered when the label came").isEqualTo(2);
  }

  @Test
  void anAnswerOfNoUseIsPaidForAndTheModelsOwnStands() {
    Engine e = engine(learner, 10);
    run(e, events(0, 1));
    run(e, label("e0", 1));
    run(e, reply("main", 0, new ExpertAnswer(null, "oracle: status 500\tafter 5 tries", 2, 0, 9)));
    assertThat(out.last().get(0).predicted()).isZero();
    assertThat(out.last().get(0).scores()).containsExactly(0.6, 0.4);
    assertThat(out.callAnswer(0).trouble()).isEqualTo("oracle: status 500\tafter 5 tries");
    assertThat(out.callTruth(0)).as("the label had come").isEqualTo(1);
    assertThat(learner.log).containsExactly("0=-1 note 101");
    assertThat(e.experts().useless()).isEqualTo(1);
    assertThat(e.openCalls()).isZero();
  }

  @Test
  void aReplyCountsOnceAndOnlyForTheModelThatAsked() {
    Engine e = engine(learner, 10);
    run(e, events(0, 1));
    run(e, reply("other", 0, ExpertAnswer.of("y", 1)));
    assertThat(out.last()).isEmpty();
    run(e, reply("main", 0, ExpertAnswer.of("y", 1)));
    run(e, reply("main", 0, ExpertAnswer.of("z", 1)));
    assertThat(out.last()).isEmpty();
    assertThat(e.experts().calls()).isEqualTo(1);
  }

  @Test
  void beyondTheLimitTheModelAnswersItself() {
    Engine e = engine(learner, 2);
    run(e, events(0, 7));
    assertThat(e.openCalls()).isEqualTo(2);
    assertThat(out.rowDeferred(4)).isNull();
    assertThat(learner.log).containsExactly("declined 4", "declined 6");
    assertThat(e.experts().declined()).isEqualTo(2);
    run(e, reply("main", 2, ExpertAnswer.of("y", 1)));
    run(e, events(7, 2));
    assertThat(e.openCalls(-1)).extracting(OpenCall::event).containsExactly(0L, 8L);
  }

  @Test
  void aWaitingEventWhoseRowIsInAFileGetsItToo(@TempDir Path folder) {
    EveryOther second = new EveryOther();
    Outcomes brought = new Outcomes();
    try (Engine inMemory = engine(learner, 100);
        Engine inFiles = engine(second, 100)) {
      inFiles.spill(new SpillFolder(folder), 2);
      for (Engine e : List.of(inMemory, inFiles)) {
        Outcomes o = e == inFiles ? brought : out;
        e.process(events(0, 20), 0, 20, o);
        Batch b = reply("main", 4, ExpertAnswer.of("z", 1));
        e.process(b, 0, 1, o);
        b = label("e4", 2);
        e.process(b, 0, 1, o);
      }
      assertThat(inFiles.spilled()).isEqualTo(17);
      assertThat(brought.labelPredicted(0)).isEqualTo(out.labelPredicted(0)).isEqualTo(2);
      assertThat(brought.labelKnown(0)).isEqualTo(3);
    }
  }

  @Test
  void whatIsOpenIsPartOfTheState() {
    Engine e = engine(learner, 10);
    run(e, events(0, 6));
    run(e, reply("main", 2, ExpertAnswer.of("y", 1)));
    StateWriter state = new StateWriter();
    e.save(state);
    EveryOther second = new EveryOther();
    Engine again = engine(second, 10);
    again.load(StateReader.open("test", state.toBytes()));
    assertThat(again.openCalls(-1)).extracting(OpenCall::event).containsExactly(0L, 4L);
    assertThat(again.openCalls(0).get(0).row().id()).isEqualTo("e4");
    StateWriter same = new StateWriter();
    again.save(same);
    assertThat(same.toBytes()).isEqualTo(state.toBytes());
    run(again, reply("main", 4, ExpertAnswer.of("z", 1)));
    assertThat(second.log).containsExactly("4=2 note 105");
    assertThat(out.last().get(0).scores())
        .containsExactly(new double[] {0.06, 0.04, 0.9}, within(1e-12));
    assertThat(Arrays.asList(again.experts().calls(), again.experts().cost()))
        .containsExactly(2L, 2.0);
  }
}
