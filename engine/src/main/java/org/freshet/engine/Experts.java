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
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Asks the experts that a deferring learner wants asked. The answer takes the place of the
 * learner's own, and is learnt; one that names no class is paid for and counted, and the learner's
 * own answer stands.
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
   */
  void ask(int expert, Features event, Features row, Outcomes out) {
    List<Expert> all = learner.experts();
    ExpertAnswer answer = all.get(expert).answer(event);
    int label = code(answer);
    counts.add(all.size(), expert, label >= 0, answer);
    out.call(expert, label, answer);
    if (label >= 0) {
      out.answer(label, SURE);
    }
    learner.taught(row, expert, label, answer);
    for (int e = 0; e < all.size() && learner.wantsAll(); e++) {
      if (e != expert && all.get(e).isRecorded()) {
        ExpertAnswer other = all.get(e).answer(event);
        learner.told(row, e, code(other), other);
      }
    }
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
    counts.save(out);
  }

  void load(StateReader in) {
    show(in.intValue("shown", 0, names.size()) - 1);
    counts.load(in);
  }
}
