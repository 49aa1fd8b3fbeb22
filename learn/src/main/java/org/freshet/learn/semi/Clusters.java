package org.freshet.learn.semi;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Centres that follow the rows of a stream, each with the labels that were given near it. Distances
 * are Euclidean, in deviations of each column; a missing value stands at the centre.
 */
final class Clusters {
  private final int width;
  private final int most;
  private final double leastRate;
  private final double keep;
  private final double[] centres;
  private final double[] sizes;
  private final double[] mean;
  private final double[] spread; // mean squared deviation
  private final double[] seen; // values of each column
  private double[] labels; // of a cluster: weight by class
  private int room = 2;
  private int used;

  /**
   * @param most clusters
   * @param window rows of a cluster, and labels, that it looks back on
   */
  Clusters(int width, int most, double window) {
    this.width = width;
    this.most = most;
    this.leastRate = 1 / window;
    this.keep = 1 - 1 / window;
    centres = new double[most * width];
    sizes = new double[most];
    mean = new double[width];
    spread = new double[width];
    seen = new double[width];
    labels = new double[most * room];
  }

  /** Moves the nearest centre to a row, or opens one there; returns its number. */
  int add(Features x, double weight) {
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < used; c++) {
      double d = distance(x, c, least);
      if (d < least) {
        least = d;
        nearest = c;
      }
    }
    measure(x);
    if (used < most && !(least == 0)) {
      nearest = used++;
      for (int i = 0; i < width; i++) {
        double v = x.get(i);
        centres[nearest * width + i] = usable(v) ? v : mean[i];
      }
    }
    sizes[nearest] += weight;
    double rate = Math.min(1, Math.max(weight / sizes[nearest], weight * leastRate));
    for (int i = 0; i < width; i++) {
      double v = x.get(i);
      if (usable(v)) {
        centres[nearest * width + i] += rate * (v - centres[nearest * width + i]);
      }
    }
    return nearest;
  }

  private double distance(Features x, int cluster, double limit) {
    double sum = 0;
    for (int i = 0; i < width && sum < limit; i++) {
      double v = x.get(i);
      if (usable(v)) {
        double d = v - centres[cluster * width + i];
        sum += d * d / (spread[i] > 0 ? spread[i] : 1);
      }
    }
    return sum;
  }

  /** Whether a value is there, and its square a number. */
  private static boolean usable(double v) {
    return Math.abs(v) <= 1e150;
  }

  /** Takes the values of a row into the deviations, which look back on all rows alike. */
  private void measure(Features x) {
    for (int i = 0; i < width; i++) {
      double v = x.get(i);
      if (usable(v)) {
        seen[i]++;
        double d = v - mean[i];
        mean[i] += d / seen[i];
        spread[i] += (d * (v - mean[i]) - spread[i]) / seen[i];
      }
    }
  }

  /** A label was given to a row of a cluster. */
  void label(int cluster, int label, double weight) {
    if (label >= room) {
      int more = Math.max(label + 1, 2 * room);
      double[] wider = new double[most * more];
      for (int c = 0; c < most; c++) {
        System.arraycopy(labels, c * room, wider, c * more, room);
      }
      labels = wider;
      room = more;
    }
    for (int k = 0; k < room; k++) {
      labels[cluster * room + k] *= keep;
    }
    labels[cluster * room + label] += weight;
  }

  /** The class with most labels in a cluster. */
  int top(int cluster) {
    int top = 0;
    for (int k = 1; k < room; k++) {
      top = labels[cluster * room + k] > labels[cluster * room + top] ? k : top;
    }
    return top;
  }

  /** Labels given in a cluster. */
  double total(int cluster) {
    double sum = 0;
    for (int k = 0; k < room; k++) {
      sum += labels[cluster * room + k];
    }
    return sum;
  }

  /** Labels given in a cluster to a class. */
  double of(int cluster, int label) {
    return labels[cluster * room + label];
  }

  void save(StateWriter out) {
    out.put("centres", centres, used * width);
    out.put("sizes", sizes, used);
    out.put("mean", mean);
    out.put("spread", spread);
    out.put("seen", seen);
    out.put("room", room);
    out.put("labels", labels, used * room);
  }

  void load(StateReader in, int known) {
    double[] saved = in.doubles("sizes");
    used = saved.length;
    if (used > most) {
      throw in.corrupt("sizes", "has " + used + " clusters, the most are " + most);
    }
    System.arraycopy(saved, 0, sizes, 0, used);
    System.arraycopy(in.doubles("centres", used * width), 0, centres, 0, used * width);
    System.arraycopy(in.doubles("mean", width), 0, mean, 0, width);
    System.arraycopy(in.doubles("spread", width), 0, spread, 0, width);
    System.arraycopy(in.doubles("seen", width), 0, seen, 0, width);
    room = in.intValue("room", 2, Math.max(2, 2 * known));
    labels = Arrays.copyOf(in.doubles("labels", used * room), most * room);
    for (int c = 0; c < used; c++) {
      for (int k = 0; k < room; k++) {
        double w = labels[c * room + k];
        if (!(w >= 0) || k >= known && w > 0) {
          throw in.corrupt("labels", "holds " + w + " for class " + k + " of " + known);
        }
      }
    }
  }

  long memoryBytes() {
    return 200 + 8L * (centres.length + sizes.length + 3L * width + labels.length);
  }
}
