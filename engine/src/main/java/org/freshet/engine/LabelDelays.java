package org.freshet.engine;

import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * How long labels that came by a record of their own took, in event time: count, mean, maximum, and
 * quantiles from a histogram whose buckets are an eighth of a power of two wide.
 */
public final class LabelDelays {
  private static final int PARTS = 8;
  private static final int BUCKETS = 62 * PARTS;

  private final long[] histogram = new long[BUCKETS];
  private long count;
  private double sum;
  private long max;

  LabelDelays() {}

  /** A label at a time for an event of a time; one without a time is left out. */
  void add(long event, long label) {
    if (event == Features.NO_TIME || label == Features.NO_TIME) {
      return;
    }
    long delay = Math.max(0, label - event);
    count++;
    sum += delay;
    max = Math.max(max, delay);
    histogram[bucket(delay)]++;
  }

  /** Delays below 8 ms have buckets of their own. */
  private static int bucket(long delay) {
    if (delay < PARTS) {
      return (int) delay;
    }
    int power = 63 - Long.numberOfLeadingZeros(delay); // 3 or more
    return Math.min(BUCKETS - 1, (power - 2) * PARTS + (int) (delay >>> (power - 3)) - PARTS);
  }

  private static double low(int bucket) {
    if (bucket < PARTS) {
      return bucket;
    }
    return Math.scalb((double) (bucket % PARTS + PARTS), bucket / PARTS - 1);
  }

  /** Labels measured. */
  public long count() {
    return count;
  }

  /** Milliseconds; NaN when there were none. */
  public double mean() {
    return count == 0 ? Double.NaN : sum / count;
  }

  /** Milliseconds. */
  public long max() {
    return max;
  }

  /**
   * The delay that a share of the labels did not exceed, at most an eighth above the exact one, in
   * milliseconds; NaN when there were none.
   *
   * @param share 0 to 1
   */
  public double quantile(double share) {
    if (count == 0) {
      return Double.NaN;
    }
    long rank = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (int b = 0; b < BUCKETS; b++) {
      seen += histogram[b];
      if (seen >= rank) {
        return b < PARTS ? b : Math.min(max, low(b + 1));
      }
    }
    return max;
  }

  void save(StateWriter out) {
    out.put("count", count);
    out.put("sum", sum);
    out.put("max", max);
    out.put("histogram", histogram);
  }

  void load(StateReader in) {
    count = in.longValue("count", 0, Long.MAX_VALUE);
    sum = in.doubleValue("sum");
    max = in.longValue("max", 0, Long.MAX_VALUE);
    long[] saved = in.longs("histogram", BUCKETS);
    long total = 0;
    for (long n : saved) {
      if (n < 0) {
        throw in.corrupt("histogram", "has a negative count");
      }
      total += n;
    }
    if (total != count) {
      throw in.corrupt("histogram", "holds " + total + " labels, the count is " + count);
    }
    System.arraycopy(saved, 0, histogram, 0, BUCKETS);
  }
}
