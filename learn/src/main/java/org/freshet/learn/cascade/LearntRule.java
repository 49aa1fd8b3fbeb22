package org.freshet.learn.cascade;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A net at each level says how likely its answer is not the expert's; learnt from the expert's
 * answers, with the cost of going on.
 */
final class LearntRule extends DeferralRule {
  private static final int FACTS = 8;

  /** Events that classes are taken to be equally frequent in before any was seen. */
  private static final double PRIOR = 20;

  /** Bound on a cross entropy. */
  private static final double MOST_LOSS = 7;

  /** Bound on a margin, so that its odds are finite. */
  private static final double LIMIT = 0.9995;

  private final Cascade.Parameters p;
  private final DeferralNet[] nets;
  private final double[] d;
  private final double[] loss;
  private final double[][] facts;
  private double coin = 1;

  // Probability of each class, summed over all events: how rare it is.
  private double[] share = new double[0];
  private double[] weights = new double[0];
  private double events;
  private int known; // classes at the last event

  LearntRule(Cascade.Parameters p, Levels levels, Build build) {
    super(levels);
    this.p = p;
    Rng rng = new Rng(Rng.childSeed(build.seed(), "nets", 0));
    nets = new DeferralNet[levels.size()];
    for (int i = 0; i < nets.length; i++) {
      nets[i] = new DeferralNet(FACTS, p.hidden(), p.learningRate(), p.l2(), rng);
    }
    d = new double[nets.length];
    loss = new double[nets.length];
    facts = new double[nets.length][FACTS];
    together = true;
  }

  @Override
  double judge(Features x, double threshold) {
    levels.begin();
    double u = 1;
    for (int i = 0; i < nets.length; i++) {
      levels.run(i, x);
      level = i;
      u = defer(i, x);
      if (u < p.exit() * threshold) {
        break;
      }
    }
    return u;
  }

  /** What the net of a level says about the answer of the levels up to it. */
  private double defer(int i, Features x) {
    int n = levels.known();
    int best = levels.jointBest(i);
    double first = 0;
    double second = 0;
    double third = 0;
    double sum = 0;
    double entropy = 0;
    for (int c = 0; c < n; c++) {
      double q = levels.joint(i, c);
      entropy -= q > 0 ? q * Math.log(q) : 0;
      q *= c < weights.length ? weights[c] : 1;
      sum += q;
      if (c == best) {
        first = q;
      } else if (q > second) {
        third = second;
        second = q;
      } else if (q > third) {
        third = q;
      }
    }
    double scale = sum > 0 ? 1 / sum : 1;
    double agree = 0;
    double least = 1;
    double mean = 0;
    for (int j = 0; j <= i && best >= 0; j++) {
      agree += levels.best(j) == best ? 1.0 / (i + 1) : 0;
      least = Math.min(least, levels.own(j, best));
      mean += levels.own(j, best) / (i + 1);
    }
    double[] f = facts[i];
    f[0] = first * scale;
    f[1] = second * scale;
    f[2] = third * scale;
    f[3] = n < 2 ? 0 : entropy / Math.log(n);
    f[4] = agree;
    f[5] = least;
    f[6] = mean;
    f[7] = Math.log1p(x.count()) / 10;
    double margin = Math.max(-LIMIT, Math.min(LIMIT, (first - second) * scale));
    d[i] = nets[i].defer(f, Math.log((1 - margin) / (1 + margin)), best);
    return d[i];
  }

  @Override
  void passed() {
    int n = levels.known();
    if (p.balance() == 0 || n < 2) {
      return;
    }
    if (n > share.length) {
      share = Arrays.copyOf(share, Math.max(n, 2 * share.length));
      weights = Arrays.copyOf(weights, share.length);
    }
    for (int c = 0; c < n; c++) {
      share[c] += levels.joint(level, c);
    }
    events++;
    known = n;
    weigh();
  }

  /** Weighs classes by how rare they are: 1 / (n · share)^balance. */
  private void weigh() {
    for (int c = 0; c < known; c++) {
      double often = (share[c] + PRIOR / known) / (events + PRIOR);
      weights[c] = Math.pow(known * often, -p.balance());
    }
  }

  @Override
  double explores() {
    return Math.max(coin, p.explore());
  }

  @Override
  void learn(Features x, int label) {
    coin *= p.decay();
    for (int i = 0; i < nets.length; i++) {
      defer(i, x);
      double q = label < levels.known() ? levels.joint(i, label) : 0;
      loss[i] = Math.min(MOST_LOSS, -Math.log(q));
    }
    double before = 1; // Π d of the levels before
    for (int i = 0; i < nets.length; i++) {
      boolean wrong = levels.jointBest(i) != label;
      double target = Math.min((wrong ? 1 : 0) + p.calibration(), 1);
      double gradient = 2 * (d[i] - target) + before * (ahead(i) - loss[i]);
      double rare = label < known ? weights[label] : 1;
      nets[i].learn(facts[i], rare * gradient);
      before *= d[i];
    }
  }

  /** Expected cost J of leaving an answer to the levels after i. */
  private double ahead(int i) {
    double next = i + 1 == nets.length ? p.expertCost() : 1;
    double j = p.mu() * next;
    if (i + 1 < nets.length) {
      j += (1 - d[i + 1]) * loss[i + 1] + d[i + 1] * ahead(i + 1);
    }
    return j;
  }

  @Override
  void drift() {
    coin = Math.max(coin, 0.5);
  }

  @Override
  void save(StateWriter out) {
    out.put("coin", coin);
    out.put("events", events);
    out.put("share", share);
    out.put("known", known);
    for (int i = 0; i < nets.length; i++) {
      nets[i].save(out.child("net-" + i));
    }
  }

  @Override
  void load(StateReader in) {
    coin = in.doubleValue("coin");
    events = in.doubleValue("events");
    share = in.doubles("share");
    known = in.intValue("known", 0, share.length);
    if (!(coin >= 0 && coin <= 1) || !(events >= 0 && events < 1e18)) {
      throw in.corrupt("coin", "is " + coin + " after " + events + " events");
    }
    for (double s : share) {
      if (!(s >= 0 && s <= 1.001 * events + 1)) {
        throw in.corrupt("share", "has " + s + " of " + events);
      }
    }
    weights = new double[share.length];
    weigh();
    for (int i = 0; i < nets.length; i++) {
      nets[i].load(in.child("net-" + i));
    }
  }

  @Override
  long memoryBytes() {
    long bytes = 96 + 7 * 16 + 8L * (d.length + loss.length + 2L * share.length);
    for (DeferralNet net : nets) {
      bytes += 8 + 16 + 8L * FACTS + net.memoryBytes();
    }
    return bytes;
  }
}
