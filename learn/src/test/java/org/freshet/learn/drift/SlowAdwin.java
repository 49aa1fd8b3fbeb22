package org.freshet.learn.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** ADWIN2 from the paper with nothing spared: it keeps every value of every bucket. */
final class SlowAdwin {
  private final double delta;
  private final int clock;
  private final int maxBuckets;
  private final int grace;
  private final int least;
  private final List<double[]> buckets = new ArrayList<>(); // the oldest first
  private int time;

  SlowAdwin(Adwin.Parameters p) {
    delta = p.delta();
    clock = p.clock();
    maxBuckets = p.maxBuckets();
    grace = p.gracePeriod();
    least = p.minSubWindow();
  }

  boolean update(double value) {
    buckets.add(new double[] {value});
    for (int size = 1; count(size) > maxBuckets; size *= 2) {
      joinOldest(size);
    }
    boolean changed = false;
    if (++time % clock == 0 && window().length > grace) {
      while (hasCut()) {
        buckets.remove(0);
        changed = true;
      }
    }
    return changed;
  }

  private long count(int size) {
    return buckets.stream().filter(b -> b.length == size).count();
  }

  private void joinOldest(int size) {
    int at = 0;
    while (buckets.get(at).length != size) {
      at++;
    }
    double[] second = buckets.remove(at + 1);
    double[] first = buckets.get(at);
    double[] both = Arrays.copyOf(first, 2 * size);
    System.arraycopy(second, 0, both, size, size);
    buckets.set(at, both);
  }

  double[] window() {
    double[] all = new double[buckets.stream().mapToInt(b -> b.length).sum()];
    int at = 0;
    for (double[] bucket : buckets) {
      System.arraycopy(bucket, 0, all, at, bucket.length);
      at += bucket.length;
    }
    return all;
  }

  private boolean hasCut() {
    double[] all = window();
    double log = Math.log(2 * Math.log(all.length) / delta);
    double variance = variance(all);
    int at = 0;
    for (int cut = 1; cut < buckets.size(); cut++) {
      at += buckets.get(cut - 1).length;
      double[] w0 = Arrays.copyOf(all, at);
      double[] w1 = Arrays.copyOfRange(all, at, all.length);
      if (w0.length < least || w1.length < least) {
        continue;
      }
      double m = 1.0 / (w0.length - least + 1) + 1.0 / (w1.length - least + 1);
      double epsilon = Math.sqrt(2 * m * variance * log) + 2.0 / 3 * m * log;
      if (Math.abs(mean(w0) - mean(w1)) > epsilon) {
        return true;
      }
    }
    return false;
  }

  static double mean(double[] a) {
    double sum = 0;
    for (double v : a) {
      sum += v;
    }
    return sum / a.length;
  }

  static double variance(double[] a) {
    double mean = mean(a);
    double sum = 0;
    for (double v : a) {
      sum += (v - mean) * (v - mean);
    }
    return sum / a.length;
  }
}
