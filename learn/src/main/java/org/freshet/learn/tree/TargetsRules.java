package org.freshet.learn.tree;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A set of rules that answer several numbers, on the leaves and split search of the multi-target
 * tree. A rule answers some of the targets: when it narrows, targets that its new condition does
 * not help may stay with a rule without it.
 */
public final class TargetsRules {
  private static final double LARGEST = 1e100;

  /** What answers may go beyond the truths seen, as a share of their range. */
  private static final double MARGIN = 0.1;

  private final RegressionParameters p;
  private final Schema schema;
  private final int targets;
  private final boolean ordered;
  private final boolean specialise;
  private final double anomaly;
  private final Supplier<DriftDetector> detectors;
  private final DriftLog log;
  private final FeatureSet features;
  private final InputScaler scaler;
  private final TargetsSplit search;
  private final RuleList<TargetsRule> rules;
  private final int[] every;

  // Of the stream, by target.
  private final double[] weight;
  private final double[] mean;
  private final double[] squares;
  private final double[] lowest;
  private final double[] highest;

  // Of the event.
  private final double[] xs;
  private final double[] z;
  private final double[] terms;
  private final double[] sum; // of the votes, by target
  private final double[] votes;
  private final boolean[] known; // truths to learn
  private final boolean[] learnt; // by a rule that is not the default one
  private final double[] given; // by a rule, by its outputs
  private final double[] truths;
  private double norm;

  /**
   * @param ordered whether the first rule that covers a row answers and learns a target alone
   * @param specialise whether targets a condition does not help stay with a rule without it
   * @param anomaly mean log odds under which a row is not learnt by a rule
   * @param detectors make the detector of each rule
   */
  public TargetsRules(
      RegressionParameters p,
      Schema schema,
      boolean ordered,
      boolean specialise,
      double anomaly,
      Supplier<DriftDetector> detectors,
      DriftLog log) {
    this.p = p;
    this.schema = schema;
    this.targets = schema.outputs().size();
    this.ordered = ordered;
    this.specialise = specialise;
    this.anomaly = anomaly;
    this.detectors = detectors;
    this.log = log;
    this.features = FeatureSet.all(schema);
    this.scaler = new InputScaler(schema);
    this.search = new TargetsSplit(targets, p.minBranch(), p.criterion());
    this.every = IntStream.range(0, targets).toArray();
    this.weight = new double[targets];
    this.mean = new double[targets];
    this.squares = new double[targets];
    this.lowest = new double[targets];
    this.highest = new double[targets];
    Arrays.fill(lowest, Double.POSITIVE_INFINITY);
    Arrays.fill(highest, Double.NEGATIVE_INFINITY);
    this.xs = new double[schema.width()];
    this.z = new double[scaler.size()];
    this.terms = new double[TargetsLeaf.cell(targets)];
    this.sum = new double[targets];
    this.votes = new double[targets];
    this.known = new boolean[targets];
    this.learnt = new boolean[targets];
    this.given = new double[targets];
    this.truths = new double[targets];
    this.rules = new RuleList<>(p.maxBytes());
    rules.begin(fresh(new Conditions(), every), baseBytes());
  }

  private long baseBytes() {
    return 1000
        + 8L * (xs.length + z.length + 6L * terms.length)
        + 78L * targets
        + scaler.bytes()
        + 4L * xs.length;
  }

  private TargetsRule fresh(Conditions c, int[] outputs) {
    return fresh(c, outputs, detectors.get());
  }

  private TargetsRule fresh(Conditions c, int[] outputs, DriftDetector detector) {
    int inputs = p.prediction() == RegressionPrediction.MEAN ? -1 : scaler.size();
    TargetsLeaf leaf = new TargetsLeaf(features, outputs.length, p.bins(), inputs);
    return new TargetsRule(c, outputs, leaf, detector, new UsualRows(xs.length));
  }

  public int targets() {
    return targets;
  }

  /** Rules besides the default one. */
  public int size() {
    return rules.size();
  }

