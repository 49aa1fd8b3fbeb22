package org.freshet.learn.transform;

import org.freshet.core.component.Span;

/** How much events count that fade by half-lives. */
final class Fading {
  private static final double LN_2 = 0.6931471805599453;

  private Fading() {}

  /** What an event of long ago still counts after a time; all of it when it is not ago. */
  static double faded(Span halfLife, long millis) {
    return millis <= 0 ? 1 : halved((double) millis / halfLife.length());
  }

  /** 2⁻ˣ, exact where x is whole; StrictMath.pow would allocate. */
  private static double halved(double x) {
    if (x >= 1000) {
      return 0;
    }
    int whole = (int) x;
    double rest = x == whole ? 1 : StrictMath.exp((whole - x) * LN_2);
    return rest * Double.longBitsToDouble((1023L - whole) << 52);
  }

  /**
   * What the events before count when another comes {@code ahead} milliseconds after the newest, or
   * without {@code another} when the time has only gone on.
   */
  static double before(Span halfLife, long ahead, boolean another) {
    if (halfLife.events()) {
      return another ? halved(1.0 / halfLife.length()) : 1;
    }
    return faded(halfLife, ahead);
  }
}
