package org.freshet.learn.ensemble;

import org.freshet.core.Classifier;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Predicts classes of a stream with drifts of any kind by learners begun at different chunks of it,
 * which all go on learning and are weighted by their error on the newest chunk (AUE2).
 *
 * <p>How it works. Over each chunk B of examples, f_j(y) being the probability member j gives the
 * true class y before it learns the chunk, MSE_j = (1/|B|) Σ (1 − f_j(y))², and MSE_r = Σ_y p(y)(1
 * − p(y))² is the error of guessing by the shares p(y) of the classes in it. The weight of j
 * becomes w_j = 1 / (MSE_r + MSE_j + ε). A new member learns the chunk from nothing and gets 1 /
 * (MSE_r + ε); with {@code members} there already it takes the place of the one with the least
 * weight. All others learn the chunk too. Members vote with their probabilities times their weight.
 *
 * <p>Source: D. Brzezinski, J. Stefanowski, "Reacting to Different Types of Concept Drift: The
 * Accuracy Updated Ensemble Algorithm", IEEE Transactions on Neural Networks and Learning Systems
 * 25(1), 2014, algorithm 1 (AUE2); the first version: HAIS 2011.
 *
 * <p>Where we differ. Members are asked at each event, for the vote, and not again at the end of
 * the chunk: as they do not change within it the error is the same. The new member learns the rows
 * as they come, and answers until the first chunk is full (the paper and MOA have no answer then).
 * ε is 1e-9. Pruning by memory is left to the learners, each with its share of {@code max_bytes}.
 *
 * <p>Accepts what its learner accepts. One thread. Each example goes through each member twice,
 * once to vote, once to learn; memory: the rows of a chunk, at most a quarter of {@code max_bytes}
 * (with rows too wide for that the chunk is shorter), and the learners, which share the rest
 * evenly: at the limit each does what its own page says.
 *
 * <pre>
 * Classifier c = Components.classifier("accuracy_updated_ensemble(chunk=500)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "accuracy_updated_ensemble",
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
public final class AccuracyUpdatedEnsemble extends ChunkEnsemble {
  private static final double EPSILON = 1e-9;

  private final int most;
  private final double[] errors; // Σ weight · (1 - f(y))² over the chunk so far
  private final double[] weighed; // Σ weight of the same

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
              value = "examples in a chunk",
              def = "500",
              range = "[2, 1000000]",
              unit = "events",
              origin = "Brzezinski & Stefanowski 2014; MOA default")
          int chunk,
      @Param(
              value = "memory limit of all members, the candidate and the chunk",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public AccuracyUpdatedEnsemble(Parameters p, Build build) {
    super(p.learner, p.members, 0, p.chunk, build, build.limit(p.maxBytes), 3);
    this.most = p.members;
    this.errors = pool.column(1);
    this.weighed = pool.column(2);
  }

  @Override
  void cast(double weight, double[] scores, double[] sum) {
    castScores(weight, scores, sum);
  }

  @Override
  void note(int member, double[] scores, int label, double weight) {
    errors[member] += weight * (1 - scores[label]) * (1 - scores[label]);
    weighed[member] += weight;
  }

  @Override
  void endChunk() {
    double guessing = guessing();
    for (int i = 0; i < members(); i++) {
      weights[i] = 1 / (guessing + errors[i] / weighed[i] + EPSILON);
      errors[i] = 0;
      weighed[i] = 0;
    }
    if (members() == most) {
      pool.remove(Pool.least(weights, most));
    }
    for (int i = 0; i < members(); i++) {
      learnChunk(pool.get(i));
    }
    weights[members()] = 1 / (guessing + EPSILON);
    pool.add();
  }

  private void learnChunk(Classifier member) {
    for (int r = 0; r < filled(); r++) {
      member.learn(row(r), rowLabel(r), rowWeight(r));
    }
  }
}