  /**
   * Predicts, then learns, in one pass over the rules.
   *
   * @param truth NaN where unknown; null to predict only
   * @param answers null to learn only
   */
  public void step(Features x, double[] truth, double w, double[] answers) {
    read(x);
    boolean learns = begin(truth, w);
    if (learns) {
      log.tick();
    }
    for (int i = 0; i < rules.size() && !(ordered && isDone()); i++) {
      TargetsRule r = rules.get(i);
      if (!r.conditions.cover(xs)) {
        continue;
      }
      answer(r);
      if (learns && takes(r, truth) && !r.usual.unusual(xs, anomaly)) {
        for (int k = 0; k < r.outputs.length; k++) {
          learnt[r.outputs[k]] |= !Double.isNaN(truths[k]);
        }
        i += teach(i, x, w);
      }
    }
    TargetsRule otherwise = rules.get(rules.size());
    fillIn(otherwise);
    for (int t = 0; answers != null && t < targets; t++) {
      answers[t] = sum[t] / votes[t];
    }
    if (learns) {
      if (takesRest(truth)) {
        teachDefault(otherwise, x, w);
      }
      follow(truth, w);
    }
  }

  private void read(Features x) {
    for (int i = 0; i < xs.length; i++) {
      double v = x.get(i);
      xs[i] = v <= LARGEST && v >= -LARGEST ? v : Double.NaN;
    }
    norm = scaler.scale(xs, z);
  }

  private boolean begin(double[] truth, double w) {
    boolean any = false;
    for (int t = 0; t < targets; t++) {
      sum[t] = 0;
      votes[t] = 0;
      learnt[t] = false;
      known[t] = truth != null && w > 0 && Math.abs(truth[t]) <= LARGEST;
      any |= known[t];
    }
    return any;
  }

  /** Whether every target has its answer and was learnt. */
  private boolean isDone() {
    for (int t = 0; t < targets; t++) {
      if (votes[t] == 0 || known[t] && !learnt[t]) {
        return false;
      }
    }
    return true;
  }

  private void answer(TargetsRule r) {
    for (int k = 0; k < r.outputs.length; k++) {
      int t = r.outputs[k];
      given[k] = clipped(t, r.answer(k, z, p.prediction()));
      if (!ordered || votes[t] == 0) {
        double v = r.vote(k);
        sum[t] += v * given[k];
        votes[t] += v;
      }
    }
  }

  /** The default rule answers what no rule has, with a vote of 1; it may learn what none has. */
  private void fillIn(TargetsRule otherwise) {
    for (int t = 0; t < targets; t++) {
      if (votes[t] > 0 && (learnt[t] || !known[t])) {
        continue;
      }
      given[t] = clipped(t, otherwise.answer(t, z, p.prediction()));
      if (votes[t] == 0) {
        sum[t] = given[t];
        votes[t] = 1;
      }
    }
  }

  private double clipped(int t, double answer) {
    if (weight[t] == 0) {
      return answer;
    }
    double margin = MARGIN * (highest[t] - lowest[t]);
    return Math.max(lowest[t] - margin, Math.min(highest[t] + margin, answer));
  }

  /** The truths that a rule learns, by its outputs; false when there is none. */
  private boolean takes(TargetsRule r, double[] truth) {
    boolean any = false;
    for (int k = 0; k < r.outputs.length; k++) {
      int t = r.outputs[k];
      boolean takes = known[t] && !(ordered && learnt[t]);
      truths[k] = takes ? truth[t] : Double.NaN;
      any |= takes;
    }
    return any;
  }

  private boolean takesRest(double[] truth) {
    boolean any = false;
    for (int t = 0; t < targets; t++) {
      boolean takes = known[t] && !learnt[t];
      truths[t] = takes ? truth[t] : Double.NaN;
      any |= takes;
    }
    return any;
  }

  private void follow(double[] truth, double w) {
    for (int t = 0; t < targets; t++) {
      if (known[t]) {
        double y = truth[t];
        double before = mean[t];
        weight[t] += w;
        mean[t] += (y - before) * w / weight[t];
        squares[t] += w * (y - before) * (y - mean[t]);
        lowest[t] = Math.min(lowest[t], y);
        highest[t] = Math.max(highest[t], y);
      }
    }
    scaler.learn(xs, w);
  }

