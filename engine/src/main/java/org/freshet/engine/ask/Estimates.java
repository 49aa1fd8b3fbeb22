package org.freshet.engine.ask;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * What is known of an annotator: how often each class is called which, by expected counts that fade
 * over {@value #WINDOW} replies. Where there are few, they lean on its share of right replies, that
 * one on 4 of 5.
 */
final class Estimates {
  static final int WINDOW = 5000;

  /** Beyond this many classes, all are taken alike. */
  static final int MOST_CLASSES = 64;

  /** Loads from which on replies are counted apart. */
  private static final double[] LOADS = {1, 2, 4, 8, 16, 32};

  private static final double PRIOR_RIGHT = 4;
  private static final double PRIOR = 5;
  private static final double LEAN = 10;
  private static final double LEAST_ERROR = 0.002;

  private double right;
  private double total;
  private double asked;
  private double abstained;
  private final double[] rightAt = new double[LOADS.length + 1];
  private final double[] totalAt = new double[LOADS.length + 1];
  private int classes;
  private double[] called = new double[0]; // class × reply

  /** Share of wrong replies. */
  double error() {
    return 1 - (right + PRIOR_RIGHT) / (total + PRIOR);
  }

  /** Share of questions without a reply. */
  double abstains() {
    return abstained / (asked + 1);
  }

  private static int bin(double load) {
    int b = 0;
    while (b < LOADS.length && load >= LOADS[b]) {
      b++;
    }
    return b;
  }

  /** Share of wrong replies at a load. */
  double error(double load) {
    int b = bin(load);
    double lean = 1 - error();
    return 1 - (rightAt[b] + LEAN * lean) / (totalAt[b] + LEAN);
  }

  /** Writes the probability of each reply to each class, at a load; class × reply. */
  void replies(int n, double load, double[] to) {
    double e = error();
    double now = Math.max(LEAST_ERROR, error(load));
    double tired = now / Math.max(LEAST_ERROR, e);
    for (int k = 0; k < n; k++) {
      double sum = 0;
      double of = k < classes ? sum(k) : 0;
      for (int j = 0; j < n; j++) {
        double base = n == 1 ? 0 : e / (n - 1);
        double counted = k < classes && j < classes ? called[k * classes + j] : 0;
        double off = (counted + LEAN * base) / (of + LEAN);
        double p = j == k ? 0 : Math.max(LEAST_ERROR / n, off * tired);
        to[k * n + j] = p;
        sum += p;
      }
      double most = 1 - 1.0 / n; // a reply is no worse than a guess
      double scale = sum > most ? most / sum : 1;
      for (int j = 0; j < n && scale < 1; j++) {
        to[k * n + j] *= scale;
      }
      to[k * n + k] = 1 - sum * scale;
    }
  }

  private double sum(int k) {
    double sum = 0;
    for (int j = 0; j < classes; j++) {
      sum += called[k * classes + j];
    }
    return sum;
  }

  void abstained() {
    double keep = 1 - 1.0 / WINDOW;
    asked = asked * keep + 1;
    abstained = abstained * keep + 1;
  }

  /**
   * It said something.
   *
   * @param posterior of the label by all that is known
   */
  void replied(int reply, double[] posterior, int n, double load) {
    double keep = 1 - 1.0 / WINDOW;
    asked = asked * keep + 1;
    abstained *= keep;
    total = total * keep + 1;
    right = right * keep + posterior[reply];
    int b = bin(load);
    totalAt[b] = totalAt[b] * keep + 1;
    rightAt[b] = rightAt[b] * keep + posterior[reply];
    if (n > MOST_CLASSES) {
      return;
    }
    room(n);
    for (int k = 0; k < n; k++) {
      for (int j = 0; j < n; j++) {
        called[k * classes + j] *= 1 - posterior[k] / WINDOW;
      }
      called[k * classes + reply] += posterior[k];
    }
  }

  private void room(int n) {
    if (n <= classes) {
      return;
    }
    double[] more = new double[n * n];
    for (int k = 0; k < classes; k++) {
      System.arraycopy(called, k * classes, more, k * n, classes);
    }
    called = more;
    classes = n;
  }

  void save(StateWriter out) {
    out.put("sums", new double[] {right, total, asked, abstained});
    out.put("right", rightAt);
    out.put("total", totalAt);
    out.put("classes", classes);
    out.put("called", called);
  }

  void load(StateReader in) {
    double[] sums = in.doubles("sums", 4);
    right = sums[0];
    total = sums[1];
    asked = sums[2];
    abstained = sums[3];
    System.arraycopy(in.doubles("right", rightAt.length), 0, rightAt, 0, rightAt.length);
    System.arraycopy(in.doubles("total", totalAt.length), 0, totalAt, 0, totalAt.length);
    classes = in.intValue("classes", 0, MOST_CLASSES);
    called = Arrays.copyOf(in.doubles("called", classes * classes), classes * classes);
    boolean fits = right >= 0 && right <= total + 1e-6 && abstained >= 0 && asked < 1e9;
    for (double c : called) {
      fits &= c >= 0 && c < 1e9;
    }
    if (!fits) {
      throw in.corrupt("sums", "are " + Arrays.toString(sums));
    }
  }

  long memoryBytes() {
    return 250 + 8L * called.length;
  }
}
