package org.freshet.learn.ensemble;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.drift.Adwin;

/**
 * Predicts classes by learners of different kinds and finds out, while the stream runs, whom to
 * trust: as good as the best of them but for a bounded regret, also where the best changes.
 *
 * <p>How it works. Each of the N learners learns each example; ℓ_i = 1 − p_i(y) is its loss, p_i(y)
 * the probability it gave the true class y before. The answer is Σ w_i p_i. By {@code weighting}:
 *
 * <ul>
 *   <li>{@code exponential}: w_i ← w_i exp(−η ℓ_i), scaled to sum 1, then w_i ← (1 − α) w_i + α / N
 *       ({@code learning_rate} η, {@code share} α: how readily another takes over);
 *   <li>{@code blast}: the {@code active} learners with the fewest mistakes in the last {@code
 *       window} examples answer, with equal weights;
 *   <li>{@code adwin}: w_i = max(0, ln((1 − e_i)(C − 1) / e_i)), e_i being the share of mistakes
 *       over the window that ADWIN keeps for learner i and C the number of classes.
 * </ul>
 *
 * <p>Source: Y. Freund, R. E. Schapire, "A Decision-Theoretic Generalization of On-Line Learning",
 * Journal of Computer and System Sciences 55, 1997, figure 1 (Hedge), with the fixed share of M.
 * Herbster, M. K. Warmuth, "Tracking the Best Expert", Machine Learning 32, 1998; J. N. van Rijn,
 * G. Holmes, B. Pfahringer, J. Vanschoren, "Having a Blast", ICDM 2015; log-odds of the accuracy:
 * N. Littlestone, M. K. Warmuth, "The Weighted Majority Algorithm", Information and Computation
 * 108, 1994, with A. Bifet, R. Gavaldà, SDM 2007, for the window.
 *
 * <p>Where we differ: the learners' probabilities are mixed, not their votes, and ℓ is their loss,
 * not 0 or 1, in {@code exponential}. Where no learner is better than guessing, all answer.
 *
 * <p>Accepts what all its learners accept. Learners do not depend on the weights, so they run over
 * blocks of rows on any number of threads, with the same result bit for bit. Each example goes once
 * through each: the sum of their costs; they share {@code max_bytes} evenly and each does at its
 * limit what its own page says; {@code blast} keeps N · {@code window} bits besides.
 *
 * <pre>
 * Classifier c = Components.classifier(
 *     "hedge(learners=[hoeffding_tree, gaussian_nb], learning_rate=0.5)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "hedge",
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
public final class Hedge extends Panel {
  /** How weights follow losses. */
  public enum Weighting {
    /** Hedge with a fixed share. */
    EXPONENTIAL,
    /** The best of the last examples. */
    BLAST,
    /** Log-odds of the accuracy over ADWIN's window. */
    ADWIN
  }

  private final Weighting weighting;
  private final double eta;
  private final double alpha;
  private final int window;
  private final int active;
  private final double[] weights;

  // blast: mistakes of the last examples, window bits a learner, and how many they are.
  private final long[] mistakes;
  private final int words;
  private final int[] counts;
  private long seen;

  private final Adwin[] errors; // adwin

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "who answer; each may be a pipeline",
              def = "[gaussian_nb, hoeffding_tree, hoeffding_adaptive_tree]",
              kind = Kind.CLASSIFIER,
              origin = "ours")
          List<Spec> learners,
      @Param(value = "how weights follow losses", def = "exponential", origin = "ours")
          Weighting weighting,
      @Param(
              value = "η of exponential",
              def = "0.1",
              range = "(0, 100]",
              origin = "β = exp(−η) = 0.9, MOA's weighted majority")
          double learningRate,
      @Param(
              value = "α of exponential: weight shared evenly after each example",
              def = "0.001",
              range = "[0, 1)",
              origin = "Herbster & Warmuth 1998: the rate at which the best learner changes")
          double share,
      @Param(
              value = "examples blast counts mistakes over",
              def = "1000",
              range = "[1, 1000000]",
              unit = "events",
              origin = "van Rijn et al. 2015; MOA default")
          int window,
      @Param(
              value = "learners that answer in blast",
              def = "1",
              range = "[1, 1000]",
              origin = "van Rijn et al. 2015; MOA default")
          int active,
      @Param(
              value = "δ of the windows of adwin",
              def = "0.002",
              range = "(0, 1)",
              origin = "Bifet & Gavaldà 2007; MOA default")
          double delta,
      @Param(
              value = "memory limit of all learners",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public Hedge(Parameters p, Build build) {
    super(p.learners, build, learnersShare(p, build.limit(p.maxBytes)));
    int n = members();
    this.weighting = p.weighting;
    this.eta = p.learningRate;
    this.alpha = p.share;
    this.window = p.window;
    this.active = p.active;
    this.weights = new double[n];
    boolean blast = weighting == Weighting.BLAST;
    this.words = (p.window + 63) / 64;
    this.mistakes = new long[blast ? words * n : 0];
    this.counts = new int[blast ? n : 0];
    this.errors = new Adwin[weighting == Weighting.ADWIN ? n : 0];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = new Adwin(p.delta);
    }
    Arrays.fill(weights, 1.0 / n);
    if (blast) {
      activate();
    }
  }

  private static long learnersShare(Parameters p, long limit) {
    long kept = p.weighting == Weighting.BLAST ? p.learners.size() * (p.window / 8L + 8) : 0;
    if (kept > limit / 2) {
      throw new ConfigException(
          "",
          "hedge keeps window bits of each learner, "
              + kept
              + " bytes, allowed half of max_bytes "
              + limit
              + "; lower window, or raise max_bytes");
    }
    return limit - kept;
  }

  /** Weight of a learner's answer. */
  public double weight(int learner) {
    return weights[learner];
  }

  @Override
  protected void join(double[] answers, int stride, int known, double[] out) {
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        Kernels.axpy(weights[i], answers, i * stride, out, 0, known);
      }
    }
    Kernels.normalize(out, known);
  }

  @Override
  protected void learnJoining(double[] answers, int stride, int known, int label, double weight) {
    switch (weighting) {
      case EXPONENTIAL -> exponential(answers, stride, label, weight);
      case BLAST -> {
        int bit = (int) (seen % window);
        for (int i = 0; i < weights.length; i++) {
          set(i, bit, best(answers, i * stride, known) != label);
        }
        seen++;
        activate();
      }
      default -> {
        for (int i = 0; i < weights.length; i++) {
          errors[i].update(best(answers, i * stride, known) == label ? 0 : 1);
        }
        logOdds(Math.max(2, labels()));
      }
    }
  }

  private static int best(double[] scores, int at, int n) {
    int best = n > 0 ? 0 : -1;
    for (int c = 1; c < n; c++) {
      best = scores[at + c] > scores[at + best] ? c : best;
    }
    return best;
  }

  private void exponential(double[] answers, int stride, int label, double weight) {
    int n = weights.length;
    for (int i = 0; i < n; i++) {
      weights[i] *= Math.exp(-eta * weight * (1 - answers[i * stride + label]));
    }
    Kernels.normalize(weights, n);
    for (int i = 0; i < n; i++) {
      weights[i] = (1 - alpha) * weights[i] + alpha / n;
    }
  }

  private void set(int learner, int bit, boolean mistake) {
    int word = learner * words + (bit >> 6);
    long mask = 1L << (bit & 63);
    counts[learner] += (mistake ? 1 : 0) - ((mistakes[word] & mask) != 0 ? 1 : 0);
    mistakes[word] = mistake ? mistakes[word] | mask : mistakes[word] & ~mask;
  }

  /** The learners with fewest mistakes answer, the first on a tie. */
  private void activate() {
    for (int i = 0; i < weights.length; i++) {
      int before = 0;
      for (int j = 0; j < weights.length; j++) {
        before += counts[j] < counts[i] || counts[j] == counts[i] && j < i ? 1 : 0;
      }
      weights[i] = before < active ? 1 : 0;
    }
  }

  private void logOdds(int classes) {
    double most = 0;
    for (int i = 0; i < weights.length; i++) {
      double e = Math.max(1e-3, Math.min(1 - 1e-3, errors[i].estimate()));
      weights[i] = Math.max(0, Math.log((1 - e) * (classes - 1) / e));
      most = Math.max(most, weights[i]);
    }
    if (most == 0) {
      Arrays.fill(weights, 1);
    }
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
    out.put("weights", weights);
    if (weighting == Weighting.BLAST) {
      out.put("seen", seen);
      out.put("mistakes", mistakes);
    }
    for (int i = 0; i < errors.length; i++) {
      out.put("error-" + i, errors[i]);
    }
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    if (!joins()) {
      return;
    }
    double[] w = in.doubles("weights", weights.length);
    for (int i = 0; i < w.length; i++) {
      if (!(w[i] >= 0 && w[i] < Double.POSITIVE_INFINITY)) {
        throw in.corrupt("weights", "has " + w[i] + ", allowed finite numbers from 0 up");
      }
      weights[i] = w[i];
    }
    if (weighting == Weighting.BLAST) {
      seen = in.longValue("seen", 0, Long.MAX_VALUE - 1);
      System.arraycopy(in.longs("mistakes", mistakes.length), 0, mistakes, 0, mistakes.length);
      for (int i = 0; i < counts.length; i++) {
        counts[i] = 0;
        for (int k = 0; k < words; k++) {
          counts[i] += Long.bitCount(mistakes[i * words + k]);
        }
      }
    }
    for (int i = 0; i < errors.length; i++) {
      in.load("error-" + i, errors[i]);
    }
  }

  @Override
  public long memoryBytes() {
    long bytes = super.memoryBytes() + 130 + 8L * weights.length + 8L * mistakes.length;
    bytes += 4L * counts.length;
    for (Adwin a : errors) {
      bytes += 4 + a.memoryBytes();
    }
    return bytes;
  }
}