  /** Mean error of the truths taken, in deviations of their targets, each at most 1. */
  private double share(TargetsRule r) {
    double all = 0;
    int n = 0;
    for (int k = 0; k < r.outputs.length; k++) {
      int t = r.outputs[k];
      if (!Double.isNaN(truths[k])) {
        double e = Math.abs(truths[k] - given[k]);
        all += squares[t] > 0 ? Math.min(1, e / Math.sqrt(squares[t] / weight[t])) : 0;
        n++;
      }
    }
    return all / n;
  }

  /** Lets a rule learn a row it covers; by how many places the next rule has moved. */
  private int teach(int i, Features x, double w) {
    TargetsRule r = rules.get(i);
    if (rules.takesOut(i, share(r))) {
      log.add(r.conditions.text(schema));
      return -1;
    }
    learn(r, x, w);
    if (!findsTest(r.leaf)) {
      return 0;
    }
    boolean left = leftVariesLess(r.leaf);
    int[] helped = helped(r.leaf, left);
    boolean all = helped.length == r.outputs.length || !rules.hasRoom();
    rules.replace(i, narrower(r, all ? identity(r) : helped, left));
    if (all) {
      return 0;
    }
    rules.insert(i + 1, remainder(r, others(r, helped)));
    return 1;
  }

  private static int[] identity(TargetsRule r) {
    return IntStream.range(0, r.outputs.length).toArray();
  }

  private static int[] others(TargetsRule r, int[] places) {
    return IntStream.range(0, r.outputs.length)
        .filter(k -> Arrays.binarySearch(places, k) < 0)
        .toArray();
  }

  private void teachDefault(TargetsRule otherwise, Features x, double w) {
    learn(otherwise, x, w);
    if (!rules.hasRoom() || !findsTest(otherwise.leaf)) {
      return;
    }
    boolean left = leftVariesLess(otherwise.leaf);
    int[] helped = helped(otherwise.leaf, left);
    TargetsRule made = narrower(otherwise, helped, left);
    double[] rest = sums(!left).clone();
    for (int t : others(otherwise, helped)) { // these go on to come here from either side
      for (int c = 1 + t * Histograms.CELL, end = c + Histograms.CELL; c < end; c++) {
        rest[c] += sums(left)[c];
      }
    }
    TargetsRule next = fresh(new Conditions(), every);
    next.leaf.inherit(otherwise.leaf, every, rest);
    boolean all = helped.length == targets;
    next.leaf.look(otherwise.leaf, all ? search.column : -1, search.threshold, !left);
    rules.replace(rules.size(), next);
    rules.insert(rules.size(), made);
  }

  private void learn(TargetsRule r, Features x, double w) {
    for (int k = 0; k < r.outputs.length; k++) {
      if (!Double.isNaN(truths[k])) {
        r.learnError(k, Math.abs(truths[k] - given[k]), w);
      }
    }
    rules.grown(r.learn(x, xs, z, norm, p, truths, w, terms));
    rules.enforceLimit(r);
  }

  /** The rule with one side of the test found, for the outputs at some places. */
  private TargetsRule narrower(TargetsRule r, int[] places, boolean left) {
    Conditions c = r.conditions.and(search.column, search.kind, search.threshold, left);
    TargetsRule made = fresh(c, r.outputsAt(places), r.detector);
    made.leaf.inherit(r.leaf, places, sums(left));
    made.leaf.look(r.leaf, search.column, search.threshold, left);
    made.inheritErrors(r, places);
    return made;
  }

  /** The rule as it was, for the outputs at some places; it goes on from what it has observed. */
  private TargetsRule remainder(TargetsRule r, int[] places) {
    TargetsLeaf leaf = r.leaf.only(places);
    TargetsRule rest =
        new TargetsRule(r.conditions, r.outputsAt(places), leaf, detectors.get(), r.usual);
    rest.inheritErrors(r, places);
    return rest;
  }

