package org.freshet.engine.ask;

import java.util.List;
import org.freshet.core.Dictionary;
import org.freshet.core.Rng;

/** What simulated annotators reply; drawn by seed, name and event alone. */
final class Simulated {
  private final List<Annotator> annotators;
  private final Dictionary classes;
  private final long[] seeds;

  Simulated(List<Annotator> annotators, Dictionary classes, long seed) {
    this.annotators = annotators;
    this.classes = classes;
    seeds = new long[annotators.size()];
    for (int a = 0; a < seeds.length; a++) {
      seeds[a] = Rng.childSeed(seed, annotators.get(a).name(), 0);
    }
  }

  private static double uniform(long bits) {
    return (bits >>> 11) * 0x1.0p-53;
  }

  /**
   * What one says about an event; -1 for nothing.
   *
   * @param n classes known
   */
  int reply(int who, long event, int label, int n, double load) {
    Annotator.Parameters p = annotators.get(who).parameters();
    long seed = seeds[who];
    if (uniform(Rng.childSeed(seed, "abstain", event)) < p.abstain()) {
      return -1;
    }
    double error = Math.min(p.error() + p.tiring() * load, 1 - 1.0 / n);
    if (n < 2 || uniform(Rng.childSeed(seed, "error", event)) >= error) {
      return label;
    }
    double u = uniform(Rng.childSeed(seed, "class", event));
    if (p.confuses() != null) {
      return confused(p.confuses(), label, u, n);
    }
    int other = (int) (u * (n - 1));
    return other >= label ? other + 1 : other;
  }

  /** One of the named classes that is not the label; the label where there is none. */
  private int confused(List<String> names, int label, double u, int n) {
    int fit = 0;
    for (String name : names) {
      int code = classes.find(name);
      fit += code >= 0 && code < n && code != label ? 1 : 0;
    }
    int nth = (int) (u * fit);
    for (String name : names) {
      int code = classes.find(name);
      if (code >= 0 && code < n && code != label && nth-- == 0) {
        return code;
      }
    }
    return label;
  }
}
