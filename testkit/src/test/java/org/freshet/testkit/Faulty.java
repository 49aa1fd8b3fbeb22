package org.freshet.testkit;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Class counts and a running mean of the first column, with one fault that the contract must find.
 */
class Faulty implements Classifier {
  enum Fault {
    SOUND,
    LEARNS_IN_PREDICT,
    KEEPS_VIEW,
    CHANGES_INPUT,
    SUM_NOT_ONE,
    FORGETS_A_FIELD,
    BELIEVES_STATE,
    HIDES_RANDOMNESS,
    COUNTS_WRONG_MEMORY,
    LEARNS_WEIGHT_ZERO,
    GROWS_FOR_EVER,
    CLAIMS_MERGING,
    COUNTS_TWICE,
    GOES_A_SHARE,
    KEEPS_THE_LARGER,
    CHANGES_WHAT_IT_ADDS
  }

  /** Copies add up, unless that is the fault. */
  static final class Merging extends Faulty implements Mergeable {
    Merging(Fault fault, Build build) {
      super(fault, build);
    }

    @Override
    public boolean isExact() {
      return true;
    }

    @Override
    public void add(Learner newer, Learner older, double share) {
      add((Faulty) newer, (Faulty) older, share);
    }
  }

  private final Fault fault;
  private final Rng rng;
  private final int declared;
  private double[] counts;
  private double[] hoard = new double[0];
  private Features kept;
  private double mean;
  private long seen;
  private int last;

  Faulty(Fault fault, Build build) {
    this.fault = fault;
    this.rng = build.rng();
    this.declared = build.schema().declaredLabels();
    this.counts = new double[declared];
  }

  @Override
  public int labels() {
    return counts.length;
  }

  @Override
  public void scores(Features x, double[] scores) {
    System.arraycopy(counts, 0, scores, 0, counts.length);
    Arrays.fill(scores, counts.length, scores.length, 0);
    if (counts.length > 0) {
      Kernels.normalize(scores, counts.length);
    }
    if (fault == Fault.SUM_NOT_ONE && counts.length > 0) {
      scores[0] *= 0.9;
    }
    if (fault == Fault.LEARNS_IN_PREDICT) {
      seen++;
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (!(weight > 0) && fault != Fault.LEARNS_WEIGHT_ZERO) {
      return;
    }
    if (label >= counts.length) {
      counts = Arrays.copyOf(counts, label + 1);
    }
    counts[label] += Math.max(weight, 0);
    seen++;
    last = label;
    if (fault == Fault.KEEPS_VIEW) {
      mean += kept == null ? 0 : kept.get(0);
      kept = x;
    } else if (fault == Fault.HIDES_RANDOMNESS) {
      counts[label] += rng.nextDouble();
    } else if (fault == Fault.GROWS_FOR_EVER) {
      hoard = new double[(int) (100 * seen)];
    } else if (fault == Fault.CHANGES_INPUT) {
      x.addTo(new double[x.width()], 1);
      mutate(x);
    }
    counts[last]++;
  }

  /** Writes through the view: the array under Features.of is the caller's. */
  private static void mutate(Features x) {
    try {
      var values = Features.class.getDeclaredField("values");
      values.setAccessible(true);
      ((double[]) values.get(x))[0] += 1;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  final void add(Faulty a, Faulty b, double share) {
    if (a.counts.length > counts.length) {
      counts = Arrays.copyOf(counts, a.counts.length);
    }
    for (int c = 0; c < a.counts.length; c++) {
      double had = c < b.counts.length ? b.counts[c] : 0;
      counts[c] =
          switch (fault) {
            case COUNTS_TWICE -> counts[c] + a.counts[c];
            case GOES_A_SHARE -> counts[c] + share * (a.counts[c] - had);
            case KEEPS_THE_LARGER -> Math.max(counts[c], a.counts[c]);
            default -> counts[c] + a.counts[c] - had;
          };
    }
    last = a.seen > b.seen ? a.last : last;
    seen += a.seen - b.seen;
    if (fault == Fault.CHANGES_WHAT_IT_ADDS) {
      a.seen = b.seen;
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("counts", counts);
    out.put("mean", mean);
    out.put("last", last);
    out.put("seen", seen);
    rng.save(out, "rng");
  }

  @Override
  public void load(StateReader in) {
    counts = in.doubles("counts");
    mean = in.doubleValue("mean");
    if (fault == Fault.BELIEVES_STATE) {
      last = (int) in.longValue("last");
      counts[last] += 0;
    } else {
      last = in.intValue("last", 0, Math.max(0, counts.length - 1));
    }
    seen = fault == Fault.FORGETS_A_FIELD ? 0 : in.longValue("seen");
    hoard = new double[fault == Fault.GROWS_FOR_EVER ? (int) (100 * seen) : 0];
    rng.load(in, "rng");
    if (counts.length < declared) {
      throw in.corrupt("counts", "has fewer classes than declared");
    }
  }

  @Override
  public long memoryBytes() {
    long own = 72 + 16 + 8L * counts.length + 16 + 8L * hoard.length + 56;
    return fault == Fault.COUNTS_WRONG_MEMORY ? 8 * own : own;
  }
}
