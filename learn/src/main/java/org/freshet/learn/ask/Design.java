package org.freshet.learn.ask;

import java.util.Arrays;
import org.freshet.core.Kernels;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** The inverse of A = ridge · I + Σ w φφ', kept by the formula of Sherman and Morrison. */
final class Design {
  private final int width;
  private final double[] inverse;
  private final double[] product; // A⁻¹φ of the last point looked at

  Design(int width, double ridge) {
    this.width = width;
    inverse = new double[width * width];
    product = new double[width];
    for (int i = 0; i < width; i++) {
      inverse[i * width + i] = 1 / ridge;
    }
  }

  /** φ'A⁻¹φ: how far a point is from what A has seen. */
  double leverage(double[] phi) {
    return leverage(phi, 0);
  }

  /** The same of a point whose values start at {@code at}. */
  double leverage(double[] phi, int at) {
    for (int i = 0; i < width; i++) {
      product[i] = Kernels.dot(inverse, i * width, phi, at, width);
    }
    return Math.max(0, Kernels.dot(product, 0, phi, at, width));
  }

  /** |A⁻¹φ|² of the point whose leverage was computed last. */
  double squaredLength() {
    return Kernels.dot(product, 0, product, 0, width);
  }

  /**
   * Trace of C A⁻¹.
   *
   * @param upper the upper triangle of C, which is symmetric
   */
  double traceWith(double[] upper) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      int at = i * width;
      sum += upper[at + i] * inverse[at + i];
      sum += 2 * Kernels.dot(upper, at + i + 1, inverse, at + i + 1, width - i - 1);
    }
    return sum;
  }

  /** Adds w φφ'; returns the leverage before. */
  double add(double[] phi, double w) {
    double v = leverage(phi);
    double scale = -w / (1 + w * v);
    for (int i = 0; i < width; i++) {
      Kernels.axpy(scale * product[i], product, 0, inverse, i * width, width);
    }
    return v;
  }

  /** Takes A to {@code keep} · A, as long as no leverage is above that of a new design. */
  void fade(double keep, double ridge) {
    double trace = 0;
    for (int i = 0; i < width; i++) {
      trace += inverse[i * width + i];
    }
    if (trace / keep <= width / ridge) {
      Kernels.scale(1 / keep, inverse, 0, inverse.length);
    }
  }

  void save(StateWriter out) {
    out.put("inverse", inverse);
  }

  void load(StateReader in) {
    System.arraycopy(in.doubles("inverse", inverse.length), 0, inverse, 0, inverse.length);
    Arrays.fill(product, 0);
  }

  long memoryBytes() {
    return 32 + 32 + 8L * (inverse.length + width);
  }
}
