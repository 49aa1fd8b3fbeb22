package org.freshet.learn.ensemble;

import java.util.Arrays;
import java.util.Collections;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts classes of a stream whose concept changes by an ensemble of which, at each event, only
 * the members answer that have been right lately and are sure here (DEMS).
 *
 * <p>How it works. For an event x each member i has its accuracy a_i so far, older events counting
 * less by the factor {@code fading}, and its margin m_i(x), the difference of its two largest class
 * probabilities. Members are ranked by a_i · m_i(x), and the first K answer with their
 * probabilities times a_i. K takes care of itself: at each label it is looked up which K would have
 * been right, and the K that was right most often, faded likewise, the smallest on a tie, is used
 * next; with {@code self_optimising} off it stays {@code k}.
 *
 * <p>Source: Y. Sun, B. Pfahringer, H. M. Gomes, A. Bifet, "Dynamic Ensemble Member Selection for
 * Data Stream Classification", CIKM 2025 (DEMS).
 *
 * <p>Where we differ. The paper applies the selection on top of forests, patches or boosting; here
 * a member is any learner, by default a forest of one tree, which brings its own resampling,
 * subspaces and replacement after a drift. Accuracy times margin is the ranking; fading is ours,
 * since a selection does not see when a member was replaced inside. All K are followed at once, as
 * the sum of the first K votes is the sum of the first K − 1 and one more.
 *
 * <p>Accepts what its learner accepts. Members do not depend on the selection, so they run over
 * blocks of rows on any number of threads, with the same result bit for bit. Each example costs
 * once each of the n members, and O(n · (C + n)) at worst for the selection, with C classes; the
 * members share {@code max_bytes} evenly, and there are fewer where that leaves less than 192 kB
 * for each; at the limit each does what its own page says; the memory of the selection is 32 · n
 * bytes.
 *
 * <pre>
 * Classifier c = Components.classifier(
 *     "dynamic_member_selection(members=10, learner=hoeffding_adaptive_tree)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "dynamic_member_selection",
    kinds = Kind.CLASSIFIER,
    family = "ensemble",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED,
      Trait.PARALLEL,
      Trait.DIVISIBLE
    })
public final class DynamicMemberSelection extends Panel {
  private final boolean selfOptimising;
  private final double fading;

  /** Faded number of events a member was right at, and of all. */
  private final double[] right;

  /** Faded number of events the first K members were right at. */
  private final double[] rightWith;

  private double tested;
  private int k;

  // Of the event last joined: members by rank, their ranks, and the answer of the first K.
  private final int[] order;
  private final double[] rank;
  private final int[] answerWith;
  private double[] sum = new double[0];

