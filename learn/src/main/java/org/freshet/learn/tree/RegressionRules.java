package org.freshet.learn.tree;

import java.util.function.Supplier;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A set of rules that answer with a number, on the leaves and split search of the regression trees:
 * a rule is a leaf that narrows itself by one side of a test. What no rule covers goes to a default
 * rule, from which new rules come.
 */
public final class RegressionRules {
  private static final double LARGEST = 1e100;

  /** What answers may go beyond the targets seen, as a share of their range. */
  private static final double MARGIN = 0.1;

  private final RegressionParameters p;
  private final Schema schema;
  private final boolean ordered;
  private final double anomaly;
  private final Supplier<DriftDetector> detectors;
  private final DriftLog log;
  private final RegressionGrower grower;
  private final InputScaler scaler;
  private final double[] xs;
  private final double[] z;
  private double norm;
  private final RuleList<RegressionRule> rules;
  private double weight;
  private double mean;
  private double squares;
  private double lowest = Double.POSITIVE_INFINITY;
  private double highest = Double.NEGATIVE_INFINITY;

  /**
   * @param ordered whether the first rule that covers a row answers and learns alone
   * @param anomaly mean log odds under which a row is not learnt by a rule
   * @param detectors make the detector of each rule
   */
  public RegressionRules(
      RegressionParameters p,
      Schema schema,
      boolean ordered,
      double anomaly,
      Supplier<DriftDetector> detectors,
      DriftLog log) {
    this.p = p;
    this.schema = schema;
    this.ordered = ordered;
    this.anomaly = anomaly;
    this.detectors = detectors;
    this.log = log;
    this.grower = new RegressionGrower(p, schema, null);
    this.scaler = new InputScaler(schema);
    this.xs = new double[schema.width()];
    this.z = new double[scaler.size()];
    this.rules = new RuleList<>(p.maxBytes());
    rules.begin(fresh(), baseBytes());
  }

  private long baseBytes() {
    return 500 + 8L * (xs.length + z.length) + scaler.bytes() + 4L * xs.length;
  }

  private RegressionRule fresh() {
    return new RegressionRule(
        new Conditions(), grower.newLeaf(), detectors.get(), new UsualRows(xs.length));
  }

  /** Rules besides the default one. */
  public int size() {
    return rules.size();
  }

  public double predict(Features x) {
    read(x);
    return step(x, 0, 0);
  }

  /** Predicts, then learns, in one pass over the rules. */
  public double testThenLearn(Features x, double y, double w) {
    read(x);
    return step(x, y, w > 0 && Math.abs(y) <= LARGEST ? w : 0);
  }

  private void read(Features x) {
    for (int i = 0; i < xs.length; i++) {
      double v = x.get(i);
      xs[i] = v <= LARGEST && v >= -LARGEST ? v : Double.NaN;
    }
    norm = scaler.scale(xs, z);
  }

  private double step(Features x, double y, double w) {
    double sum = 0;
    double votes = 0;
    boolean learnt = w == 0;
    for (int i = 0; i < rules.size(); i++) {
      RegressionRule r = rules.get(i);
      if (!r.conditions.cover(xs)) {
        continue;
      }
      double a = clipped(r.answer(z, p.prediction()));
      if (!ordered || votes == 0) {
        double v = r.vote();
        sum += v * a;
        votes += v;
      }
      if (w > 0 && !(ordered && learnt) && !r.usual.unusual(xs, anomaly)) {
        learnt = true;
        i -= teach(i, x, y, w, Math.abs(y - a)) ? 0 : 1;
      }
      if (ordered && learnt) {
        break;
      }
    }
    double answer = sum / votes;
    if (votes == 0 || !learnt) {
      double a = clipped(rules.get(rules.size()).answer(z, p.prediction()));
      answer = votes == 0 ? a : answer;
      if (!learnt) {
        teachDefault(x, y, w, Math.abs(y - a));
      }
    }
    if (w > 0) {
      follow(y, w);
    }
    return answer;
  }

  private double clipped(double answer) {
    if (weight == 0) {
      return answer;
    }
    double margin = MARGIN * (highest - lowest);
    return Math.max(lowest - margin, Math.min(highest + margin, answer));
  }

  private void follow(double y, double w) {
    double before = mean;
    weight += w;
    mean += (y - mean) * w / weight;
    squares += w * (y - before) * (y - mean);
    lowest = Math.min(lowest, y);
    highest = Math.max(highest, y);
    scaler.learn(xs, w);
  }

  /** Lets a rule learn a row it covers; false when its error rose and it was taken out. */
  private boolean teach(int i, Features x, double y, double w, double error) {
    RegressionRule r = rules.get(i);
    double share = squares > 0 ? Math.min(1, error / Math.sqrt(squares / weight)) : 0;
    if (rules.takesOut(i, share)) {
      log.add(r.conditions.text(schema));
      return false;
    }
    learn(r, x, y, w, error);
    if (findsTest(r.leaf)) {
      rules.replace(i, narrower(r));
    }
    return true;
  }

