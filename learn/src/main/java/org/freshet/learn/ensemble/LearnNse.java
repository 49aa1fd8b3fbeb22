package org.freshet.learn.ensemble;

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
 * Predicts classes of a stream whose concept changes at any rate, or comes back, by learners of
 * single chunks of it whose votes follow their errors over time, recent errors counting most
 * (Learn++.NSE).
 *
 * <p>How it works. Chunk t of m examples makes member h_t, which never learns again. With E the
 * share of the chunk that all members before it got wrong together, an example i weighs D(i) = E /
 * Z if they got it right and 1 / Z if not; the error of member k is ε_k = Σ D(i) [h_k(x_i) ≠ y_i],
 * at most 1/2, and β_k = ε_k / (1 − ε_k). Over the chunks since it was made, s = 0, 1, …, these are
 * averaged with the weights ω(s) = 1 / (1 + exp(−a (s − b))); member k votes for one class with the
 * weight ln(1 / mean β_k), which is 0 for one no better than a coin.
 *
 * <p>Source: R. Elwell, R. Polikar, "Incremental Learning of Concept Drift in Nonstationary
 * Environments", IEEE Transactions on Neural Networks 22(10), 2011, figure 1, equations (1) to (8).
 *
 * <p>Where we differ. Members are bounded: with all places taken, the oldest or the one with the
 * largest error on the newest chunk goes ({@code pruning}; the paper and MOA keep all unless told).
 * ε is at least half an example of the chunk, so that no vote is infinite. A new member that is no
 * better than a coin on its own chunk is kept with vote 0, where the paper makes another one. Until
 * the first chunk is full, the member in the making answers.
 *
 * <p>Accepts what its learner accepts. One thread. Each example goes once through each member, and
 * once more through the new one at the end of the chunk; memory: the rows of a chunk, at most a
 * quarter of {@code max_bytes} (with rows too wide for that the chunk is shorter), and the
 * learners, which share the rest evenly: at the limit each does what its own page says.
 *
 * <pre>
 * Classifier c = Components.classifier("learn_nse(chunk=250, pruning=age)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "learn_nse",
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
public final class LearnNse extends ChunkEnsemble {
  /** Who goes when a new member finds no place. */
  public enum Pruning {
    /** The oldest. */
    AGE,
    /** The one with the largest error on the newest chunk. */
    ERROR
  }

  private final int most;
  private final double slope;
  private final double crossing;
  private final Pruning pruning;

  // Beside each member: weight of examples it got wrong where all were right, and where all were
  // wrong; chunks since it was made; sums of ω and ω · β.
  private final double[] wrongAmongRight;
  private final double[] wrongAmongWrong;
  private final double[] age;
  private final double[] omegas;
  private final double[] betas;

  private final boolean[] wrong;
  private final double[] allWrong; // of each row of the chunk: 1 if all together were wrong
  private double rightWeight;
  private double wrongWeight;

  /** Parameters; the defaults are those of MOA 2024.07 unless said. */
  public record Parameters(
      @Param(value = "the most members", def = "15", range = "[1, 1000]", origin = "MOA default")
          int members,
      @Param(
              value = "makes a member of a chunk; may be a pipeline",
              def = "gaussian_nb",
              kind = Kind.CLASSIFIER,
              origin = "MOA default; Elwell & Polikar 2011, section IV")
          Spec learner,
      @Param(
              value = "m, examples in a chunk",
              def = "250",
              range = "[2, 1000000]",
              unit = "events",
              origin = "MOA default; Elwell & Polikar 2011 on SEA")
          int chunk,
      @Param(
              value = "a, slope of the sigmoid that weighs errors by age",
              def = "0.5",
              range = "[0, 1000]",
              origin = "Elwell & Polikar 2011; MOA default")
          double slope,
      @Param(
              value = "b, age at which that weight is one half",
              def = "10",
              range = "[0, 1000000]",
              unit = "chunks",
              origin = "Elwell & Polikar 2011; MOA default")
          double crossing,
      @Param(
              value = "who goes when a new member finds no place",
              def = "error",
              origin = "Elwell & Polikar 2009, error-based pruning")
          Pruning pruning,
      @Param(
              value = "memory limit of all members and the chunk",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public LearnNse(Parameters p, Build build) {
    super(p.learner, p.members, 0, p.chunk, build, build.limit(p.maxBytes), 6);
    this.most = p.members;
    this.slope = p.slope;
    this.crossing = p.crossing;
    this.pruning = p.pruning;
    this.wrongAmongRight = pool.column(1);
    this.wrongAmongWrong = pool.column(2);
    this.age = pool.column(3);
    this.omegas = pool.column(4);
    this.betas = pool.column(5);
    this.wrong = new boolean[most];
    this.allWrong = new double[chunk()];
  }

  @Override
  void cast(double weight, double[] scores, double[] sum) {
    voteForOne(weight, scores, sum);
  }

  @Override
  void note(int member, double[] scores, int label, double weight) {
    wrong[member] = Kernels.argmax(scores, labels()) != label;
  }

  @Override
  void noteAll(double[] sum, int label, double weight) {
    boolean all = Kernels.argmax(sum, labels()) != label;
    double[] mine = all ? wrongAmongWrong : wrongAmongRight;
    for (int k = 0; k < members(); k++) {
      mine[k] += wrong[k] ? weight : 0;
    }
    allWrong[filled()] = all ? 1 : 0;
    if (all) {
      wrongWeight += weight;
    } else {
      rightWeight += weight;
    }
  }

  @Override
  void endChunk() {
    double total = rightWeight + wrongWeight;
    // The first chunk has no members before it, and one without a mistake tells nothing apart.
    boolean uniform = members() == 0 || wrongWeight == 0;
    double share = uniform ? 1 : wrongWeight / total;
    noteNewest();
    double z = share * rightWeight + wrongWeight;
    double floor = 0.5 / filled();
    int worst = 0;
    double largest = -1;
    for (int k = 0; k <= members(); k++) {
      double error = (share * wrongAmongRight[k] + wrongAmongWrong[k]) / z;
      if (error > largest && k < members()) {
        largest = error;
        worst = k;
      }
      weigh(k, Math.max(floor, Math.min(0.5, error)));
    }
    rightWeight = 0;
    wrongWeight = 0;
    if (members() == most) {
      pool.remove(pruning == Pruning.AGE ? 0 : worst);
    }
    if (weights[Kernels.argmax(weights, members() + 1)] == 0) {
      weights[members()] = 1e-9; // nobody is better than a coin: the newest answers
    }
    pool.add();
  }

  /** Asks the new member for all rows of its chunk. */
  private void noteNewest() {
    int newest = members();
    for (int r = 0; r < filled(); r++) {
      boolean no = Kernels.argmax(scores(candidate(), row(r)), labels()) != rowLabel(r);
      double[] mine = allWrong[r] > 0 ? wrongAmongWrong : wrongAmongRight;
      mine[newest] += no ? rowWeight(r) : 0;
    }
  }

  private void weigh(int k, double error) {
    double omega = 1 / (1 + Math.exp(-slope * (age[k] - crossing)));
    omegas[k] += omega;
    betas[k] += omega * error / (1 - error);
    weights[k] = Math.max(0, Math.log(omegas[k] / betas[k]));
    age[k]++;
    wrongAmongRight[k] = 0;
    wrongAmongWrong[k] = 0;
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    out.put("right-weight", rightWeight);
    out.put("wrong-weight", wrongWeight);
    out.put("all-wrong", allWrong, filled());
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    rightWeight = in.doubleValue("right-weight");
    wrongWeight = in.doubleValue("wrong-weight");
    double[] a = in.doubles("all-wrong", filled());
    System.arraycopy(a, 0, allWrong, 0, a.length);
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes() + 130 + wrong.length + 8L * allWrong.length;
  }
}
