package org.freshet.learn.ensemble;

import java.util.Arrays;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
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
 * Predicts classes of a stream with gradual or abrupt drifts by incremental learners of different
 * age, weighted anew at every example by their error over the last d examples (OAUE).
 *
 * <p>How it works. Every member C_i learns every example. e_i = (1 − f_i(y))² is its error at an
 * example, f_i(y) the probability it gave the true class y before learning; MSE_i is the mean of
 * e_i over the last d examples ({@code window}), or since it was made if that is less. MSE_r = Σ_y
 * p(y)(1 − p(y))², with the shares p(y) of the classes among the last d labels, is the error of
 * guessing. Members vote with w_i = 1 / (MSE_r + MSE_i + ε) times their probabilities. A candidate
 * learns besides; every d examples it becomes a member, in the place of the one with the least
 * weight if there are {@code members} already, and another candidate begins.
 *
 * <p>Source: D. Brzezinski, J. Stefanowski, "Combining block-based and online methods in learning
 * ensembles from concept drifting data streams", Information Sciences 265, 2014, algorithm 1
 * (OAUE), equations (3) to (6).
 *
 * <p>Where we differ. ε is 1e-9 where the paper says "a very small positive value". Until the first
 * candidate has become a member, its answer is given (the paper and MOA have none).
 *
 * <p>Accepts what its learner accepts. All members meet at each event: one thread. Each example
 * goes once through each member and the candidate: O(members) times the learner's cost; memory 8·d
 * a member for its last errors, and the learners share {@code max_bytes} evenly: at the limit each
 * does what its own page says.
 *
 * <pre>
 * Classifier c =
 *     Components.classifier("online_accuracy_updated_ensemble(window=500)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "online_accuracy_updated_ensemble",
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
      Trait.RANDOMIZED
    },
    coupled = "they are weighed, made and dropped by how they compare with each other")
public final class OnlineAccuracyUpdatedEnsemble extends EventEnsemble {
  private static final double EPSILON = 1e-9;

  private final int window;
  private final int most;
  private final Pool pool; // the members, then the candidate
  private final double[] sums; // Σ of its last errors
  private final double[] ages; // how many these are

  /** The last errors of member i from i · window on, the one of the event t at t mod window. */
  private final double[] errors;

  private final int[] lastLabels;
  private int[] counts = new int[0]; // of lastLabels
  private long seen;
  private double guess; // MSE_r

