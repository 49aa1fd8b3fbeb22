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
  private ClassRule[] rules = new ClassRule[4];
  private int size;
  private ClassRule otherwise;
  private int labels;
  private long bytes;

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
    this.otherwise = fresh(new Conditions(), NONE);
    count();
  }

  private ClassRule fresh(Conditions c, int target) {
    TreeParameters alone = p.growing(TreeParameters.Growth.ON_DEMAND);
    return new ClassRule(c, target, new GrowingTree(alone, schema, null), detectors.get());
  }

  /** Rules besides the default one. */
  public int size() {
    return size;
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
      bytes += 8L * (room - own.length);
      own = new double[room];
    }
    if (scores != null) {
      Arrays.fill(scores, 0);
    }
    boolean answered = false;
    boolean learnt = !(w > 0);
    for (int i = 0, end = size; i < end; i++) { // rules made on the way are not asked
      ClassRule r = rules[i];
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
    ClassRule r = rules[i];
    boolean correct = r.tree.answer() == label;
    long watched = r.detector.memoryBytes();
    boolean drift =
        r.detector.update(correct ? 0 : 1) == DriftDetector.DRIFT && r.detector.increased();
    bytes += r.detector.memoryBytes() - watched;
    if (drift) {
      log.add(r.conditions.text(schema));
      bytes -= r.bytes();
      System.arraycopy(rules, i + 1, rules, i, --size - i);
      rules[size] = null;
      return false;
    }
    learn(r, x, label, w, correct);
    if (foil != null) {
      narrowForClass(i);
    } else if (findsTest(r.leaf())) {
      replace(i, narrower(r, test, leftIsPurer(r.leaf()), NONE));
    }
    return true;
  }

  private void replace(int i, ClassRule by) {
    bytes += by.bytes() - rules[i].bytes();
    rules[i] = by;
  }

  private void teachDefault(Features x, int label, double w) {
    learn(otherwise, x, label, w, otherwise.tree.answer() == label);
    if (!hasRoom()) {
      return;
    }
    if (foil != null) {
      rulesForClasses();
    } else if (findsTest(otherwise.leaf())) {
      boolean left = leftIsPurer(otherwise.leaf());
      ClassRule made = narrower(otherwise, test, left, NONE);
      keepRest(test, left);
      insert(size, made);
    }
  }

  private boolean hasRoom() {
    return 2 * otherwise.bytes() + bytes <= p.maxBytes();
  }

  /** The default rule begins anew with what is on the other side of a test. */
  private void keepRest(Node<Leaf> split, boolean left) {
    ClassRule rest = fresh(new Conditions(), NONE);
    rest.tree.begin(grower.childLeaf(otherwise.leaf(), split, left ? 1 : 0));
    bytes += rest.bytes() - otherwise.bytes();
    otherwise = rest;
  }

  private void insert(int at, ClassRule made) {
    if (size == rules.length) {
      bytes += 4L * size;
      rules = Arrays.copyOf(rules, 2 * size);
    }
    System.arraycopy(rules, at, rules, at + 1, size++ - at);
    rules[at] = made;
    bytes += made.bytes();
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
    ClassRule r = rules[i];
    Leaf leaf = r.leaf();
    if (!searches(leaf)) {
      return;
    }
    int slot = leaf.slotOf(r.target);
    if (slot >= 0 && foil.isSure(slot, leaf.total())) {
      replace(i, forClass(r, slot));
      if (eachClass) {
        induce(r, slot, ordered ? i + 1 : size);
      }
    }
  }

  /** New rules out of the default one, which keeps what the best of them does not cover. */
  private void rulesForClasses() {
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
    ClassRule from = otherwise;
    ClassRule made = forClass(from, best);
    keepRest(foil.test(best), foil.isLeft(best));
    insert(size, made);
    if (eachClass) {
      induce(from, best, size);
    }
  }

  /** Rules for the classes but one for which a condition more is sure. */
  private void induce(ClassRule from, int but, int at) {
    Leaf leaf = from.leaf();
    int place = at;
    for (int s = 0; s < leaf.slots && hasRoom(); s++) {
      if (s != but && foil.isSure(s, leaf.total())) {
        ClassRule made = forClass(from, s);
        if (isNew(made)) {
          insert(place++, made);
        }
      }
    }
  }

  private boolean isNew(ClassRule made) {
    for (int i = 0; i < size; i++) {
      if (rules[i].target == made.target && rules[i].conditions.same(made.conditions)) {
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
    bytes += r.bytes() - before;
    while (bytes > p.maxBytes() && r.leaf().active) {
      forgetLeastPromising();
    }
  }

  /** One rule less observes: it answers by its majority from then on. */
  private void forgetLeastPromising() {
    ClassRule least = otherwise;
    for (int i = 0; i < size; i++) {
      Leaf l = rules[i].leaf();
      boolean less = l.promise() < least.leaf().promise() || !least.leaf().active;
      least = l.active && less ? rules[i] : least;
    }
    bytes -= least.bytes();
    least.tree.stopObserving();
    bytes += least.bytes();
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
    for (int i = 0; i <= size; i++) {
      ClassRule r = i < size ? rules[i] : otherwise;
      int majority = r.leaf().majority();
      int answer = r.target != NONE || majority < 0 ? r.target : r.leaf().codes[majority];
      s.append(i < size ? "if " + r.conditions.text(schema) + " then " : "otherwise ");
      s.append(answer < 0 ? "nothing" : schema.labels().name(answer));
      s.append(" (weight ").append(Conditions.number(r.leaf().total()));
      s.append(", accuracy ").append(Conditions.number(r.trust())).append(")\n");
    }
    return s.toString();
  }

  public void save(StateWriter out) {
    out.put("labels", labels);
    out.put("size", size);
    for (int i = 0; i <= size; i++) {
      ClassRule r = i < size ? rules[i] : otherwise;
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
    labels = in.intValue("labels", declared, 1 << 24);
    size = in.intValue("size", 0, 1 << 24);
    int room = 4;
    while (room < size) {
      room *= 2;
    }
    rules = new ClassRule[room];
    for (int i = 0; i <= size; i++) {
      StateReader child = in.child("rule-" + i);
      Tape tape = Tape.load(child);
      int target = child.intValue("target", NONE, labels - 1);
      ClassRule r = fresh(Conditions.load(tape, xs.length), target);
      tape.end();
      r.right = child.doubleValue("right");
      r.tested = child.doubleValue("tested");
      child.load("detector", r.detector);
      r.tree.load(child.child("leaf"));
      if (r.tree.labels() > labels || r.tree.nodes() != 1) {
        throw child.corrupt("leaf", "is not a leaf of the labels known");
      }
      if (i < size) {
        rules[i] = r;
      } else {
        otherwise = r;
      }
    }
    count();
  }

  private void count() {
    bytes = 500 + 8L * (xs.length + own.length) + grower.bytes() + 4L * rules.length;
    bytes += otherwise.bytes();
    for (int i = 0; i < size; i++) {
      bytes += rules[i].bytes();
    }
  }

  public long memoryBytes() {
    return bytes + (foil == null ? 0 : FoilSearch.bytes(labels));
  }
}
