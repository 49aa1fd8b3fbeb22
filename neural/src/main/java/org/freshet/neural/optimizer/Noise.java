package org.freshet.neural.optimizer;

import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Normal numbers for many weights at each step: read from a table of 65,536, at a place drawn for
 * each 2,048 of them, since drawing them one by one would take longer than the step.
 */
final class Noise {
  private static final int TABLE = 1 << 16;
  private static final int BLOCK = 1 << 11;

  private final Rng rng;
  private final float[] table = new float[TABLE];
  private float[] now = {};

  Noise(Rng rng, double deviation) {
    this.rng = rng;
    Rng same = new Rng(TABLE); // so that a snapshot need not hold the table
    for (int i = 0; i < TABLE; i++) {
      table[i] = (float) (deviation * same.nextGaussian());
    }
  }

  /** The next {@code n}; valid until the next call. */
  float[] next(int n) {
    if (now.length < n) {
      now = new float[n];
    }
    for (int i = 0; i < n; i += BLOCK) {
      int part = Math.min(BLOCK, n - i);
      System.arraycopy(table, rng.nextInt(TABLE - part + 1), now, i, part);
    }
    return now;
  }

  void save(StateWriter out) {
    rng.save(out, "rng");
  }

  void load(StateReader in) {
    rng.load(in, "rng");
  }

  long memoryBytes() {
    return 96 + 4L * (table.length + now.length);
  }
}