  private void teachDefault(Features x, double y, double w, double error) {
    RegressionRule otherwise = rules.get(rules.size());
    learn(otherwise, x, y, w, error);
    if (rules.hasRoom() && findsTest(otherwise.leaf)) {
      boolean left = leftVariesLess();
      RegressionRule made = narrower(otherwise);
      RegressionLeaf rest = grower.child(otherwise.leaf, sums(!left), !left);
      rules.replace(
          rules.size(),
          new RegressionRule(new Conditions(), rest, detectors.get(), new UsualRows(xs.length)));
      rules.insert(rules.size(), made);
    }
  }

  private void learn(RegressionRule r, Features x, double y, double w, double error) {
    rules.grown(r.learn(x, xs, z, norm, p, y, w, error));
    rules.enforceLimit(r);
  }

  /** The rule with the side of the test found on which the target varies less. */
  private RegressionRule narrower(RegressionRule r) {
    boolean left = leftVariesLess();
    RegressionSplit s = grower.search;
    return r.narrowed(
        r.conditions.and(s.column, s.kind, s.threshold, left),
        grower.child(r.leaf, sums(left), left));
  }

  /**
   * Whether a test wins, and also beats having none: its share of the variance must be above what
   * noise gives with a chance of δ (likelihood ratio), or a rule would narrow without end.
   */
  private boolean findsTest(RegressionLeaf leaf) {
    if (!grower.due(leaf) || !grower.attempt(leaf)) {
      return false;
    }
    double[] a = grower.search.left;
    double[] b = grower.search.right;
    double n = a[0] + b[0];
    double whole = RegressionCriterion.deviation(n, a[1] + b[1], a[2] + b[2]);
    double left = RegressionCriterion.deviation(a[0], a[1], a[2]);
    double right = RegressionCriterion.deviation(b[0], b[1], b[2]);
    double kept = (a[0] * left * left + b[0] * right * right) / (n * whole * whole);
    return 1 - kept > 2 * Math.log(1 / p.splitConfidence()) / n;
  }

  private double[] sums(boolean left) {
    return left ? grower.search.left : grower.search.right;
  }

  private boolean leftVariesLess() {
    double[] a = grower.search.left;
    double[] b = grower.search.right;
    return RegressionCriterion.deviation(a[0], a[1], a[2])
        <= RegressionCriterion.deviation(b[0], b[1], b[2]);
  }

  /** The rules in words, the default one last. */
  public String text() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i <= rules.size(); i++) {
      RegressionRule r = rules.get(i);
      boolean model = r.leaf.answersByModel(p.prediction());
      s.append(i < rules.size() ? "if " + r.conditions.text(schema) + " then " : "otherwise ");
      s.append(model ? "a linear function around " : "").append(Conditions.number(r.leaf.mean));
      s.append(" (weight ").append(Conditions.number(r.leaf.weight));
      s.append(", mean error ").append(Conditions.number(r.error())).append(")\n");
    }
    return s.toString();
  }

  public void save(StateWriter out) {
    for (int i = 0; i < 5; i++) {
      out.put(TOTALS[i], new double[] {weight, mean, squares, lowest, highest}[i]);
    }
    scaler.save(out.child("scaler"));
    out.put("size", rules.size());
    for (int i = 0; i <= rules.size(); i++) {
      RegressionRule r = rules.get(i);
      StateWriter own = out.child("rule-" + i);
      own.put("detector", r.detector);
      Tape tape = new Tape();
      r.save(tape);
      grower.save(r.leaf, tape);
      tape.save(own);
    }
  }

  private static final String[] TOTALS = {"weight", "mean", "squares", "lowest", "highest"};

  public void load(StateReader in) {
    weight = in.doubleValue("weight");
    mean = in.doubleValue("mean");
    squares = in.doubleValue("squares");
    lowest = in.doubleValue("lowest");
    highest = in.doubleValue("highest");
    scaler.load(in.child("scaler"));
    int size = in.intValue("size", 0, 1 << 24);
    rules.begin(rule(in.child("rule-" + size)), baseBytes());
    for (int i = 0; i < size; i++) {
      rules.insert(i, rule(in.child("rule-" + i)));
    }
  }

  private RegressionRule rule(StateReader in) {
    DriftDetector detector = detectors.get();
    in.load("detector", detector);
    Tape tape = Tape.load(in);
    Conditions c = Conditions.load(tape, xs.length);
    UsualRows usual = new UsualRows(xs.length);
    double[] losses = {tape.nextDouble(), tape.nextDouble()};
    usual.load(tape);
    RegressionRule r = new RegressionRule(c, grower.load(tape), detector, usual);
    r.restore(losses[0], losses[1]);
    tape.end();
    return r;
  }

  public long memoryBytes() {
    return rules.bytes();
  }
}
