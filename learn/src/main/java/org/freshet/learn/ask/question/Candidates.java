package org.freshet.learn.ask.question;

import org.freshet.core.ask.Question;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Asks which of a few classes it is, those that hold the label in a known share of events: the
 * fewer bits, the better the model, and the label is known in the end.
 *
 * <p>How it works. The set holds the classes with 1 − p ≤ q, k of them. "Which of these, or none?"
 * costs log₂(k + 1) bits; after "none of these" the others are asked about, log₂(L − k) more. q is
 * the ⌈(n + 1)(1 − ε)⌉-th smallest of 1 − p_y over the latest {@code window} answers (conformal
 * prediction), so that the set has the label in a share 1 − ε of them. Every {@code refresh}
 * answers ε is chosen anew, out of 1 % to 95 %, as what would have cost least over those answers.
 * As the model learns, earlier answers promise too little: the level of the quantile is ε + δ, and
 * δ moves by 0.01 (ε − miss) at each answer, so that the label is missed as often as promised.
 * Where no set is cheaper, with fewer than {@code least} answers, and where the set is empty or has
 * all classes, the question is the full one, log₂ L.
 *
 * <p>Paper: Y. Gwon, S. Hwang, H. Kim, J. Ok, S. Kwak, "Enhancing Cost Efficiency in Active
 * Learning with Candidate Set Query", 2025.
 *
 * <p>Where we differ: answers come one at a time, so threshold and level follow a window of answers
 * and not batches, and the level is corrected as in adaptive conformal inference (I. Gibbs, E.
 * Candès, NeurIPS 2021). Which events are asked about is left to the query strategy.
 *
 * <p>Costs O(classes) an event; every {@code refresh} answers O(24 · window · log classes). Keeps
 * {@code window} answers with their {@value #KEPT} largest probabilities, and 24 bytes for each
 * open question.
 *
 * <pre>
 * labels: { budget: 10%, question: candidates }
 * </pre>
 */
@Component(name = "candidates", kinds = Kind.PART, family = "question")
public final class Candidates implements Question {
  /** Parameters. */
  public record Parameters(
      @Param(
              value = "latest answers that threshold and level are chosen by",
              def = "500",
              range = "[20, 100000]",
              unit = "answers",
              origin = "Gwon et al. 2025 calibrate on 500 for CIFAR")
          int window,
      @Param(
              value = "answers from one choice to the next",
              def = "10",
              range = "[1, 100000]",
              unit = "answers",
              origin = "ours")
          int refresh,
      @Param(
              value = "answers before which the full question is asked",
              def = "30",
              range = "[1, 100000]",
              unit = "answers",
              origin = "ours")
          int least) {}

  /** Largest probabilities of an answer that are kept. */
  static final int KEPT = 64;

  private static final int LEVELS = 24;

  /** How far the level moves at an answer, as in adaptive conformal inference. */
  private static final double RATE = 0.01;

  /** Asks in full. */
  private static final double FULL = -1;

  private final Parameters p;
  private final Latest latest;
  private final OpenThresholds open = new OpenThresholds();
  private double threshold = FULL;
  private double level;
  private double shift; // of the level, so that misses come as often as promised
  private long answers;
  private int learnt = -1;
  private long sets;
  private long inside;
  private double nominal;

  public Candidates(Parameters p, Build build) {
    this.p = p;
    this.latest = new Latest(p.window, KEPT);
  }

  @Override
  public void ask(long event, double[] scores, int at, int labels) {
    open.add(event, threshold, level);
  }

  @Override
  public boolean offers(long event, int code, double[] scores, int at, int labels) {
    int question = open.find(event);
    double q = question < 0 ? FULL : open.threshold(question);
    return q < 0 || 1 - scores[at + code] <= q;
  }

  /** The threshold that questions are formed by now; below 0 for the full question. */
  double threshold() {
    return threshold;
  }

  /** Candidates of an event by a threshold: how many of its classes. */
  static int size(double threshold, double[] scores, int at, int labels) {
    int k = 0;
    for (int c = 0; c < labels; c++) {
      k += 1 - scores[at + c] <= threshold ? 1 : 0;
    }
    return k;
  }

  @Override
  public double answer(long event, int label, double[] scores, int at, int labels) {
    int classes = Math.max(2, Math.max(labels, label + 1));
    int question = open.find(event);
    double q = question < 0 ? FULL : open.threshold(question);
    int k = size(q, scores, at, labels);
    boolean in = label < labels && 1 - scores[at + label] <= q;
    if (question >= 0) {
      if (q >= 0) {
        sets++;
        inside += in ? 1 : 0;
        nominal += 1 - open.level(question);
        shift += RATE * (open.level(question) - (in ? 0 : 1));
      }
      open.remove(question);
    }
    learnt = label;
    latest.add(scores, at, labels, label < labels ? 1 - scores[at + label] : 1, classes);
    if (++answers % p.refresh == 0 && latest.size() >= p.least) {
      choose();
    }
    return bits(k, in, classes);
  }

  /** What a question with k candidates costs. */
  static double bits(int k, boolean in, int classes) {
    if (k == 0 || k >= classes) {
      return Question.bits(classes);
    }
    return Question.bits(k + 1) + (in ? 0 : Question.bits(classes - k));
  }

  private void choose() {
    latest.sort();
    double least = latest.fullCost();
    threshold = FULL;
    level = 0;
    for (int i = 0; i < LEVELS; i++) {
      double epsilon = i < 5 ? 0.01 * (i + 1) : 0.05 * (i - 3);
      double q = latest.quantile(Math.max(0, Math.min(1, epsilon + shift)));
      double cost = q > 1 ? Double.POSITIVE_INFINITY : latest.cost(q);
      if (cost < least - 1e-12) {
        least = cost;
        threshold = q;
        level = epsilon;
      }
    }
  }

  @Override
  public int learnt() {
    return learnt;
  }

  @Override
  public double certainty() {
    return 1;
  }

  @Override
  public void drop(long event) {
    int at = open.find(event);
    if (at >= 0) {
      open.remove(at);
    }
  }

  @Override
  public double coverage() {
    return sets == 0 ? Double.NaN : (double) inside / sets;
  }

  @Override
  public double nominalCoverage() {
    return sets == 0 ? Double.NaN : nominal / sets;
  }

  @Override
  public void save(StateWriter out) {
    out.put("threshold", threshold);
    out.put("level", level);
    out.put("shift", shift);
    out.put("answers", answers);
    out.put("sets", sets);
    out.put("inside", inside);
    out.put("nominal", nominal);
    open.save(out.child("open"));
    latest.save(out.child("latest"));
  }

  @Override
  public void load(StateReader in) {
    threshold = in.doubleValue("threshold");
    level = in.doubleValue("level");
    if (!(threshold >= -1 && threshold <= 1) || !(level >= 0 && level <= 1)) {
      throw in.corrupt("threshold", "is " + threshold + " at the level " + level);
    }
    shift = in.doubleValue("shift");
    if (!(Math.abs(shift) <= 1e6)) {
      throw in.corrupt("shift", "is " + shift);
    }
    answers = in.longValue("answers", 0, Long.MAX_VALUE - 1);
    sets = in.longValue("sets", 0, answers);
    inside = in.longValue("inside", 0, sets);
    nominal = in.doubleValue("nominal");
    open.load(in.child("open"));
    latest.load(in.child("latest"));
  }

  @Override
  public long memoryBytes() {
    return 150 + open.memoryBytes() + latest.memoryBytes();
  }
}
