package org.freshet.engine;

import java.util.Arrays;

/** How the members of a part voted on the labels learnt in a call, in order; flat buffers. */
final class LearntVotes {
  int size;

  /** Predictions of the call made before. */
  int[] at = new int[0];

  int[] known = new int[0];
  double[] label = new double[0];
  double[] weight = new double[0];

  /** Where the votes begin; one more than there are labels. */
  int[] from = new int[1];

  double[] votes = new double[0];

  void clear() {
    size = 0;
  }

  void add(int predictions, double[] of, int width, int labelsKnown, double value, double w) {
    room(from[size] + width);
    at[size] = predictions;
    known[size] = labelsKnown;
    label[size] = value;
    weight[size] = w;
    System.arraycopy(of, 0, votes, from[size], width);
    from[size + 1] = from[size] + width;
    size++;
  }

  private void room(int values) {
    if (size == at.length) {
      int more = Math.max(64, 2 * size);
      at = Arrays.copyOf(at, more);
      known = Arrays.copyOf(known, more);
      label = Arrays.copyOf(label, more);
      weight = Arrays.copyOf(weight, more);
      from = Arrays.copyOf(from, more + 1);
    }
    if (votes.length < values) {
      votes = Arrays.copyOf(votes, Math.max(values, 2 * votes.length));
    }
  }
}
