package org.freshet.learn.tree;

import java.util.Arrays;
import java.util.function.Supplier;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A set of rules that answer with classes, on the leaves and split search of the Hoeffding trees: a
 * rule is a leaf that narrows itself by one side of a test. What no rule covers goes to a default
 * rule, from which new rules come.
 */
public final class ClassRules {
  /** For which classes a rule grows. */
  public enum Growth {
    /** For none in particular: to the purer side of the test that tells all classes apart best. */
    ALL_CLASSES,
    /** For the one class the rule is for, against all others. */
    ONE_CLASS,
    /** Likewise, and a rule that narrows leaves behind rules for the other classes. */
    EACH_CLASS
  }

  /** The class of a rule that is for none in particular. */
  private static final int NONE = -1;

  private final TreeParameters p;
  private final Schema schema;
  private final boolean ordered;
  private final Supplier<DriftDetector> detectors;
  private final DriftLog log;
  private final Grower grower;
  private final FoilSearch foil; // null where rules grow for all classes
  private final boolean eachClass;
  private final Node<Leaf> test = new Node<>(null);
  private final int declared;
  private final double[] xs;
  private double[] own = new double[8];
  private final RuleList<ClassRule> rules;
  private int labels;

  /**
   * @param ordered whether the first rule that covers a row answers and learns alone
   * @param growth for which classes rules grow
   * @param detectors make the detector of each rule
   */
  public ClassRules(
      TreeParameters p,
      Schema schema,
      boolean ordered,
      Growth growth,
      Supplier<DriftDetector> detectors,
      DriftLog log) {
    this.p = p;
    this.schema = schema;
    this.ordered = ordered;
    this.detectors = detectors;
    this.log = log;
    this.grower = new Grower(p, schema, null);
    this.foil = growth == Growth.ALL_CLASSES ? null : new FoilSearch(p);
    this.eachClass = growth == Growth.EACH_CLASS;
    this.declared = schema.declaredLabels();
    this.labels = declared;
    this.xs = new double[schema.width()];
    this.rules = new RuleList<>(p.maxBytes());
    rules.begin(fresh(new Conditions(), NONE), baseBytes());
  }

  private long baseBytes() {
    return 500 + 8L * (xs.length + own.length) + grower.bytes();
  }

  private ClassRule fresh(Conditions c, int target) {
    TreeParameters alone = p.growing(TreeParameters.Growth.ON_DEMAND);
    return new ClassRule(c, target, new GrowingTree(alone, schema, null), detectors.get());
  }

  /** Rules besides the default one. */
  public int size() {
    return rules.size();
  }

  public int labels() {
    return labels;
  }

  /** Predicts where there is room for scores, and learns where there is weight, in one pass. */
  public void step(Features x, int label, double w, double[] scores) {
    for (int i = 0; i < xs.length; i++) {
      xs[i] = x.get(i);
    }
    int known = scores == null ? labels : Math.min(labels, scores.length);
    if (own.length < labels) {
      int room = 2 * Integer.highestOneBit(labels); // of no history, so that a restored set agrees
      rules.grown(8L * (room - own.length));
      own = new double[room];
    }
    if (scores != null) {
      Arrays.fill(scores, 0);
    }
    boolean answered = false;
    boolean learnt = !(w > 0);
    for (int i = 0, end = rules.size(); i < end; i++) { // rules made on the way are not asked
      ClassRule r = rules.get(i);
      if (!r.conditions.cover(xs)) {
        continue;
      }
      r.tree.visit(r.tree.root(), x);
      vote(r, scores, known);
      answered = true;
      if (w > 0) {
        learnt = true;
        if (!teach(i, x, label, w)) {
          i--;
          end--;
        }
      }
      if (ordered) {
        break;
      }
    }
    if (!answered) {
      ClassRule otherwise = rules.get(rules.size());
      otherwise.tree.visit(otherwise.tree.root(), x);
      vote(otherwise, scores, known);
    }
    if (!learnt) {
      teachDefault(x, label, w);
    }
    if (scores != null && known > 0) {
      Kernels.normalize(scores, known);
    }
    labels = w > 0 ? Math.max(labels, label + 1) : labels;
  }

