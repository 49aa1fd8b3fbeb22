package org.freshet.learn.route;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** The experts of a router, and what each is worth and costs on the row last judged. */
final class Arms {
  private final Arm[] all;
  private final boolean byRow;
  private final double trial;
  private final double latency;
  private final boolean[] away;

  /** Quality expected of each; NaN where one is not to be asked. */
  final double[] worth;

  /** Cost expected of each. */
  final double[] price;

  /**
   * @param byRow whether quality is judged by the row, or the mean alone
   * @param trial events with the benefit of the doubt
   * @param latency most seconds an answer may take; 0 for any
   */
  Arms(Arm[] all, boolean byRow, double trial, double latency) {
    this.all = all;
    this.byRow = byRow;
    this.trial = trial;
    this.latency = latency;
    this.away = new boolean[all.length];
    this.worth = new double[all.length];
    this.price = new double[all.length];
  }

  int size() {
    return all.length;
  }

  Arm get(int m) {
    return all[m];
  }

  boolean isAway(int m) {
    return away[m];
  }

  /** Judges a row as if all experts were there. */
  void judge(Features x) {
    Arrays.fill(away, false);
    judgeThose(x);
  }

  /**
   * Judges a row.
   *
   * @param event as the source gave it
   */
  void judge(Features x, Features event) {
    for (int m = 0; m < all.length; m++) {
      away[m] = all[m].expert.away(event);
    }
    judgeThose(x);
  }

  private void judgeThose(Features x) {
    int fastest = -1;
    double least = Double.POSITIVE_INFINITY;
    double alone = 0;
    boolean any = false;
    for (int m = 0; m < all.length; m++) {
      price[m] = all[m].cost.predict(x);
      worth[m] = away[m] ? Double.NaN : worth(all[m], x);
      double seconds = away[m] || latency == 0 ? 0 : all[m].seconds.bound(x);
      if (!away[m] && seconds < least) {
        least = seconds;
        fastest = m;
        alone = worth[m];
      }
      any |= !away[m] && seconds <= latency;
      worth[m] = seconds <= latency ? worth[m] : Double.NaN;
    }
    if (!any && fastest >= 0) {
      worth[fastest] = alone;
    }
  }

  private double worth(Arm a, Features x) {
    double q = byRow ? a.predict(x) : a.mean();
    double n = a.known();
    double doubt = trial == 0 ? 0 : trial / (trial + n * n);
    return q + (1 - q) * doubt;
  }

  /** What answers will cost that were asked for and have not come. */
  double due() {
    double due = 0;
    for (Arm a : all) {
      due += a.due();
    }
    return due;
  }

  /** The most an answer has cost, or is listed at. */
  double largestPrice() {
    double largest = 0;
    for (Arm a : all) {
      largest = Math.max(largest, a.cost.most());
    }
    return largest;
  }

  /** The first of the cheapest that may be asked; -1 where none may. */
  int cheapest() {
    return extreme(1);
  }

  /** The first of the dearest that may be asked; -1 where none may. */
  int dearest() {
    return extreme(-1);
  }

  private int extreme(int sign) {
    int best = -1;
    for (int m = 0; m < all.length; m++) {
      boolean may = !Double.isNaN(worth[m]);
      best = may && (best < 0 || sign * price[m] < sign * price[best]) ? m : best;
    }
    return best;
  }

  String[] names() {
    return Arrays.stream(all).map(Arm::name).toArray(String[]::new);
  }

  /** Where each was among others, -1 where it was not; of several of a name the first is first. */
  int[] places(String[] were) {
    int[] place = new int[all.length];
    boolean[] taken = new boolean[were.length];
    for (int m = 0; m < all.length; m++) {
      place[m] = -1;
      for (int w = 0; w < were.length && place[m] < 0; w++) {
        place[m] = !taken[w] && were[w].equals(all[m].name()) ? w : -1;
      }
      if (place[m] >= 0) {
        taken[place[m]] = true;
      }
    }
    return place;
  }

  void save(StateWriter out) {
    for (int m = 0; m < all.length; m++) {
      all[m].save(out.child("expert-" + m));
    }
  }

  /**
   * @param place where each was among those saved, see {@link #places}
   */
  void load(StateReader in, int[] place) {
    for (int m = 0; m < all.length; m++) {
      if (place[m] >= 0) {
        all[m].load(in.child("expert-" + place[m]));
      }
    }
  }

  long memoryBytes() {
    long bytes = 80 + 3 * 16 + 17L * all.length;
    for (Arm a : all) {
      bytes += a.memoryBytes();
    }
    return bytes;
  }
}
