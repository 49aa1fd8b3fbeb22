package org.freshet.engine;

import java.util.BitSet;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * How good one model is over the last labels: accuracy for classes, root mean squared error for
 * numbers. One thread adds; any thread reads what was published.
 */
public final class Rolling {
  /** Labels looked back on. */
  public static final int SHORT = 1_000;

  public static final int LONG = 10_000;

  private final boolean classes;
  private final float[] losses = new float[LONG]; // 0 or 1, or the squared error
  private long added;
  private double shortSum;
  private double longSum;
  private volatile double ofShort = Double.NaN;
  private volatile double ofLong = Double.NaN;
  private volatile long labels;

  public Rolling(boolean classes) {
    this.classes = classes;
  }

  /**
   * A label: whether it was answered right, or how far the answer was from it. NaN is no answer.
   *
   * @return 0 or 1, or the squared error; NaN where there was no answer and nothing is counted
   */
  public double add(double truth, double answer) {
    if (Double.isNaN(answer)) {
      return Double.NaN;
    }
    double loss = classes ? (truth == answer ? 0 : 1) : (truth - answer) * (truth - answer);
    if (!Double.isNaN(loss)) {
      addLoss((float) Math.min(loss, Float.MAX_VALUE));
    }
    return loss;
  }

  private void addLoss(float loss) {
    int at = (int) (added % LONG);
    shortSum += loss;
    longSum += loss - losses[at];
    if (added >= SHORT) {
      shortSum -= losses[(int) ((added - SHORT) % LONG)];
    }
    losses[at] = loss;
    added++;
    if (at == LONG - 1) {
      sumAgain();
    }
  }

  /** Sums of squares go astray by rounding; sums of zeros and ones do not. */
  private void sumAgain() {
    longSum = 0;
    shortSum = 0;
    for (int i = 0; i < LONG; i++) {
      longSum += losses[i];
    }
    for (long i = Math.max(0, added - SHORT); i < added; i++) {
      shortSum += losses[(int) (i % LONG)];
    }
  }

  /** Lets other threads see it. */
  public void publish() {
    if (added != labels) {
      ofShort = quality(shortSum, Math.min(added, SHORT));
      ofLong = quality(longSum, Math.min(added, LONG));
      labels = added;
    }
  }

  private double quality(double sum, long n) {
    return classes ? 1 - sum / n : Math.sqrt(Math.max(0, sum) / n);
  }

  /** Only by the thread that adds. Wrong answers are kept as bits, errors as they are. */
  public void save(StateWriter out) {
    out.put("added", added);
    if (!classes) {
      out.put("losses", losses);
      return;
    }
    BitSet wrong = new BitSet(LONG);
    for (int i = 0; i < LONG; i++) {
      wrong.set(i, losses[i] > 0);
    }
    out.put("wrong", wrong.toLongArray());
  }

  /** Before anything is added. */
  public void load(StateReader in) {
    added = in.longValue("added", 0, Long.MAX_VALUE / 2);
    if (classes) {
      BitSet wrong = BitSet.valueOf(in.longs("wrong"));
      for (int i = 0; i < LONG; i++) {
        losses[i] = wrong.get(i) ? 1 : 0;
      }
    } else {
      float[] all = in.floats("losses");
      if (all.length != LONG) {
        throw in.corrupt("losses", "are " + all.length + ", expected " + LONG);
      }
      System.arraycopy(all, 0, losses, 0, LONG);
    }
    sumAgain();
    publish();
  }

  /** Over the last {@value #SHORT} labels, or all where there were fewer; NaN before the first. */
  public double ofShort() {
    return ofShort;
  }

  /** Over the last {@value #LONG} labels. */
  public double ofLong() {
    return ofLong;
  }

  /** Labels so far. */
  public long labels() {
    return labels;
  }
}
