package org.freshet.neural.optimizer;

import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Normal numbers for many weights at each step: read from a ring of 65,536, at a place drawn for
 * each 2,048 of them, since drawing them one by one would take longer than the step. Their mean is
 * 0 and every one comes as often: what little a plain sample would be off adds up over many steps,
 * in all weights alike.
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
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < TABLE; i++) {
      table[i] = (float) same.nextGaussian();
      sum += table[i];
    }
    double mean = sum / TABLE;
    for (int i = 0; i < TABLE; i++) {
      squares += (table[i] - mean) * (table[i] - mean);
    }
    double scale = deviation / Math.sqrt(squares / TABLE);
    for (int i = 0; i < TABLE; i++) {
      table[i] = (float) (scale * (table[i] - mean));
    }
  }

  /** The next {@code n}; valid until the next call. */
  float[] next(int n) {
    if (now.length < n) {
      now = new float[n];
    }
    for (int i = 0; i < n; i += BLOCK) {
      int part = Math.min(BLOCK, n - i);
      int at = rng.nextInt(TABLE);
      int most = Math.min(part, TABLE - at);
      System.arraycopy(table, at, now, i, most);
      System.arraycopy(table, 0, now, i + most, part - most);
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