  /**
   * Whether a test wins, and also beats having none: its share of the variance must be above what
   * noise gives with a chance of δ (likelihood ratio).
   */
  private boolean findsTest(TargetsLeaf leaf) {
    if (!leaf.active || leaf.seen - leaf.lastAttempt < p.gracePeriod()) {
      return false;
    }
    double n = leaf.seen;
    leaf.lastAttempt = n;
    search.search(leaf);
    if (search.column < 0) {
      return false;
    }
    double bound = Math.sqrt(Math.log(1 / p.splitConfidence()) / (2 * n));
    boolean wins = 1 - search.second / search.best > bound || bound < p.tieThreshold();
    double explained = 0;
    for (int k = 0; k < leaf.targets; k++) {
      explained += search.explained(k);
    }
    return wins && explained / leaf.targets > noise(n);
  }

  /** Share of the variance that a test takes away by chance alone. */
  private double noise(double n) {
    return 2 * Math.log(1 / p.splitConfidence()) / n;
  }

  private double[] sums(boolean left) {
    return left ? search.left : search.right;
  }

  private boolean leftVariesLess(TargetsLeaf leaf) {
    double l = 0;
    double r = 0;
    for (int k = 0; k < leaf.targets; k++) {
      l += search.kept(k, true);
      r += search.kept(k, false);
    }
    return l <= r;
  }

  /** Places of the outputs that vary less on the side taken, by more than chance gives; or all. */
  private int[] helped(TargetsLeaf leaf, boolean left) {
    int[] all = IntStream.range(0, leaf.targets).toArray();
    if (!specialise) {
      return all;
    }
    double noise = noise(leaf.seen);
    int[] some =
        IntStream.of(all)
            .filter(k -> search.explained(k) > noise && search.kept(k, left) < 1)
            .toArray();
    return some.length == 0 ? all : some;
  }

  /** The rules in words, the default one last. */
  public String text() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i <= rules.size(); i++) {
      TargetsRule r = rules.get(i);
      s.append(i < rules.size() ? "if " + r.conditions.text(schema) + " then " : "otherwise ");
      for (int k = 0; k < r.outputs.length; k++) {
        s.append(k == 0 ? "" : ", ").append(schema.outputs().get(r.outputs[k])).append(' ');
        s.append(r.leaf.answersByModel(k, p.prediction()) ? "a linear function around " : "");
        s.append(Conditions.number(r.leaf.mean[k]));
        s.append(" (weight ").append(Conditions.number(r.leaf.weight[k]));
        s.append(", mean error ").append(Conditions.number(r.error(k))).append(')');
      }
      s.append('\n');
    }
    return s.toString();
  }

  public void save(StateWriter out) {
    out.put("weight", weight);
    out.put("mean", mean);
    out.put("squares", squares);
    out.put("lowest", lowest);
    out.put("highest", highest);
    scaler.save(out.child("scaler"));
    out.put("size", rules.size());
    for (int i = 0; i <= rules.size(); i++) {
      TargetsRule r = rules.get(i);
      StateWriter own = out.child("rule-" + i);
      own.put("detector", r.detector);
      Tape tape = new Tape();
      r.save(tape);
      tape.save(own);
    }
  }

  public void load(StateReader in) {
    System.arraycopy(in.doubles("weight", targets), 0, weight, 0, targets);
    System.arraycopy(in.doubles("mean", targets), 0, mean, 0, targets);
    System.arraycopy(in.doubles("squares", targets), 0, squares, 0, targets);
    System.arraycopy(in.doubles("lowest", targets), 0, lowest, 0, targets);
    System.arraycopy(in.doubles("highest", targets), 0, highest, 0, targets);
    scaler.load(in.child("scaler"));
    int size = in.intValue("size", 0, 1 << 24);
    TargetsRule otherwise = rule(in.child("rule-" + size));
    if (otherwise.outputs.length < targets) {
      throw in.corrupt("size", "is not that of a set with a default rule for all targets");
    }
    rules.begin(otherwise, baseBytes());
    for (int i = 0; i < size; i++) {
      rules.insert(i, rule(in.child("rule-" + i)));
    }
  }

  private TargetsRule rule(StateReader in) {
    Tape tape = Tape.load(in);
    Conditions c = Conditions.load(tape, xs.length);
    TargetsRule r = fresh(c, TargetsRule.loadOutputs(tape, targets));
    r.load(tape);
    tape.end();
    in.load("detector", r.detector);
    return r;
  }

  public long memoryBytes() {
    return rules.bytes();
  }
}