  /** Parameters; the defaults are those of the paper and of MOA 2024.07. */
  public record Parameters(
      @Param(
              value = "k, the most members",
              def = "10",
              range = "[1, 1000]",
              origin = "Brzezinski & Stefanowski 2014; MOA default")
          int members,
      @Param(
              value = "a member; may be a pipeline",
              def = "hoeffding_tree(grace_period=100, split_confidence=0.01)",
              kind = Kind.CLASSIFIER,
              origin = "Brzezinski & Stefanowski 2014; MOA default")
          Spec learner,
      @Param(
              value = "d, examples errors are averaged over, and between two new members",
              def = "500",
              range = "[2, 1000000]",
              unit = "events",
              origin = "Brzezinski & Stefanowski 2014; MOA default")
          int window,
      @Param(
              value = "memory limit of all members and the candidate",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public OnlineAccuracyUpdatedEnsemble(Parameters p, Build build) {
    super(build.schema());
    this.window = p.window;
    this.most = p.members;
    long left = learnersShare(p, build.limit(p.maxBytes));
    this.errors = new double[p.members * p.window];
    this.lastLabels = new int[p.window];
    this.pool = new Pool(p.learner, p.members + 1, build, left, 2);
    this.sums = pool.column(0);
    this.ages = pool.column(1);
    pool.add();
    opened();
  }

  private static long learnersShare(Parameters p, long limit) {
    long kept = 8L * p.members * p.window;
    if (kept > limit / 2) {
      throw new ConfigException(
          "",
          "online_accuracy_updated_ensemble keeps members x window errors, "
              + kept
              + " bytes, allowed half of max_bytes "
              + limit
              + "; lower window or members, or raise max_bytes");
    }
    return limit - kept;
  }

  @Override
  void opened() {
    if (counts.length < labels()) {
      counts = Arrays.copyOf(counts, labels());
    }
  }

  /** Number of members, the candidate left out. */
  public int members() {
    return pool.size() - 1;
  }

  /** Weight of a member, the oldest first. */
  public double weight(int member) {
    double mse = ages[member] > 0 ? sums[member] / ages[member] : 0;
    return 1 / (guess + mse + EPSILON);
  }

  @Override
  void vote(Features x, double[] sum) {
    int voters = members();
    for (int i = 0; i < voters; i++) {
      Kernels.axpy(weight(i), scores(pool.get(i), x), 0, sum, 0, labels());
    }
    if (voters == 0) {
      Kernels.axpy(1, scores(pool.get(0), x), 0, sum, 0, labels());
    }
  }

  @Override
  void step(Features x, int label, double weight, double[] sum) {
    int voters = members();
    int now = (int) (seen % window);
    for (int i = 0; i < voters; i++) {
      double[] s = testThenLearn(pool.get(i), x, label, weight);
      Kernels.axpy(weight(i), s, 0, sum, 0, labels());
      double error = (1 - s[label]) * (1 - s[label]);
      sums[i] = Math.max(0, sums[i] + error - errors[i * window + now]);
      errors[i * window + now] = error;
      ages[i] = Math.min(window, ages[i] + 1);
    }
    if (voters == 0) {
      Kernels.axpy(1, testThenLearn(pool.get(0), x, label, weight), 0, sum, 0, labels());
    } else {
      pool.get(voters).learn(x, label, weight);
    }
    count(label, now);
    if (++seen % window == 0) {
      promote();
    }
  }

  /** Follows the shares of the classes among the last labels. */
  private void count(int label, int now) {
    if (seen >= window) {
      counts[lastLabels[now]]--;
    }
    lastLabels[now] = label;
    counts[label]++;
    guess = guessing(counts, Math.min(seen + 1, window));
  }

  private static double guessing(int[] counts, double n) {
    double error = 0;
    for (int count : counts) {
      double p = count / n;
      error += p * (1 - p) * (1 - p);
    }
    return error;
  }

  /** The candidate becomes a member. */
  private void promote() {
    int members = members();
    if (members == most) {
      int worst = 0;
      for (int i = 1; i < members; i++) {
        worst = weight(i) < weight(worst) ? i : worst;
      }
      pool.remove(worst);
      members--;
      int tail = (worst + 1) * window;
      System.arraycopy(errors, tail, errors, worst * window, errors.length - tail);
    }
    Arrays.fill(errors, members * window, (members + 1) * window, 0);
    sums[members] = 0;
    ages[members] = 0;
    pool.add();
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    out.put("seen", seen);
    out.put("errors", errors, members() * window);
    out.put("last-labels", Arrays.copyOf(lastLabels, (int) Math.min(seen, window)));
    pool.save(out.child("pool"));
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    seen = in.longValue("seen", 0, Long.MAX_VALUE - 1);
    pool.load(in.child("pool"));
    if (pool.size() == 0) {
      throw in.corrupt("pool", "has no candidate");
    }
    Arrays.fill(errors, 0);
    double[] e = in.doubles("errors", members() * window);
    System.arraycopy(e, 0, errors, 0, e.length);
    int[] last = in.ints("last-labels", (int) Math.min(seen, window));
    Arrays.fill(counts, 0);
    for (int i = 0; i < last.length; i++) {
      if (last[i] < 0 || last[i] >= labels()) {
        throw in.corrupt("last-labels", "has " + last[i] + ", labels are " + labels());
      }
      lastLabels[i] = last[i];
      counts[last[i]]++;
    }
    guess = last.length == 0 ? 0 : guessing(counts, last.length);
  }

  @Override
  public long memoryBytes() {
    long own = 130 + 8L * errors.length + 4L * (lastLabels.length + counts.length);
    return super.memoryBytes() + own + pool.memoryBytes();
  }
}
