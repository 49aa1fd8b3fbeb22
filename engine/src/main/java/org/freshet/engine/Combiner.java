package org.freshet.engine;

import java.util.Arrays;
import org.freshet.core.Divisible;
import org.freshet.core.Learner;
import org.freshet.core.Pipeline;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Where the votes of the parts of an ensemble meet again, see {@link Parts}: from what each of
 * their engines gave out for a call, it makes what the engine of the whole would have, bit for bit.
 * It has no rows, labels or clock of its own. Besides what joining learns it holds the answers to
 * events that the parts still keep, as many as those keep: labels that come are reported with the
 * answer given at the event, and an event that comes again gets the same answer.
 */
public final class Combiner {
  private final Schema schema;
  private final boolean pipeline;
  private final Divisible joining;
  private final Answers kind;
  private final JointAnswers kept;
  private double[] votes = new double[8];
  private double[] answer = new double[8];

  Combiner(Schema schema, Learner model) {
    this.schema = schema;
    this.pipeline = model instanceof Pipeline;
    this.joining = Divisible.in(model);
    this.kind = Answers.ofWhole(joining);
    this.kept = new JointAnswers(kind);
    joining.keep(0, 0);
  }

  /**
   * Joins what the parts gave out for one call of {@link Engine#process}, or of {@link
   * Engine#finish}.
   *
   * @param parts of all engines, in the order of their members, each given the same rows
   * @param out overwritten
   */
  public void join(Outcomes[] parts, Outcomes out) {
    out.beginJoint(parts, kind);
    LearntVotes learnt = parts[0].learntVotes;
    int l = 0;
    for (int i = 0; i < parts[0].predictions(); i++) {
      for (; l < learnt.size && learnt.at[l] <= i; l++) {
        learn(parts, l);
      }
      answer(parts, i, out);
      if (parts[0].isKept(i)) {
        kept.add(i, out);
      }
    }
    for (; l < learnt.size; l++) {
      learn(parts, l);
    }
    for (int i = 0; i < out.earlierAnswers(); i++) {
      kept.give(out.earlierEvent(i), i, out);
    }
    for (int i = 0; i < parts[0].forgotten(); i++) {
      kept.forget(parts[0].forgotten(i));
    }
    joinDrifts(parts, out);
  }

  private void answer(Outcomes[] parts, int i, Outcomes out) {
    int known = parts[0].known(i);
    int at = 0;
    for (Outcomes p : parts) {
      int n = p.answers().width(known);
      at = append(p.scores(), p.scoresAt(i), n, at);
    }
    int width = kind.width(known);
    room(width);
    double number = joining.join(votes, known, answer);
    out.reserve(1, known);
    System.arraycopy(answer, 0, out.scores(), out.scoresAt(i), width);
    boolean classes = schema.target() == Schema.Target.CLASS;
    out.predict(classes ? Head.OfClasses.best(answer, 0, known) : number, known);
  }

  private void learn(Outcomes[] parts, int l) {
    int at = 0;
    for (Outcomes p : parts) {
      LearntVotes v = p.learntVotes;
      at = append(v.votes, v.from[l], v.from[l + 1] - v.from[l], at);
    }
    LearntVotes first = parts[0].learntVotes;
    joining.learnJoining(votes, first.known[l], first.label[l], first.weight[l]);
  }

  private int append(double[] from, int start, int n, int at) {
    if (votes.length < at + n) {
      votes = Arrays.copyOf(votes, Math.max(at + n, 2 * votes.length));
    }
    System.arraycopy(from, start, votes, at, n);
    return at + n;
  }

  private void room(int width) {
    if (answer.length < width) {
      answer = new double[Math.max(width, 2 * answer.length)];
    }
  }

  /** In the order in which the whole finds them: of labels learnt, then members. */
  private static void joinDrifts(Outcomes[] parts, Outcomes out) {
    int[] at = new int[parts.length];
    while (true) {
      int next = -1;
      for (int p = 0; p < parts.length; p++) {
        boolean more = at[p] < parts[p].drifts();
        if (more && (next < 0 || parts[p].driftLearnt(at[p]) < parts[next].driftLearnt(at[next]))) {
          next = p;
        }
      }
      if (next < 0) {
        return;
      }
      int i = at[next]++;
      Outcomes p = parts[next];
      out.drift(p.driftEvent(i), p.driftLearnt(i), p.driftSource(i));
    }
  }

  /** What is answered: as the engine of the whole answers. */
  public Answers answers() {
    return kind;
  }

  /** Events whose answers are kept. */
  public int kept() {
    return kept.size();
  }

  public long memoryBytes() {
    return 150 + 8L * (votes.length + answer.length) + joining.memoryBytes() + kept.memoryBytes();
  }

  /**
   * Writes its part of the state of the engine of the whole: laid over the states of the parts'
   * engines by {@link StateReader#joined} it is that.
   */
  public void save(StateWriter out) {
    if (pipeline) {
      out.child("model").put("learner", joining);
    } else {
      out.put("model", joining);
    }
    kept.save(out.child("join").child("known").child("joint"));
  }

  /**
   * Replaces the state of a new one.
   *
   * @param in what this and the engines of the parts wrote, laid over each other; what this wrote
   *     alone; or what the engine of the whole wrote
   */
  public void load(StateReader in) {
    loadModel(in);
    StateReader known = in.child("join").child("known");
    kept.load(known.has("joint") ? known.child("joint") : known);
  }

  /** Replaces what joining learnt by what {@link Engine#loadModel} takes. */
  public void loadModel(StateReader in) {
    if (pipeline) {
      in.child("model").load("learner", joining);
    } else {
      in.load("model", joining);
    }
  }
}
