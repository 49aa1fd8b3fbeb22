package org.freshet.learn.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Suggest;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The experts of {@link SleepingExperts}, which of them are awake at a row, and their regrets.
 * Expert 0 is always awake; the others are found by their group and the codes of its columns.
 */
final class GroupExperts<L extends Learner> {
  /** Columns that may be joined to one group, and bits for the code of each in a key. */
  private static final int MOST_JOINED = 3;

  private static final int BITS = 20;

  private final SleepingExperts.Parameters parameters;
  private final Build build;
  private final Class<L> type;
  private final int[][] groups; // columns of each
  private final List<L> experts = new ArrayList<>();

  // Of each expert: its key (group, then codes), regret R and sum of its absolute steps C.
  private long[] keys = new long[8];
  private double[] regrets = new double[8];
  private double[] steps = new double[8];

  // The same of expert 0 at the events of a group.
  private double[] commonRegrets = new double[8];
  private double[] commonSteps = new double[8];

  /** Open addressing: expert at a slot, or 0 for none; expert 0 is not in it. */
  private int[] table = new int[16];

  // Of the row last woken at.
  private final int[] awake;
  private final double[] shares;
  private final double[] common; // what expert 0 gets for the group of the k-th
  private final double[] losses;
  private final long[] missing; // keys without an expert
  private int awakeCount;
  private int missingCount;

  GroupExperts(SleepingExperts.Parameters p, Build build, Class<L> type) {
    this.parameters = p;
    this.build = build.withMaxBytes(build.limit(p.maxBytes()) / p.members());
    this.type = type;
    this.groups = groups(p.groups(), build.schema());
    this.awake = new int[groups.length + 1];
    this.shares = new double[groups.length + 1];
    this.common = new double[groups.length + 1];
    this.losses = new double[groups.length + 1];
    this.missing = new long[groups.length];
    add(0);
  }

  private static int[][] groups(List<String> names, Schema schema) {
    List<String> categories =
        schema.columns().stream().filter(Column::isCategory).map(Column::name).toList();
    List<String> given = names == null ? categories : names;
    int[][] groups = new int[given.size()][];
    for (int g = 0; g < groups.length; g++) {
      String[] parts = names == null ? new String[] {given.get(g)} : given.get(g).split("\\*");
      if (parts.length > MOST_JOINED) {
        throw new ConfigException(
            "",
            "group '"
                + given.get(g)
                + "' of sleeping_experts joins "
                + parts.length
                + " columns, allowed "
                + MOST_JOINED);
      }
      groups[g] = new int[parts.length];
      for (int k = 0; k < parts.length; k++) {
        String name = parts[k].strip();
        if (!categories.contains(name)) {
          throw new ConfigException(
              "",
              "group '"
                  + name
                  + "' of sleeping_experts is no category column"
                  + (categories.isEmpty()
                      ? "; there is none"
                      : "; there are " + String.join(", ", categories))
                  + Suggest.didYouMean(name, categories));
        }
        groups[g][k] = schema.indexOf(name);
      }
    }
    return groups;
  }

  int size() {
    return experts.size();
  }

  L get(int expert) {
    return experts.get(expert);
  }

  /** The expert made last. */
  L newest() {
    return experts.get(experts.size() - 1);
  }

  /** The k-th expert awake. */
  L awake(int k) {
    return experts.get(awake[k]);
  }

  /** Weight of its answer; those of all awake sum to 1. */
  double share(int k) {
    return shares[k];
  }

  void loss(int k, double loss) {
    losses[k] = loss;
  }

  /** Regret R of an expert. */
  double regret(int expert) {
    return regrets[expert];
  }

  /** Finds the experts awake at a row and their shares; returns how many they are. */
  int wake(Features x) {
    awake[0] = 0;
    awakeCount = 1;
    missingCount = 0;
    for (int g = 0; g < groups.length; g++) {
      long key = key(x, g);
      int expert = table[slot(key)];
      if (expert > 0) {
        awake[awakeCount++] = expert;
      } else {
        missing[missingCount++] = key;
      }
    }
    weigh();
    return awakeCount;
  }

