package org.freshet.learn.calibrate;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * For each class a sigmoid of the log odds given to it, σ(a · logit p + b); a and b follow the
 * gradient of the log loss by online Newton steps whose second moments fade.
 */
final class PlattScaling implements Calibrator {
  private static final int WIDTH = 5; // a, b, and the faded sums of g_a², g_a g_b, g_b²
  private static final double LOW = 0.01;
  private static final double HIGH = 100;

  private final double keep;
  private double[] state = new double[0];
  private int classes;

  PlattScaling(int window) {
    keep = 1 - 1.0 / window;
  }

  @Override
  public void map(double[] p, int n) {
    for (int c = 0; c < n; c++) {
      p[c] = c < classes ? sigmoid(state[WIDTH * c], state[WIDTH * c + 1], logit(p[c])) : p[c];
    }
  }

  private static double logit(double p) {
    double low = TemperatureScaling.LEAST;
    double in = Math.max(low, Math.min(1 - low, p));
    return Math.log(in / (1 - in));
  }

  private static double sigmoid(double a, double b, double z) {
    return 1 / (1 + Math.exp(-(a * z + b)));
  }

  @Override
  public void learn(double[] p, int n, int label) {
    open(n);
    for (int c = 0; c < n; c++) {
      step(WIDTH * c, logit(p[c]), c == label ? 1 : 0);
    }
  }

  private void open(int n) {
    if (n <= classes) {
      return;
    }
    if (WIDTH * n > state.length) {
      state = Arrays.copyOf(state, WIDTH * Math.max(n, 2 * classes));
    }
    for (int c = classes; c < n; c++) {
      Arrays.fill(state, WIDTH * c, WIDTH * (c + 1), 0);
      state[WIDTH * c] = 1;
      state[WIDTH * c + 2] = 1;
      state[WIDTH * c + 4] = 1;
    }
    classes = n;
  }

  /** θ ← θ − A⁻¹ g, A the faded sum of g gᵀ. */
  private void step(int at, double z, double truth) {
    double error = sigmoid(state[at], state[at + 1], z) - truth;
    double ga = error * z;
    double gb = error;
    double aa = state[at + 2] = keep * state[at + 2] + ga * ga;
    double ab = state[at + 3] = keep * state[at + 3] + ga * gb;
    double bb = state[at + 4] = keep * state[at + 4] + gb * gb;
    double ridge = 1e-6 * (aa + bb) + 1e-300;
    double determinant = (aa + ridge) * (bb + ridge) - ab * ab;
    double a = state[at] - ((bb + ridge) * ga - ab * gb) / determinant;
    double b = state[at + 1] - ((aa + ridge) * gb - ab * ga) / determinant;
    state[at] = Math.max(LOW, Math.min(HIGH, a));
    state[at + 1] = Math.max(-HIGH, Math.min(HIGH, b));
  }

  /** The slope a of a class. */
  double slope(int c) {
    return state[WIDTH * c];
  }

  /** The intercept b of a class. */
  double intercept(int c) {
    return state[WIDTH * c + 1];
  }

  @Override
  public void save(StateWriter out) {
    out.put("state", state, WIDTH * classes);
  }

  @Override
  public void load(StateReader in, int labels) {
    double[] saved = in.doubles("state");
    if (saved.length % WIDTH != 0 || saved.length / WIDTH > labels) {
      throw in.corrupt("state", "has " + saved.length + " values for " + labels + " classes");
    }
    for (int i = 0; i < saved.length; i += WIDTH) {
      boolean good = saved[i] >= LOW && saved[i] <= HIGH && Math.abs(saved[i + 1]) <= HIGH;
      good &= saved[i + 2] >= 0 && saved[i + 4] >= 0;
      good &= saved[i + 3] * saved[i + 3] <= 1.001 * saved[i + 2] * saved[i + 4] + 1e-9;
      if (!good) {
        throw in.corrupt("state", "is impossible for class " + i / WIDTH);
      }
    }
    state = saved;
    classes = saved.length / WIDTH;
  }

  @Override
  public long memoryBytes() {
    return 48 + 8L * state.length;
  }
}
