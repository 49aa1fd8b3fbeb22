package org.freshet.neural.optimizer;

import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Normal numbers for many weights at each step: read from a table of 65,536, at a place drawn for
 * each stretch, since drawing them one by one would take longer than the step.
 */
final class Noise {
  private static final int TABLE = 1 << 16;

  private final Rng rng;
  private final float[] table = new float[TABLE];
  private float[] now = {};

  Noise(Rng rng, double deviation) {
    this.rng = rng;
    for (int i = 0; i < TABLE; i++) {
      table[i] = (float) (deviation * rng.nextGaussian());
    }
  }

  /** The next {@code n}, at most 65,536; valid until the next call. */
  float[] next(int n) {
    if (now.length < n) {
      now = new float[n];
    }
    System.arraycopy(table, rng.nextInt(TABLE - n + 1), now, 0, n);
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
