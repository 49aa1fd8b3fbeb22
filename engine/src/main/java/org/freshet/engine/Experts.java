package org.freshet.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.ConfigException;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.ask.Deferring;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.ask.ExpertReply;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Asks the experts that a deferring learner wants asked. The answer takes the place of the
 * learner's own, and is learnt; one that names no class is paid for and counted, and the learner's
 * own answer stands.
 *
 * <p>Where answers come {@linkplain #later later}, the learner's own answer stands until then, and
 * the question is open. The answer comes as a row of its own, which closes it: it is learnt from
 * the row as it was, and gives the event its final answer. Nobody is asked here; who reads the open
 * questions asks. Where too many are open the learner answers itself.
 *
 * <p>A name is a class if it was declared, or stood as a label in a row before this one: whatever
 * the source has read ahead, the same answers are of use.
 */
public final class Experts {
  /** Probability given to an answer; the rest goes by the learner's own scores. */
  static final double SURE = 0.9;

  private final Deferring learner;
  private final Dictionary names;
  private final Map<String, Integer> classes = new HashMap<>();
  private int shown; // labels of rows so far have codes below this
  private final ExpertCounts counts;
  private String model; // whose replies these are; null where answers come at once
  private int most; // questions that may be open
  private OpenCalls open; // null where answers come at once

  /** Of a stream with a class label. */
  Experts(Schema schema, Deferring learner) {
    this.learner = learner;
    this.names = schema.labels();
    this.counts = new ExpertCounts(learner.experts());
    show(schema.declaredLabels() - 1);
    boolean closed = schema.declaredLabels() > 0;
    for (String name : learner.classes()) {
      int code = closed ? names.find(name) : names.code(name);
      if (code < 0) {
        throw new ConfigException(
            "",
            "classes: '"
                + name
                + "' is no class of the stream; there are "
                + String.join(", ", names.names()));
      }
      classes.put(name, code);
    }
  }

  /**
   * Answers of experts that are not recorded come later from now on, as rows.
   *
   * @param name of the model, which they bear
   * @param inFlight questions that may be open at a time
   * @param events schema of the source
   * @param seen schema of the rows the learner sees
   */
  void later(String name, int inFlight, Schema events, Schema seen) {
    model = name;
    most = inFlight;
    open = new OpenCalls(events, seen);
  }

  /** A row's label, after the row: from now on it is a class. */
  void show(double label) {
    for (; shown <= label; shown++) {
      classes.put(names.name(shown), shown);
    }
  }

  /**
   * Asks an expert about the event last predicted.
   *
   * @param event as the source gave it
   * @param row as the learner sees it
   * @param number of the event
   * @return name of the expert where its answer comes later; else null
   */
  String ask(int expert, Features event, Features row, long number, Outcomes out) {
    Expert asked = learner.experts().get(expert);
    if (open == null || asked.isRecorded()) {
      ExpertAnswer answer = asked.answer(event);
      int label = code(answer);
      out.call(number, number, expert, label, answer, Double.NaN);
      if (label >= 0) {
        out.answer(label, SURE);
      }
      teach(expert, label, answer, event, row);
      return null;
    }
    if (open.size() >= most) {
      counts.decline();
      learner.declined(expert);
      return null;
    }
    open.add(number, expert, asked.name(), learner.note(), event, row, out);
    return asked.name();
  }

  private void teach(int expert, int label, ExpertAnswer answer, Features event, Features row) {
    List<Expert> all = learner.experts();
    counts.add(all.size(), expert, label >= 0, answer);
    learner.taught(row, expert, label, answer);
    for (int e = 0; e < all.size() && learner.wantsAll(); e++) {
      if (e != expert && all.get(e).isRecorded()) {
        ExpertAnswer other = all.get(e).answer(event);
        learner.told(row, e, code(other), other);
      }
    }
  }

  /**
   * Takes in a row with what an expert said. Also while the model rests: it was paid for.
   *
   * @param key of the row
   * @param join knows the event by its id, and whether its label has come
   * @param last number of the last event
   */
  void reply(String key, LabelJoin join, long last, Outcomes out) {
    ExpertReply r = ExpertReply.parse(key);
    OpenCalls.Call call = open != null && r.model().equals(model) ? open.get(r.event()) : null;
    if (call == null || call.expert() != r.expert()) {
      return; // another model's, or none of a question that was put
    }
    int label = call.expert() < 0 ? -1 : code(r.answer());
    Features row = open.row(call);
    double[] scores = call.scores();
    double predicted = call.predicted();
    if (label >= 0) {
      scores = Outcomes.sure(scores, label, SURE);
      predicted = label;
      join.answerAgain(row.id(), call.event(), predicted, scores);
    }
    out.last(
        new FinalAnswer(
            call.event(), row.id(), row.key(), row.time(), call.name(), predicted, scores));
    if (call.expert() >= 0) {
      double truth = join.truth(row.id(), call.event());
      out.call(call.event(), last, call.expert(), label, r.answer(), truth);
      learner.recall(call.note());
      teach(call.expert(), label, r.answer(), open.raw(call), row);
    }
    open.remove(call);
  }

  /** Questions whose answers have not come, about events after one. */
  List<OpenCall> open(long after) {
    return open == null ? List.of() : open.after(after);
  }

  /** Number of those. */
  int open() {
    return open == null ? 0 : open.size();
  }

  /** Name of who is asked about an event; null where no question about it is open. */
  String askedAbout(long event) {
    OpenCalls.Call call = open == null ? null : open.get(event);
    return call == null ? null : call.name();
  }

  Expert expert(int number) {
    return learner.experts().get(number);
  }

  long memoryBytes() {
    return open == null ? 0 : open.memoryBytes();
  }

  /** The class an answer names, or -1. */
  private int code(ExpertAnswer answer) {
    Integer found = answer.label() == null ? null : classes.get(answer.label().strip());
    return found == null ? -1 : found;
  }

  /** What was asked and paid so far. */
  public ExpertCounts counts() {
    return counts;
  }

  boolean outside() {
    return !learner.experts().stream().allMatch(Expert::isRecorded);
  }

  /** Closes the experts. */
  void close() {
    learner.experts().forEach(Expert::close);
  }

  void save(StateWriter out) {
    out.put("shown", shown);
    counts.save(out, open != null);
    if (open != null) {
      open.save(out.child("open"));
    }
  }

  /**
   * @param events number of the next
   */
  void load(StateReader in, long events) {
    show(in.intValue("shown", 0, names.size()) - 1);
    counts.load(in);
    if (open != null && in.has("open")) {
      List<String> experts = learner.experts().stream().map(Expert::name).toList();
      open.load(in.child("open"), experts, events);
    }
  }
}
