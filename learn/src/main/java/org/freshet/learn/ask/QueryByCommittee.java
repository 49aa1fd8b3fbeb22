package org.freshet.learn.ask;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.ensemble.Members;

/**
 * Asks where a small committee of models disagrees, each of which has learnt the labels a little
 * differently: their common mistakes cost nothing, their differences show what is not known.
 *
 * <p>How it works: each of {@code members} learners learns a label with a weight drawn from
 * Poisson(1), as in online bagging. The score of an event is the entropy of their votes; the
 * entropy of their mean probabilities decides where votes are equal. The share of events that the
 * budget allows is asked, those with the highest scores among the last 256.
 *
 * <p>Papers: S. Argamon-Engelson, I. Dagan, "Committee-Based Sample Selection for Probabilistic
 * Classifiers", JAIR 11, 1999 (vote entropy); N. C. Oza, S. Russell, "Online Bagging and Boosting",
 * AISTATS 2001 (the weights).
 *
 * <p>Where we differ: the committee stands beside the model that answers, whatever that is, and
 * learns the labels that come, asked for or not; where all votes agree the mean probabilities rank
 * events, since a small committee mostly agrees.
 *
 * <p>Takes what its learner takes, which may be a pipeline; rows are those the model sees. Costs
 * the time and memory of its members.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: { query_by_committee: { learner: hoeffding_tree, members: 5 } } }
 * }</pre>
 */
@Component(
    name = "query_by_committee",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class QueryByCommittee extends Scored {
  /**
   * @param learner of each member
   * @param members their number
   * @param maxBytes memory of all
   */
  public record Parameters(
      @Param(
              value = "learner of each member; may be a pipeline",
              def = "gaussian_nb",
              kind = Kind.CLASSIFIER,
              origin = "quick, and takes all rows but texts")
          Spec learner,
      @Param(
              value = "number of members",
              def = "5",
              range = "[2, 100]",
              origin = "small committees do: Argamon-Engelson and Dagan 1999 use 3 to 10")
          int members,
      @Param(
              value = "memory of all members together",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "as for a single learner")
          long maxBytes) {}

  private static final double LESS = 1e-3; // what the mean probabilities count beside votes

  private final Members members;
  private final Rng rng;
  private double[] scores = new double[8];
  private double[] mean = new double[8];
  private double[] votes = new double[8];

  public QueryByCommittee(Parameters p, Build build) {
    super(Classes.required(build, "query_by_committee"));
    members = new Members(p.learner(), p.members(), build, build.limit(p.maxBytes()), 0);
    rng = build.child("weights", 0).rng();
  }

  @Override
  double score(Candidate c) {
    int n = 0;
    for (int m = 0; m < members.size(); m++) {
      n = Math.max(n, members.get(m).labels());
    }
    if (scores.length < n) {
      scores = new double[2 * n];
      mean = new double[2 * n];
      votes = new double[2 * n];
    }
    Arrays.fill(mean, 0);
    Arrays.fill(votes, 0);
    for (int m = 0; m < members.size(); m++) {
      Classifier member = members.get(m);
      int known = member.labels();
      if (known > 0) {
        member.scores(c.x(), scores);
        votes[Kernels.argmax(scores, known)] += 1.0 / members.size();
        Kernels.axpy(1.0 / members.size(), scores, 0, mean, 0, known);
      }
    }
    return n == 0 ? 1 : entropy(votes, n) + LESS * entropy(mean, n);
  }

  private static double entropy(double[] p, int n) {
    double sum = 0;
    for (int k = 0; k < n; k++) {
      sum -= p[k] > 0 ? p[k] * Math.log(p[k]) : 0;
    }
    return sum;
  }

  @Override
  public void learn(Features x, double label, double weight) {
    for (int m = 0; m < members.size(); m++) {
      int times = rng.nextPoisson(1);
      if (times > 0) {
        members.get(m).learn(x, (int) label, times * weight);
      }
    }
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    members.save(out.child("members"));
    rng.save(out, "rng");
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    members.load(in.child("members"));
    rng.load(in, "rng");
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes() + 80 + 40 + members.memoryBytes() + 48 + 24L * scores.length + 200;
  }
}