  private void vote(ClassRule r, double[] scores, int known) {
    if (scores == null) {
      return;
    }
    r.tree.write(own);
    double t = r.trust();
    for (int c = 0; c < known; c++) {
      scores[c] += t * own[c];
    }
  }

  /** Lets a rule learn a row it was just asked about; false when it was taken out instead. */
  private boolean teach(int i, Features x, int label, double w) {
    ClassRule r = rules.get(i);
    boolean correct = r.tree.answer() == label;
    if (rules.takesOut(i, correct ? 0 : 1)) {
      log.add(r.conditions.text(schema));
      return false;
    }
    learn(r, x, label, w, correct);
    if (foil != null) {
      narrowForClass(i);
    } else if (findsTest(r.leaf())) {
      rules.replace(i, narrower(r, test, leftIsPurer(r.leaf()), NONE));
    }
    return true;
  }

  private void teachDefault(Features x, int label, double w) {
    ClassRule otherwise = rules.get(rules.size());
    learn(otherwise, x, label, w, otherwise.tree.answer() == label);
    if (!rules.hasRoom()) {
      return;
    }
    if (foil != null) {
      rulesForClasses(otherwise);
    } else if (findsTest(otherwise.leaf())) {
      boolean left = leftIsPurer(otherwise.leaf());
      add(otherwise, narrower(otherwise, test, left, NONE), test, left);
    }
  }

  /** Adds a rule that covers one side of a test; the default one begins anew with the other. */
  private void add(ClassRule otherwise, ClassRule made, Node<Leaf> split, boolean left) {
    ClassRule rest = fresh(new Conditions(), NONE);
    rest.tree.begin(grower.childLeaf(otherwise.leaf(), split, left ? 1 : 0));
    rules.replace(rules.size(), rest);
    rules.insert(rules.size(), made);
  }

  /** Looks for conditions for each class of a leaf; false when it is not time. */
  private boolean searches(Leaf leaf) {
    if (!leaf.observes() || !grower.due(leaf)) {
      return false;
    }
    leaf.lastAttempt = leaf.total();
    foil.search(leaf);
    return true;
  }

  private void narrowForClass(int i) {
    ClassRule r = rules.get(i);
    Leaf leaf = r.leaf();
    if (!searches(leaf)) {
      return;
    }
    int slot = leaf.slotOf(r.target);
    if (slot >= 0 && foil.isSure(slot, leaf.total())) {
      rules.replace(i, forClass(r, slot));
      if (eachClass) {
        induce(r, slot, ordered ? i + 1 : rules.size());
      }
    }
  }

  /** New rules out of the default one, which keeps what the best of them does not cover. */
  private void rulesForClasses(ClassRule otherwise) {
    Leaf leaf = otherwise.leaf();
    if (!searches(leaf)) {
      return;
    }
    int best = -1;
    for (int s = 0; s < leaf.slots; s++) {
      boolean better = best < 0 || foil.best(s) > foil.best(best);
      best = better && foil.isSure(s, leaf.total()) ? s : best;
    }
    if (best < 0) {
      return;
    }
    add(otherwise, forClass(otherwise, best), foil.test(best), foil.isLeft(best));
    if (eachClass) {
      induce(otherwise, best, rules.size());
    }
  }

  /** Rules for the classes but one for which a condition more is sure. */
  private void induce(ClassRule from, int but, int at) {
    Leaf leaf = from.leaf();
    int place = at;
    for (int s = 0; s < leaf.slots && rules.hasRoom(); s++) {
      if (s != but && foil.isSure(s, leaf.total())) {
        ClassRule made = forClass(from, s);
        if (isNew(made)) {
          rules.insert(place++, made);
        }
      }
    }
  }

  private boolean isNew(ClassRule made) {
    for (int i = 0; i < rules.size(); i++) {
      ClassRule r = rules.get(i);
      if (r.target == made.target && r.conditions.same(made.conditions)) {
        return false;
      }
    }
    return true;
  }