  /** Parameters; the defaults are those of CapyMOA unless said. */
  public record Parameters(
      @Param(value = "n, members", def = "100", range = "[1, 1000]", origin = "Sun et al. 2025")
          int members,
      @Param(
              value = "a member; may be a pipeline",
              def =
                  "adaptive_random_forest(members=1, warning=adwin(delta=1e-4),"
                      + " drift=adwin(delta=1e-5))",
              kind = Kind.CLASSIFIER,
              origin = "Sun et al. 2025, on top of forests; δ of CapyMOA")
          Spec learner,
      @Param(
              value = "K at the start, members that answer",
              def = "5",
              range = "[1, 1000]",
              origin = "CapyMOA default")
          int k,
      @Param(value = "K follows what was right", def = "true", origin = "Sun et al. 2025")
          boolean selfOptimising,
      @Param(
              value = "factor by which an event counts less when the next comes",
              def = "0.99",
              range = "(0, 1]",
              origin = "ours")
          double fading,
      @Param(
              value = "memory limit of all members",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  /** Bytes under which a member is not worth its place. */
  private static final long LEAST = 196_608;

  private static int members(Parameters p, Build build) {
    return (int) Math.min(p.members, Math.max(1, build.limit(p.maxBytes) / LEAST));
  }

  public DynamicMemberSelection(Parameters p, Build build) {
    super(Collections.nCopies(members(p, build), p.learner), build, build.limit(p.maxBytes));
    int n = members(p, build);
    this.k = Math.min(p.k, n);
    this.selfOptimising = p.selfOptimising;
    this.fading = p.fading;
    this.right = new double[n];
    this.rightWith = new double[n];
    this.order = new int[n];
    this.rank = new double[n];
    this.answerWith = new int[n];
  }

  /** K: how many members answer the next event. */
  public int selected() {
    return k;
  }

  /** Accuracy as far as it is known, one half of an event right and one wrong before. */
  private double accuracy(int member) {
    return (right[member] + 0.5) / (tested + 1);
  }

  @Override
  protected void join(double[] answers, int stride, int known, double[] out) {
    int n = order.length;
    if (sum.length < known) {
      sum = new double[known];
    }
    for (int i = 0; i < n; i++) {
      rank[i] = accuracy(i) * margin(answers, i * stride, known);
      insert(i);
    }
    Arrays.fill(sum, 0, known, 0);
    for (int j = 0; j < n; j++) {
      int i = order[j];
      Kernels.axpy(accuracy(i), answers, i * stride, sum, 0, known);
      answerWith[j] = Kernels.argmax(sum, known);
      if (j == k - 1) {
        System.arraycopy(sum, 0, out, 0, known);
      }
    }
    Kernels.normalize(out, known);
  }

  /** Puts member i behind those of the first i with the same rank or more. */
  private void insert(int i) {
    int at = i;
    while (at > 0 && rank[order[at - 1]] < rank[i]) {
      order[at] = order[at - 1];
      at--;
    }
    order[at] = i;
  }

  private static double margin(double[] scores, int at, int n) {
    double first = 0;
    double second = 0;
    for (int c = at; c < at + n; c++) {
      if (scores[c] > first) {
        second = first;
        first = scores[c];
      } else if (scores[c] > second) {
        second = scores[c];
      }
    }
    return first - second;
  }

  @Override
  protected void learnJoining(double[] answers, int stride, int known, int label, double weight) {
    if (known == 0) {
      return;
    }
    tested = fading * tested + 1;
    for (int i = 0; i < right.length; i++) {
      boolean sure = margin(answers, i * stride, known) > 0;
      right[i] = fading * right[i] + (sure && best(answers, i * stride, known) == label ? 1 : 0);
      rightWith[i] = fading * rightWith[i] + (answerWith[i] == label ? 1 : 0);
    }
    if (selfOptimising) {
      k = Kernels.argmax(rightWith, rightWith.length) + 1;
    }
  }

  private static int best(double[] scores, int at, int n) {
    int best = 0;
    for (int c = 1; c < n; c++) {
      best = scores[at + c] > scores[at + best] ? c : best;
    }
    return best;
  }

  @Override
  public boolean joiningLearns() {
    return true;
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    if (!joins()) {
      return;
    }
    out.put("tested", tested);
    out.put("right", right);
    out.put("right-with", rightWith);
    out.put("k", k);
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    if (!joins()) {
      return;
    }
    tested = atLeast0(in, "tested", in.doubleValue("tested"));
    k = in.intValue("k", 1, order.length);
    double[] r = in.doubles("right", right.length);
    double[] w = in.doubles("right-with", right.length);
    for (int i = 0; i < right.length; i++) {
      right[i] = atLeast0(in, "right", r[i]);
      rightWith[i] = atLeast0(in, "right-with", w[i]);
    }
  }

  private static double atLeast0(StateReader in, String name, double v) {
    if (!(v >= 0 && v < Double.POSITIVE_INFINITY)) {
      throw in.corrupt(name, "has " + v + ", allowed finite numbers from 0 up");
    }
    return v;
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes() + 160 + 32L * right.length + 8L * sum.length;
  }
}
