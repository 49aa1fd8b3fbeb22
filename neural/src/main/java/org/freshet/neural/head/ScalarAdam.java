package org.freshet.neural.head;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** Adam (Kingma and Ba, ICLR 2015, its defaults) for one number. */
final class ScalarAdam {
  private static final double FIRST = 0.9;
  private static final double SECOND = 0.999;

  private double mean;
  private double square;
  private double firstPower = 1;
  private double secondPower = 1;

  /** What to add to the number; a gradient that is not a number moves nothing. */
  double step(double gradient, double rate) {
    if (!(Math.abs(gradient) < 1e100)) {
      return 0;
    }
    mean = FIRST * mean + (1 - FIRST) * gradient;
    square = SECOND * square + (1 - SECOND) * gradient * gradient;
    firstPower *= FIRST;
    secondPower *= SECOND;
    double root = Math.sqrt(square / (1 - secondPower));
    return -rate * (mean / (1 - firstPower)) / (root + 1e-8);
  }

  void save(StateWriter out) {
    out.put("moments", new double[] {mean, square, firstPower, secondPower});
  }

  void load(StateReader in) {
    double[] m = in.doubles("moments", 4);
    if (!(Math.abs(m[0]) < 1e100 && m[1] >= 0 && m[2] <= 1 && m[3] <= 1)) {
      throw in.corrupt("moments", "are " + java.util.Arrays.toString(m));
    }
    mean = m[0];
    square = m[1];
    firstPower = m[2];
    secondPower = m[3];
  }
}