  private ClassRule forClass(ClassRule r, int slot) {
    return narrower(r, foil.test(slot), foil.isLeft(slot), r.leaf().codes[slot]);
  }

  private void learn(ClassRule r, Features x, int label, double w, boolean correct) {
    long before = r.bytes();
    r.tested++;
    r.right += correct ? 1 : 0;
    r.tree.absorb(x, label, w);
    rules.grown(r.bytes() - before);
    rules.enforceLimit(r);
  }

  /** Whether a test wins, and tells more than noise would with a chance of δ (likelihood ratio). */
  private boolean findsTest(Leaf leaf) {
    if (!leaf.observes() || !grower.due(leaf) || !grower.attempt(leaf)) {
      return false;
    }
    test.feature = grower.search.column;
    test.kind = grower.search.kind;
    test.threshold = grower.search.threshold;
    double n = leaf.total();
    return grower.search.best > Math.log(1 / p.splitConfidence()) / (n * Math.log(2));
  }

  private boolean leftIsPurer(Leaf leaf) {
    return impurity(leaf, 0) <= impurity(leaf, 1);
  }

  private double impurity(Leaf leaf, int branch) {
    double[] w = new double[leaf.slots];
    SplitSearch.distribution(leaf, test, branch, w);
    double total = Kernels.sum(w, 0, w.length);
    return total > 0 ? p.criterion().impurity(w, w.length, total) : Double.POSITIVE_INFINITY;
  }

  private ClassRule narrower(ClassRule r, Node<Leaf> split, boolean left, int target) {
    Conditions c = r.conditions.and(split.feature, split.kind, split.threshold, left);
    ClassRule made = fresh(c, target);
    made.tree.begin(grower.childLeaf(r.leaf(), split, left ? 0 : 1));
    return made;
  }

  /** The rules in words, the default one last. */
  public String text() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i <= rules.size(); i++) {
      ClassRule r = rules.get(i);
      int majority = r.leaf().majority();
      int answer = r.target != NONE || majority < 0 ? r.target : r.leaf().codes[majority];
      s.append(i < rules.size() ? "if " + r.conditions.text(schema) + " then " : "otherwise ");
      s.append(answer < 0 ? "nothing" : schema.labels().name(answer));
      s.append(" (weight ").append(Conditions.number(r.leaf().total()));
      s.append(", accuracy ").append(Conditions.number(r.trust())).append(")\n");
    }
    return s.toString();
  }

  public void save(StateWriter out) {
    out.put("labels", labels);
    out.put("size", rules.size());
    for (int i = 0; i <= rules.size(); i++) {
      ClassRule r = rules.get(i);
      StateWriter child = out.child("rule-" + i);
      Tape tape = new Tape();
      r.conditions.save(tape);
      tape.save(child);
      child.put("target", r.target);
      child.put("right", r.right);
      child.put("tested", r.tested);
      child.put("detector", r.detector);
      r.tree.save(child.child("leaf"));
    }
  }

  public void load(StateReader in) {
    labels = in.labels("labels", declared);
    int size = in.intValue("size", 0, 1 << 24);
    rules.begin(rule(in.child("rule-" + size)), baseBytes());
    for (int i = 0; i < size; i++) {
      rules.insert(i, rule(in.child("rule-" + i)));
    }
  }

  private ClassRule rule(StateReader in) {
    Tape tape = Tape.load(in);
    int target = in.intValue("target", NONE, labels - 1);
    ClassRule r = fresh(Conditions.load(tape, xs.length), target);
    tape.end();
    r.right = in.doubleValue("right");
    r.tested = in.doubleValue("tested");
    in.load("detector", r.detector);
    r.tree.load(in.child("leaf"));
    if (r.tree.labels() > labels || r.tree.nodes() != 1) {
      throw in.corrupt("leaf", "is not a leaf of the labels known");
    }
    return r;
  }

  public long memoryBytes() {
    return rules.bytes() + (foil == null ? 0 : FoilSearch.bytes(labels));
  }
}
