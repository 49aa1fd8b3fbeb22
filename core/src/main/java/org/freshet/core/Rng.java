package org.freshet.core;

import java.nio.charset.StandardCharsets;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Seeded random numbers whose state is saved: xoshiro256++ (Blackman and Vigna, "Scrambled linear
 * pseudorandom number generators", ACM TOMS 47, 2021) seeded by SplitMix64. The sequence of a seed
 * is fixed for ever. Not for secrets.
 */
public final class Rng {
  private long s0;
  private long s1;
  private long s2;
  private long s3;

  /** Parts of 0 … 1 for each of which the search in the table has a beginning of its own. */
  private static final int GUIDE = 128;

  private double poissonMean = Double.NaN;
  private double[] poissonCdf;
  private byte[] poissonFrom;

  public Rng(long seed) {
    long z = seed;
    s0 = mix(z += GOLDEN);
    s1 = mix(z += GOLDEN);
    s2 = mix(z += GOLDEN);
    s3 = mix(z + GOLDEN);
  }

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /**
   * Seed of a child: a hash of the parent's seed, a path and an index; independent of thread order.
   */
  public static long childSeed(long seed, String path, long index) {
    long h = mix(seed + GOLDEN);
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      h = mix(h ^ (b & 0xff)) + GOLDEN;
    }
    return mix(h ^ mix(index + GOLDEN));
  }

  public long nextLong() {
    long result = Long.rotateLeft(s0 + s3, 23) + s0;
    long t = s1 << 17;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = Long.rotateLeft(s3, 45);
    return result;
  }

  /** Uniform in [0, 1), 53 bits. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Uniform in 0 … bound-1, without bias; bound at least 1. */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound " + bound + " is below 1");
    }
    long m = (nextLong() >>> 32) * bound;
    if ((m & 0xffffffffL) < bound) {
      long floor = (1L << 32) % bound;
      while ((m & 0xffffffffL) < floor) {
        m = (nextLong() >>> 32) * bound;
      }
    }
    return (int) (m >>> 32);
  }

  public boolean nextBoolean() {
    return nextLong() < 0;
  }

  /** Standard normal, by Marsaglia's polar method; the second number of a pair is not kept. */
  public double nextGaussian() {
    while (true) {
      double u = 2 * nextDouble() - 1;
      double v = 2 * nextDouble() - 1;
      double s = u * u + v * v;
      if (s < 1 && s > 0) {
        return u * Math.sqrt(-2 * StrictMath.log(s) / s);
      }
    }
  }

  /**
   * Poisson with a mean in (0, 30], by inversion over a table that is kept for the last mean asked.
   */
  public int nextPoisson(double mean) {
    if (mean != poissonMean) {
      if (!(mean > 0 && mean <= 30)) {
        throw new IllegalArgumentException("Poisson mean " + mean + " is outside (0, 30]");
      }
      poissonCdf = poissonTable(mean);
      poissonFrom = guide(poissonCdf);
      poissonMean = mean;
    }
    double u = nextDouble();
    double[] cdf = poissonCdf;
    int k = poissonFrom[(int) (u * GUIDE)];
    while (k < cdf.length && u >= cdf[k]) {
      k++;
    }
    return k;
  }

  /** Where the search of a number from i / GUIDE on may begin. */
  private static byte[] guide(double[] cdf) {
    byte[] from = new byte[GUIDE];
    int k = 0;
    for (int i = 0; i < GUIDE; i++) {
      while (k < cdf.length && (double) i / GUIDE >= cdf[k]) {
        k++;
      }
      from[i] = (byte) k;
    }
    return from;
  }

  private static double[] poissonTable(double mean) {
    double p = StrictMath.exp(-mean);
    double sum = p;
    double[] cdf = new double[128];
    int n = 0;
    while (n < cdf.length && sum < 1 && p > 1e-18) {
      cdf[n++] = sum;
      p *= mean / n;
      sum += p;
    }
    return java.util.Arrays.copyOf(cdf, n);
  }

  /**
   * Puts {@code count} of the numbers in a[0 … n-1] in random order at its front (Fisher and
   * Yates).
   */
  public void shuffle(int[] a, int n, int count) {
    for (int i = 0; i < count && i < n - 1; i++) {
      int j = i + nextInt(n - i);
      int t = a[i];
      a[i] = a[j];
      a[j] = t;
    }
  }

  /** The four words of state. */
  public long[] state() {
    return new long[] {s0, s1, s2, s3};
  }

  /** Goes on from four words made by {@link #state()}; not all may be zero. */
  public void restore(long[] state) {
    if (state.length != 4 || (state[0] | state[1] | state[2] | state[3]) == 0) {
      throw new IllegalArgumentException("not a state of this generator");
    }
    s0 = state[0];
    s1 = state[1];
    s2 = state[2];
    s3 = state[3];
  }

  public void save(StateWriter out, String name) {
    out.put(name, state());
  }

  public void load(StateReader in, String name) {
    long[] state = in.longs(name, 4);
    if ((state[0] | state[1] | state[2] | state[3]) == 0) {
      throw in.corrupt(name, "is all zero");
    }
    restore(state);
  }
}
