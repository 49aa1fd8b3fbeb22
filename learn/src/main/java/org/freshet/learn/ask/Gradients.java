package org.freshet.learn.ask;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Composite;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Pipeline;
import org.freshet.core.Schema;
import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.Embedder;
import org.freshet.core.ask.RowEmbedding;

/**
 * What the learner makes of an event before its last linear layer, and the gradients of that layer.
 * A learner that does not tell what it makes of a row is taken for a linear one; pipelines and
 * wrappers are looked into. Where there are more values than wanted, they share places by a hash
 * with a sign.
 */
final class Gradients {
  private static final int CONSTANT = -1; // number of the input that is always 1

  private final RowEmbedding rows;
  private final int most;
  private double[] hidden = new double[0];
  private int width;

  /**
   * @param most values wanted at most
   */
  Gradients(Schema schema, int most) {
    rows = new RowEmbedding(schema, RowEmbedding.MOST);
    this.most = most;
  }

  private void read(Candidate c) {
    Learner learner = c.learner();
    Features x = c.x();
    while (true) {
      if (learner instanceof Embedder e) {
        room(e.embeddingWidth());
        e.embedding(x, hidden);
        return;
      }
      if (learner instanceof Pipeline p) {
        x = p.transform(x);
        learner = p.learner();
      } else {
        Learner inner = inner(learner);
        if (inner == null) {
          break;
        }
        learner = inner;
      }
    }
    room(rows.width());
    rows.write(c.x(), hidden);
  }

  /** The learner of a wrapper around one; null when it is none. */
  private static Learner inner(Learner learner) {
    if (!(learner instanceof Composite c)) {
      return null;
    }
    List<Composite.Inner> inside = c.inside();
    boolean one = inside.size() == 1 && inside.get(0).answers() && inside.get(0).schema() == null;
    return one ? inside.get(0).learner() : null;
  }

  private void room(int n) {
    width = n;
    if (hidden.length < n) {
      hidden = new double[n];
    }
  }

  /** |(h, 1)|, h being the embedding. */
  double norm(Candidate c) {
    read(c);
    double sum = 1;
    for (int i = 0; i < width; i++) {
      sum += hidden[i] * hidden[i];
    }
    return Math.sqrt(sum);
  }

  /** Writes (h, 1) into {@code most} values. */
  void inputs(Candidate c, double[] into) {
    read(c);
    Arrays.fill(into, 0);
    add(0, 1, into);
  }

  /**
   * Writes the gradient of −log P(ŷ) by the weights of the last layer, ŷ being the most probable
   * class: (P(c) − [c = ŷ]) (h, 1) for each class.
   */
  void gradient(Candidate c, double[] into) {
    read(c);
    Arrays.fill(into, 0);
    int best = 0;
    for (int k = 1; k < c.labels(); k++) {
      best = c.score(k) > c.score(best) ? k : best;
    }
    for (int k = 0; k < c.labels(); k++) {
      add(k, c.score(k) - (k == best ? 1 : 0), into);
    }
  }

  private void add(int output, double factor, double[] into) {
    if (factor == 0) {
      return;
    }
    for (int i = 0; i <= width; i++) {
      double v = i == width ? 1 : hidden[i];
      long at = (long) output * (width + 1) + i;
      if (at < most) {
        into[(int) at] += factor * v;
      } else if (v != 0) {
        long h = hash(output, i == width ? CONSTANT : i);
        into[(int) ((h >>> 33) % most)] += (h & 1) == 0 ? factor * v : -factor * v;
      }
    }
  }

  private static long hash(int output, int input) {
    long z = (output + 1) * 0x9e3779b97f4a7c15L + (input + 2) * 0xd1b54a32d192ed03L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  long memoryBytes() {
    return 40 + rows.memoryBytes() + 16 + 8L * hidden.length;
  }
}
