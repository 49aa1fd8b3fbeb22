package org.freshet.runtime.watch;

/**
 * How many events of a window have something (a missing value, one never seen), beside the share
 * that is usual, which follows slowly. One alarm while it lasts.
 */
final class ShareWatch {
  /** Part of the way the usual share goes towards that of a window. */
  private static final double FOLLOW = 0.2;

  double usual;
  int count;
  boolean raised;

  /**
   * At the end of a window.
   *
   * @param first whether it is the first one: there is nothing usual yet
   */
  void end(String watch, String of, int window, boolean first, Findings out) {
    double share = (double) count / window;
    if (first) {
      usual = share;
    } else {
      double noise = 5 * Math.sqrt(usual * (1 - usual) / window);
      double limit = usual + Math.max(0.01, 10.0 / window) + noise;
      if (share > limit && !raised) {
        out.alarm(watch, of, share, limit);
      }
      raised = share > limit;
      usual += FOLLOW * (share - usual);
    }
    count = 0;
  }
}
