package org.freshet.serve.meter;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Histogram of times from 10 microseconds to 100 seconds, ten buckets to the decade. One thread
 * adds, without allocating or waiting; any thread reads.
 */
final class Latencies implements Collector {
  private static final double[] STEPS = {1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8};
  private static final int DECADES = 7;
  private static final long SMALLEST = 10_000;

  /** Upper ends of the buckets in nanoseconds; the last bucket has none. */
  private static final long[] ENDS = ends();

  private final Metric metric;
  private final AtomicLongArray counts = new AtomicLongArray(ENDS.length + 1);
  private volatile double sum; // seconds

  Latencies(Metric metric) {
    this.metric = metric;
  }

  private static long[] ends() {
    long[] ends = new long[DECADES * STEPS.length + 1];
    for (int i = 0; i < ends.length; i++) {
      double decade = Math.pow(10, i / STEPS.length);
      ends[i] = Math.round(SMALLEST * decade * STEPS[i % STEPS.length]);
    }
    return ends;
  }

  /** So many events that took so long; only one thread calls it. */
  void add(long nanos, int events) {
    int at = Arrays.binarySearch(ENDS, nanos);
    int bucket = at >= 0 ? at : ~at;
    counts.setRelease(bucket, counts.getPlain(bucket) + events);
    sum = sum + events * (nanos / 1e9);
  }

  /** The counts now, to take the difference of later. */
  long[] counts() {
    long[] now = new long[counts.length()];
    for (int i = 0; i < now.length; i++) {
      now[i] = counts.getAcquire(i);
    }
    return now;
  }

  /** The time in seconds that a share of those between two counts did not exceed; NaN for none. */
  static double quantile(long[] before, long[] now, double share) {
    long total = 0;
    for (int i = 0; i < now.length; i++) {
      total += now[i] - before[i];
    }
    long rank = Math.max(1, (long) Math.ceil(share * total));
    long seen = 0;
    for (int i = 0; i < now.length && total > 0; i++) {
      long here = now[i] - before[i];
      if (seen + here >= rank) {
        double low = i == 0 ? 0 : ENDS[i - 1];
        double high = i == ENDS.length ? low : ENDS[i];
        return (low + (high - low) * (rank - seen) / here) / 1e9;
      }
      seen += here;
    }
    return Double.NaN;
  }

  /** For Prometheus: the buckets that end at 1, 2.5 and 5 of each decade. */
  @Override
  public MetricSnapshot collect() {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    long[] now = counts();
    long in = 0;
    for (int i = 0; i < now.length; i++) {
      in += now[i];
      int step = i % STEPS.length;
      boolean end = i == ENDS.length;
      if (end || step == 0 || step == 4 || step == 7) {
        buckets.bucket(end ? Double.POSITIVE_INFINITY : ENDS[i] / 1e9, in);
        in = 0;
      }
    }
    return HistogramSnapshot.builder()
        .name(metric.registered())
        .help(metric.help())
        .dataPoint(
            HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets.build())
                .sum(sum)
                .build())
        .build();
  }

  @Override
  public String getPrometheusName() {
    return metric.registered();
  }
}
