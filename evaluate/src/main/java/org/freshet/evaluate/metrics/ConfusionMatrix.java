package org.freshet.evaluate.metrics;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Weight of each pair (true class, answer), for looking at. Kept for the first {@link #LIMIT}
 * classes; all others fall into one row and one column "other", as does an event without answer
 * into a column of its own. No metric is computed from it: {@link LabelCounts} has no limit.
 */
public final class ConfusionMatrix {
  /** Classes kept apart. */
  public static final int LIMIT = 100;

  private static final int OTHER = LIMIT;
  private static final int NONE = LIMIT + 1;
  private double[] cells = new double[16];
  private int side = 4;
  private int labels;
  private final double[] none = new double[LIMIT + 1];
  private final double[] otherAnswer = new double[LIMIT + 1];
  private final double[] otherLabel = new double[LIMIT + 1];

  public void add(int label, double weight, int answer) {
    int row = Math.min(label, OTHER);
    int column = answer < 0 ? NONE : Math.min(answer, OTHER);
    if (column == NONE) {
      none[row] += weight;
    } else if (column == OTHER) {
      otherAnswer[row] += weight;
    } else if (row == OTHER) {
      otherLabel[column] += weight;
    }
    int top = Math.max(row, column >= OTHER ? -1 : column);
    labels = Math.max(labels, Math.min(top + 1, LIMIT));
    if (row < OTHER && column < OTHER) {
      if (labels > side) {
        grow();
      }
      cells[row * side + column] += weight;
    }
  }

  private void grow() {
    int wider = Math.min(LIMIT, Math.max(labels, 2 * side));
    double[] more = new double[wider * wider];
    for (int r = 0; r < side; r++) {
      System.arraycopy(cells, r * side, more, r * wider, side);
    }
    cells = more;
    side = wider;
  }

  /** Classes kept apart so far. */
  public int labels() {
    return labels;
  }

  /**
   * Weight of the events of class {@code label} answered with {@code answer}, both below {@link
   * #labels}.
   */
  public double cell(int label, int answer) {
    return label < side && answer < side ? cells[label * side + answer] : 0;
  }

  /** Weight of the events of a class that got no answer. */
  public double unanswered(int label) {
    return none[label];
  }

  /** Weight of all events whose class or answer lies above the limit. */
  public double other() {
    double sum = none[OTHER];
    for (int k = 0; k <= LIMIT; k++) {
      sum += otherAnswer[k] + otherLabel[k];
    }
    return sum;
  }

  public void save(StateWriter out) {
    out.put("labels", labels);
    out.put("side", side);
    out.put("cells", cells);
    out.put("none", none);
    out.put("other-answer", otherAnswer);
    out.put("other-label", otherLabel);
  }

  public void load(StateReader in) {
    labels = in.intValue("labels", 0, LIMIT);
    side = in.intValue("side", 4, LIMIT);
    cells = in.doubles("cells", side * side);
    copy(in, "none", none);
    copy(in, "other-answer", otherAnswer);
    copy(in, "other-label", otherLabel);
  }

  private static void copy(StateReader in, String name, double[] into) {
    System.arraycopy(in.doubles(name, into.length), 0, into, 0, into.length);
  }

  public void clear() {
    Arrays.fill(cells, 0);
    Arrays.fill(none, 0);
    Arrays.fill(otherAnswer, 0);
    Arrays.fill(otherLabel, 0);
    labels = 0;
  }

  long memoryBytes() {
    return 64 + 8L * cells.length + 24L * (LIMIT + 3);
  }
}