  /** AdaNormalHedge by logarithms: Φ overflows after some hundred thousand events. */
  private void weigh() {
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < awakeCount; k++) {
      int e = awake[k];
      shares[k] = logWeight(regrets[e], steps[e]);
      common[k] = e == 0 ? shares[k] : logWeight(commonRegrets[e], commonSteps[e]);
      most = Math.max(most, Math.max(shares[k], common[k]));
    }
    double toAll = 0;
    double sum = 0;
    for (int k = 0; k < awakeCount; k++) {
      boolean none = most == Double.NEGATIVE_INFINITY;
      toAll += none ? 1 : Math.exp(common[k] - most);
      shares[k] = none ? 1 : Math.exp(shares[k] - most);
      sum += k == 0 ? 0 : shares[k];
    }
    shares[0] = toAll;
    sum += toAll;
    for (int k = 0; k < awakeCount; k++) {
      shares[k] /= sum;
    }
  }

  private static double logWeight(double regret, double steps) {
    double c = 3 * (steps + 1);
    double up = Math.max(0, regret + 1);
    double down = Math.max(0, regret - 1);
    double a = up * up / c;
    double b = down * down / c;
    return a > b ? a + Math.log(-Math.expm1(b - a)) : Double.NEGATIVE_INFINITY;
  }

  /** Adds the regrets of the event whose losses were given. */
  void regret() {
    double mixed = 0;
    for (int k = 0; k < awakeCount; k++) {
      mixed += shares[k] * losses[k];
    }
    for (int k = 0; k < awakeCount; k++) {
      double r = mixed - losses[k];
      int e = awake[k];
      regrets[e] += r;
      steps[e] += Math.abs(r);
      commonRegrets[e] += mixed - losses[0];
      commonSteps[e] += Math.abs(mixed - losses[0]);
    }
  }

  /** Makes the next expert that was missing at the row; false when there is none, or no place. */
  boolean open() {
    if (missingCount == 0 || experts.size() == parameters.members()) {
      return false;
    }
    add(missing[--missingCount]);
    return true;
  }

  private long key(Features x, int g) {
    long key = 0;
    for (int column : groups[g]) {
      double code = x.get(column);
      long c = code >= 0 ? Math.min((long) code + 1, (1L << BITS) - 1) : 0;
      key = key << BITS | c;
    }
    // The group in the top bits, counted from 1, keeps a key apart from 0 and from other groups'.
    return key ^ (g + 1L) * 0x9E3779B97F4A7C15L;
  }

  private int slot(long key) {
    int mask = table.length - 1;
    int at = (int) ((key * 0xD6E8FEB86659FD93L) >>> 40) & mask;
    while (table[at] > 0 && keys[table[at]] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void add(long key) {
    int n = experts.size();
    if (n == keys.length) {
      keys = Arrays.copyOf(keys, 2 * n);
      regrets = Arrays.copyOf(regrets, 2 * n);
      steps = Arrays.copyOf(steps, 2 * n);
      commonRegrets = Arrays.copyOf(commonRegrets, 2 * n);
      commonSteps = Arrays.copyOf(commonSteps, 2 * n);
    }
    keys[n] = key;
    Spec usual = Spec.of(type == Regressor.class ? "fimt_dd" : "hoeffding_tree");
    Spec spec = parameters.learner() == null ? usual : parameters.learner();
    experts.add(build.child("expert", n).create(spec, type));
    if (n > 0) {
      enter(n);
    }
  }

  private void enter(int expert) {
    if (2 * (expert + 1) > table.length) {
      table = new int[2 * table.length];
      for (int e = 1; e < expert; e++) {
        table[slot(keys[e])] = e;
      }
    }
    table[slot(keys[expert])] = expert;
  }

  void save(StateWriter out) {
    int n = experts.size();
    out.put("keys", Arrays.copyOf(keys, n));
    out.put("regrets", regrets, n);
    out.put("steps", steps, n);
    out.put("common-regrets", commonRegrets, n);
    out.put("common-steps", commonSteps, n);
    for (int g = 0; g < n; g++) {
      out.put("expert-" + g, experts.get(g));
    }
  }

  void load(StateReader in) {
    long[] k = in.longs("keys");
    if (k.length < 1 || k.length > parameters.members()) {
      throw in.corrupt(
          "keys", "has " + k.length + " experts, allowed 1 to " + parameters.members());
    }
    double[] r = in.doubles("regrets", k.length);
    double[] s = in.doubles("steps", k.length);
    double[] cr = in.doubles("common-regrets", k.length);
    double[] cs = in.doubles("common-steps", k.length);
    experts.clear();
    table = new int[16];
    for (int g = 0; g < k.length; g++) {
      check(in, "regrets", r[g], s[g]);
      check(in, "common-regrets", cr[g], cs[g]);
      if (g > 0 && table[slot(k[g])] > 0) {
        throw in.corrupt("keys", "has the group " + k[g] + " twice");
      }
      add(k[g]);
      regrets[g] = r[g];
      steps[g] = s[g];
      commonRegrets[g] = cr[g];
      commonSteps[g] = cs[g];
      in.load("expert-" + g, experts.get(g));
    }
  }

  private static void check(StateReader in, String name, double regret, double steps) {
    if (!Double.isFinite(regret) || !(steps >= 0 && steps < Double.POSITIVE_INFINITY)) {
      throw in.corrupt(name, "has " + regret + " with steps " + steps);
    }
  }

  long memoryBytes() {
    long bytes = 370 + 40L * keys.length + 4L * table.length + 5L * experts.size();
    bytes += groups.length * 60L;
    for (L e : experts) {
      bytes += e.memoryBytes();
    }
    return bytes;
  }
}
