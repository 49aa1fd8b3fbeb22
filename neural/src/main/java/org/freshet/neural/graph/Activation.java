package org.freshet.neural.graph;

/**
 * What a unit makes of its sum. Each is a function of one number with f(0) given beside it; the
 * derivative is taken from input and output, whichever is cheaper.
 */
public enum Activation {
  /** max(0, x) (Nair and Hinton, ICML 2010). */
  RELU,
  /** x, or 0.01 x below 0 (Maas, Hannun and Ng, ICML 2013). */
  LEAKY_RELU,
  /** x Φ(x), by the approximation with tanh (Hendrycks and Gimpel 2016). */
  GELU,
  TANH,
  /** 1 / (1 + e^−x). */
  SIGMOID,
  /** ln(1 + e^x). */
  SOFTPLUS;

  static final float SLOPE = 0.01f;
  private static final float LARGE = 1e38f;
  private static final double ROOT = Math.sqrt(2 / Math.PI);
  private static final double CUBE = 0.044715;

  /** y = f(x). */
  public void apply(float[] x, float[] y) {
    apply(x, 0, y, 0, x.length);
  }

  void apply(float[] x, int xAt, float[] y, int yAt, int n) {
    switch (this) {
      case RELU -> {
        for (int i = 0; i < n; i++) {
          y[yAt + i] = Math.max(0, x[xAt + i]);
        }
      }
      case LEAKY_RELU -> {
        for (int i = 0; i < n; i++) {
          y[yAt + i] = Math.max(SLOPE * x[xAt + i], x[xAt + i]);
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          y[yAt + i] = (float) at(x[xAt + i]);
        }
      }
    }
  }

  /** dx += dy · f'(x). */
  void back(float[] x, int xAt, float[] y, float[] dy, int yAt, float[] dx, int n) {
    switch (this) {
      case RELU -> {
        for (int i = 0; i < n; i++) { // times 1 where y is above 0: a choice is not vectorised
          dx[xAt + i] += dy[yAt + i] * Math.min(1, y[yAt + i] * LARGE);
        }
      }
      case LEAKY_RELU -> {
        for (int i = 0; i < n; i++) {
          dx[xAt + i] += y[yAt + i] > 0 ? dy[yAt + i] : SLOPE * dy[yAt + i];
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          dx[xAt + i] += (float) (dy[yAt + i] * slope(x[xAt + i], y[yAt + i]));
        }
      }
    }
  }

  private double at(double x) {
    return switch (this) {
      case GELU -> 0.5 * x * (1 + Math.tanh(ROOT * (x + CUBE * x * x * x)));
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SOFTPLUS -> x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
      default -> throw new IllegalStateException(name());
    };
  }

  private double slope(double x, double y) {
    return switch (this) {
      case GELU -> {
        double t = Math.tanh(ROOT * (x + CUBE * x * x * x));
        yield 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * ROOT * (1 + 3 * CUBE * x * x);
      }
      case TANH -> 1 - y * y;
      case SIGMOID -> y * (1 - y);
      case SOFTPLUS -> 1 / (1 + Math.exp(-x));
      default -> throw new IllegalStateException(name());
    };
  }
}
