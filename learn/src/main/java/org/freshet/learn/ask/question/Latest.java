package org.freshet.learn.ask.question;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** The latest answers: for each 1 − p of its label and of its likeliest classes, in order. */
final class Latest {
  private final int window;
  private final int kept;
  private double[] truth = new double[0];
  private double[] others = new double[0]; // answer × width, rising; 2 where there is none
  private int[] classes = new int[0];
  private double[] sorted = new double[0];
  private int width = 4;
  private int size;
  private int next;

  /**
   * @param window answers
   * @param kept classes of each at most
   */
  Latest(int window, int kept) {
    this.window = window;
    this.kept = kept;
  }

  int size() {
    return size;
  }

  /**
   * @param miss 1 − p of the label
   * @param known classes there were to choose from
   */
  void add(double[] scores, int at, int labels, double miss, int known) {
    room(Math.min(kept, labels));
    int slot = next;
    next = next + 1 == window ? 0 : next + 1;
    size = Math.max(size, slot + 1);
    truth[slot] = miss;
    classes[slot] = known;
    int from = slot * width;
    int n = 0;
    for (int c = 0; c < labels; c++) {
      double s = 1 - scores[at + c];
      int i = n;
      if (n == width) {
        if (s >= others[from + n - 1]) {
          continue;
        }
        i = n - 1;
      } else {
        n++;
      }
      while (i > 0 && others[from + i - 1] > s) {
        others[from + i] = others[from + i - 1];
        i--;
      }
      others[from + i] = s;
    }
    Arrays.fill(others, from + n, from + width, 2);
  }

  private void room(int wide) {
    int slots = next < truth.length ? truth.length : Math.min(window, Math.max(32, 2 * next));
    int w = wide > width ? Math.min(kept, Math.max(wide, 2 * width)) : width;
    if (slots == truth.length && w == width) {
      return;
    }
    double[] more = new double[slots * w];
    Arrays.fill(more, 2);
    for (int s = 0; s < size; s++) {
      System.arraycopy(others, s * width, more, s * w, width);
    }
    others = more;
    width = w;
    truth = Arrays.copyOf(truth, slots);
    classes = Arrays.copyOf(classes, slots);
  }

  /** Makes {@link #quantile} see the answers there are. */
  void sort() {
    sorted = sorted.length < size ? new double[truth.length] : sorted;
    System.arraycopy(truth, 0, sorted, 0, size);
    Arrays.sort(sorted, 0, size);
  }

  /** The ⌈(n + 1)(1 − ε)⌉-th smallest 1 − p of labels when sorted; 2 where there are too few. */
  double quantile(double epsilon) {
    int rank = (int) Math.ceil((size + 1) * (1 - epsilon) - 1e-9);
    return rank > size ? 2 : sorted[Math.max(1, rank) - 1];
  }

  /** Mean bits that questions by a threshold would have cost. */
  double cost(double threshold) {
    double sum = 0;
    for (int s = 0; s < size; s++) {
      int k = 0;
      int hi = width;
      while (k < hi) { // the first that is above
        int mid = (k + hi) >>> 1;
        if (others[s * width + mid] <= threshold) {
          k = mid + 1;
        } else {
          hi = mid;
        }
      }
      sum += Candidates.bits(k == kept ? classes[s] : k, truth[s] <= threshold, classes[s]);
    }
    return sum / size;
  }

  /** Mean bits that full questions would have cost. */
  double fullCost() {
    double sum = 0;
    for (int s = 0; s < size; s++) {
      sum += Candidates.bits(0, false, classes[s]);
    }
    return sum / size;
  }

  void save(StateWriter out) {
    out.put("width", width);
    out.put("next", next);
    out.put("truth", truth, size);
    out.put("others", others, size * width);
    out.put("classes", Arrays.copyOf(classes, size));
  }

  void load(StateReader in) {
    width = in.intValue("width", 4, Math.max(4, kept));
    truth = in.doubles("truth");
    size = truth.length;
    next = in.intValue("next", 0, window - 1);
    if (size > window || size < window && next != size) {
      throw in.corrupt("truth", "has " + size + " answers for a window of " + window);
    }
    classes = in.ints("classes", size);
    for (int n : classes) {
      if (n < 2) {
        throw in.corrupt("classes", "has " + n + ", expected 2 or more");
      }
    }
    others = in.doubles("others", size * width);
    int slots = next < size ? size : Math.min(window, Math.max(32, 2 * next));
    truth = Arrays.copyOf(truth, slots);
    classes = Arrays.copyOf(classes, slots);
    others = Arrays.copyOf(others, slots * width);
  }

  long memoryBytes() {
    return 120 + 8L * (truth.length + others.length + sorted.length) + 4L * classes.length;
  }
}
