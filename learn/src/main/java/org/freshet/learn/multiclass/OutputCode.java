package org.freshet.learn.multiclass;

import java.util.Arrays;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Predicts one of many classes by a fixed number of learners, each of which tells one half of the
 * classes from the other: an error-correcting output code. For many classes, where a learner a
 * class would be too many, and for an open number of them.
 *
 * <p>How it works: class c has a code word of L bits, L the number of members; member b learns
 * every example, as bit b of the word of its class. The score of a class is the product of the
 * probabilities that the members give to the bits of its word, divided by the sum over the classes.
 * Words are drawn when a class appears: of 16 random ones the one that differs from the words
 * before in most bits, so that a few members may be wrong and the class is still right.
 *
 * <p>Papers: T. G. Dietterich, G. Bakiri, "Solving Multiclass Learning Problems via
 * Error-Correcting Output Codes", Journal of Artificial Intelligence Research 2, 1995, section 2
 * (codes); E. L. Allwein, R. E. Schapire, Y. Singer, "Reducing Multiclass to Binary", Journal of
 * Machine Learning Research 1, 2000, section 5 (random dense codes, decoding by loss, here the log
 * loss).
 *
 * <p>Where we differ: words are drawn one by one because classes are open, so that no whole code is
 * chosen. The product takes the members for independent and is too sure of itself; put {@code
 * calibrated} around where probabilities matter.
 *
 * <p>Takes what its learner takes. Members run on any number of threads with the same result bit
 * for bit. Costs L members' predicting and learning an example, and O(L) a class; memory at most
 * {@code max_bytes} in equal shares and 16 bytes a class: at the limit members that know {@code
 * max_bytes} stay smaller.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("output_code(members=20, learner=hoeffding_tree)", schema, 1);
 * c.learn(x, 2, 1.0);
 * }</pre>
 */
@Component(
    name = "output_code",
    kinds = Kind.CLASSIFIER,
    family = "multiclass",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED,
      Trait.PARALLEL
    },
    coupled = "they are made as classes appear")
public final class OutputCode extends Reduction {
  private static final int DRAWN = 16;

  /** Classes looked at for the distance of a word; with more, words collide anyway. */
  private static final int COMPARED = 256;

  private static final double LEAST = 1e-9;

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "classifier of two classes; may be a pipeline",
              def = "logistic_regression",
              kind = Kind.CLASSIFIER,
              origin = "ours: it knows two classes only")
          Spec learner,
      @Param(
              value = "L, bits of a code word",
              def = "16",
              range = "[1, 63]",
              origin = "ours; Allwein et al. 2000 use 10 log2 K for random dense codes")
          int members,
      @Param(
              value = "memory limit of all members",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  private final int bits;
  private final long seed;
  private long[] words = new long[4];
  private int drawn;

  public OutputCode(Parameters p, Build build) {
    super(p.learner, build, p.maxBytes);
    bits = p.members;
    seed = Rng.childSeed(build.seed(), "code", 0);
    start(1);
  }

  @Override
  int members(int classes) {
    return bits;
  }

  /** Draws the words of new classes; they depend on the seed and the classes before alone. */
  @Override
  void opened(int classes) {
    while (drawn < classes) {
      if (drawn == words.length) {
        words = Arrays.copyOf(words, 2 * drawn);
      }
      words[drawn] = draw(new Rng(Rng.childSeed(seed, "word", drawn)));
      drawn++;
    }
  }

  /** Of some random words the one whose nearest among those before is the farthest. */
  private long draw(Rng rng) {
    long best = 0;
    int most = -1;
    for (int k = 0; k < DRAWN; k++) {
      long word = rng.nextLong() >>> (64 - bits);
      int least = bits;
      for (int c = Math.max(0, drawn - COMPARED); c < drawn; c++) {
        least = Math.min(least, Long.bitCount(word ^ words[c]));
      }
      if (least > most) {
        most = least;
        best = word;
      }
    }
    return best;
  }

  /** The code word of a class. */
  long word(int label) {
    return words[label];
  }

  @Override
  int side(int member, int label) {
    return (int) (words[label] >>> member) & 1;
  }

  /** Nothing: the members are there from the beginning. */
  @Override
  double missed(int member, int whichSide, double[] weightOf, int classes) {
    return 0;
  }

  @Override
  void combine(double[] p1, int at, int count, double[] scores, int n) {
    for (int c = 0; c < n; c++) {
      double sum = 0;
      for (int b = 0; b < bits; b++) {
        double p = side(b, c) == 1 ? p1[at + b] : 1 - p1[at + b];
        sum += Math.log(Math.max(p, LEAST));
      }
      scores[c] = sum;
    }
    Kernels.softmax(scores, n);
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes() + 8L * words.length;
  }
}
