package org.freshet.neural.replay;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.neural.graph.Node;
import org.freshet.neural.strategy.Lesson;

/**
 * Learns again the rows that say most about what is kept and least fit what comes: adversarial
 * Shapley value experience replay (ASER).
 *
 * <p>How it works: the Shapley value of a candidate for a row is its share in how well the k
 * nearest neighbours, in what the last hidden layer gives, name the row's class. {@code candidates}
 * rows are drawn from the memory, and {@code compared} others; those candidates are learnt again
 * whose mean value for the others less that for the rows of the stream is greatest. What is kept is
 * the matter of {@code replay}.
 *
 * <p>Papers: D. Shim, Z. Mai, J. Jeong, S. Sanner, H. Kim, J. Jang, "Online Class-Incremental
 * Continual Learning with Adversarial Shapley Value", AAAI 2021 (the variant of means); R. Jia et
 * al., "Efficient Task-specific Data Valuation for Nearest Neighbor Algorithms", VLDB 2019 (the
 * values).
 *
 * <p>Where we differ: the value says which rows are learnt again, not which are kept; candidates
 * and others are drawn uniformly, not as many of each class.
 *
 * <p>A batch costs a pass forwards over it, the candidates and the others more, and a sort of the
 * candidates for each row compared.
 *
 * <pre>{@code
 * mlp(hidden=[100], replay=aser(replay=class_balanced(size=200), neighbours=3))
 * }</pre>
 */
@Component(name = "aser", kinds = Kind.PART, family = "replay")
public final class AdversarialShapley implements Replay {
  /**
   * @param replay the memory
   * @param neighbours k
   * @param candidates rows to choose from
   * @param compared rows of the memory the candidates are valued for
   */
  public record Parameters(
      @Param(
              value = "the memory, and how many of its rows are learnt with each batch",
              def = "class_balanced",
              origin = "stands for the balanced draws of the paper")
          Spec replay,
      @Param(
              value = "k, nearest neighbours that vote",
              def = "3",
              range = "[1, 100]",
              origin = "ours; the authors' code has 5")
          int neighbours,
      @Param(
              value = "rows drawn from the memory to choose from",
              def = "50",
              range = "[1, 256]",
              unit = "rows",
              origin = "as mir")
          int candidates,
      @Param(
              value = "rows drawn from the memory that the candidates are valued for",
              def = "20",
              range = "[1, 256]",
              unit = "rows",
              origin = "about two a class of ten, as in the authors' code")
          int compared) {}

  private final Parameters p;
  private final Replay inner;

  public AdversarialShapley(Parameters p, Build build) {
    this.p = p;
    inner = build.create(p.replay(), Replay.class);
  }

  @Override
  public Memory memory(int stride) {
    return inner.memory(stride);
  }

  @Override
  public boolean classesOnly() {
    return true;
  }

  @Override
  public boolean denseOnly() {
    return inner.denseOnly();
  }

  @Override
  public int batch() {
    return inner.batch();
  }

  @Override
  public int room() {
    return inner.room() + p.candidates() + p.compared();
  }

  @Override
  public Retrieval retrieval() {
    return new Valued(p);
  }

  private static final class Valued implements Retrieval {
    private final int neighbours;
    private final int mostCandidates;
    private final int[] drawn; // candidates, then those compared
    private final double[] value;
    private final double[] distance;
    private final int[] order;
    private final boolean[] right; // by distance
    private final double[] of; // values by distance

    Valued(Parameters p) {
      neighbours = p.neighbours();
      mostCandidates = p.candidates();
      drawn = new int[p.candidates() + p.compared()];
      value = new double[p.candidates()];
      distance = new double[p.candidates()];
      order = new int[p.candidates()];
      right = new boolean[p.candidates()];
      of = new double[p.candidates()];
    }

    @Override
    public int draw(Lesson l, int from, int count, int[] places) {
      Memory memory = l.memory();
      int n = memory.draw(drawn.length, drawn, l.rng());
      l.rng().shuffle(drawn, n, n); // Floyd's draw favours late rows at the end
      int candidates = Math.min(n, mostCandidates);
      if (candidates <= count || n == candidates) {
        int k = Math.min(count, candidates);
        System.arraycopy(drawn, 0, places, 0, k);
        return k;
      }
      int stride = l.network().input().stride();
      for (int i = 0; i < n; i++) {
        memory.copyRow(drawn[i], l.network().input().value(), (from + i) * stride);
      }
      l.network().graph().predict(from + n);
      for (int i = 0; i < candidates; i++) {
        value[i] = 0;
      }
      for (int i = candidates; i < n; i++) {
        value(l, from, from + i, memory.label(drawn[i]), candidates, 1.0 / (n - candidates));
      }
      for (int r = 0; r < l.streamed(); r++) {
        value(l, from, r, l.labels()[r], candidates, -1.0 / l.streamed());
      }
      return most(candidates, count, places);
    }

    /** Adds {@code weight} times the value of each candidate for a row. */
    private void value(Lesson l, int from, int row, int label, int n, double weight) {
      Node f = l.network().features();
      for (int i = 0; i < n; i++) {
        double sum = 0;
        for (int j = 0; j < f.width(); j++) {
          double d = f.value()[(from + i) * f.stride() + j] - f.value()[row * f.stride() + j];
          sum += d * d;
        }
        distance[i] = sum;
        int at = i; // in order of distance
        for (; at > 0 && distance[order[at - 1]] > sum; at--) {
          order[at] = order[at - 1];
        }
        order[at] = i;
      }
      for (int m = 0; m < n; m++) {
        right[m] = l.memory().label(drawn[order[m]]) == label;
      }
      shapley(right, n, neighbours, of);
      for (int m = 0; m < n; m++) {
        value[order[m]] += weight * of[m];
      }
    }

    private int most(int n, int count, int[] places) {
      for (int k = 0; k < count; k++) {
        int best = k;
        for (int i = k + 1; i < n; i++) {
          best = value[i] > value[best] ? i : best;
        }
        places[k] = drawn[best];
        drawn[best] = drawn[k];
        value[best] = value[k];
      }
      return count;
    }

    @Override
    public long memoryBytes() {
      return 140 + 4L * (drawn.length + order.length) + 25L * value.length;
    }
  }

  /**
   * The Shapley value of each of {@code n} neighbours where a set is worth the share of right ones
   * among its {@code k} nearest, of k.
   *
   * @param right whether each has the class asked for, by distance
   */
  static void shapley(boolean[] right, int n, int k, double[] value) {
    for (int m = n; m >= 1; m--) {
      double now = right[m - 1] ? 1 : 0;
      if (m == n) {
        value[m - 1] = now * Math.min(k, n) / ((double) k * n);
      } else {
        double after = right[m] ? 1 : 0;
        value[m - 1] = value[m] + (now - after) / k * Math.min(k, m) / m;
      }
    }
  }
}
