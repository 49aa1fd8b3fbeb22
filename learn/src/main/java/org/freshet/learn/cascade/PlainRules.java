package org.freshet.learn.cascade;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** The rules that learn nothing about deferring but what they count. */
final class PlainRules {
  private PlainRules() {}

  /** The first level that is sure enough answers, alone; uncertainty is 1 − its largest score. */
  static final class Confidence extends DeferralRule {
    Confidence(Levels levels) {
      super(levels);
    }

    @Override
    double judge(Features x, double threshold) {
      double least = Double.POSITIVE_INFINITY;
      levels.begin();
      for (int i = 0; i < levels.size(); i++) {
        levels.run(i, x);
        int best = levels.best(i);
        double u = best < 0 ? 1 : 1 - levels.own(i, best);
        if (u < least) {
          least = u;
          level = i;
        }
        if (u < threshold) {
          break;
        }
      }
      return least;
    }
  }

  /** The last level answers; uncertainty is its entropy, averaged over the last events. */
  static final class Entropy extends DeferralRule {
    private final double[] last;
    private int count;
    private int next;
    private double now;

    Entropy(Levels levels, int window) {
      super(levels);
      last = new double[window];
    }

    @Override
    double judge(Features x, double threshold) {
      levels.begin();
      for (int i = 0; i < levels.size(); i++) {
        levels.run(i, x);
      }
      level = levels.size() - 1;
      now = entropy(level);
      double sum = now;
      int n = Math.min(count, last.length - 1); // the oldest makes room
      for (int k = 1; k <= n; k++) {
        sum += last[(next - k + last.length) % last.length];
      }
      return sum / (n + 1);
    }

    @Override
    void passed() {
      last[next] = now;
      next = (next + 1) % last.length;
      count = Math.min(count + 1, last.length);
    }

    @Override
    void save(StateWriter out) {
      out.put("entropies", Arrays.copyOf(last, count));
      out.put("next", next);
    }

    @Override
    void load(StateReader in) {
      double[] read = in.doubles("entropies");
      if (read.length > last.length) {
        throw in.corrupt("entropies", "has " + read.length + ", allowed " + last.length);
      }
      for (double e : read) {
        if (!(e >= 0 && e <= 1.000001)) {
          throw in.corrupt("entropies", "has " + e + ", allowed 0 … 1");
        }
      }
      count = read.length;
      System.arraycopy(read, 0, last, 0, count);
      next = in.intValue("next", 0, last.length - 1);
      if (count < last.length && next != count) {
        throw in.corrupt("next", "is " + next + " after " + count);
      }
    }

    @Override
    long memoryBytes() {
      return 72 + 8L * last.length;
    }
  }

  /**
   * The last level answers; uncertainty is the p-value of its second class: the set of classes that
   * cannot be ruled out at that level of error holds more than one.
   */
  static final class Conformal extends DeferralRule {
    private final double[] last; // 1 − probability of the expert's class, at the last answers
    private int count;
    private int next;

    Conformal(Levels levels, int window) {
      super(levels);
      last = new double[window];
    }

    @Override
    double judge(Features x, double threshold) {
      levels.begin();
      for (int i = 0; i < levels.size(); i++) {
        levels.run(i, x);
      }
      level = levels.size() - 1;
      int best = levels.best(level);
      if (best < 0) {
        return 1;
      }
      double second = 0;
      for (int c = 0; c < levels.known(); c++) {
        second = c == best ? second : Math.max(second, levels.own(level, c));
      }
      int atLeast = 0;
      for (int i = 0; i < count; i++) {
        atLeast += last[i] >= 1 - second ? 1 : 0;
      }
      // Ties of the p-value are told apart by the score itself.
      return (atLeast + second) / (count + 1);
    }

    @Override
    void learn(Features x, int label) {
      int l = levels.size() - 1;
      last[next] = label < levels.known() ? 1 - levels.own(l, label) : 1;
      next = (next + 1) % last.length;
      count = Math.min(count + 1, last.length);
    }

    @Override
    void drift() {
      count = 0;
      next = 0;
    }

    @Override
    void save(StateWriter out) {
      out.put("scores", Arrays.copyOf(last, count));
      out.put("next", next);
    }

    @Override
    void load(StateReader in) {
      double[] read = in.doubles("scores");
      if (read.length > last.length) {
        throw in.corrupt("scores", "has " + read.length + ", allowed " + last.length);
      }
      for (double s : read) {
        if (!(s >= -1e-6 && s <= 1)) {
          throw in.corrupt("scores", "has " + s + ", allowed 0 … 1");
        }
      }
      count = read.length;
      System.arraycopy(read, 0, last, 0, count);
      next = in.intValue("next", 0, last.length - 1);
      if (count < last.length && next != count) {
        throw in.corrupt("next", "is " + next + " after " + count);
      }
    }

    @Override
    long memoryBytes() {
      return 64 + 8L * last.length;
    }
  }
}
