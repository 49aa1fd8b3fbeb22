package org.freshet.ann;

/** The most similar rows offered, most similar first; of equal ones the first offered. */
final class Neighbours {
  private final float[] scores;
  private final int[] labels;
  private int count;

  Neighbours(int capacity) {
    scores = new float[capacity];
    labels = new int[capacity];
  }

  int capacity() {
    return scores.length;
  }

  int count() {
    return count;
  }

  int label(int i) {
    return labels[i];
  }

  void clear() {
    count = 0;
  }

  void offer(float score, int label) {
    if (count == scores.length && !(score > scores[count - 1])) {
      return;
    }
    int at = count < scores.length ? count++ : count - 1;
    for (; at > 0 && score > scores[at - 1]; at--) {
      scores[at] = scores[at - 1];
      labels[at] = labels[at - 1];
    }
    scores[at] = score;
    labels[at] = label;
  }

  /** Votes of the nearest {@code k} for each class; the very nearest breaks ties. */
  void vote(int k, double[] votes, int classes) {
    java.util.Arrays.fill(votes, 0, classes, 0);
    for (int i = 0; i < Math.min(k, count); i++) {
      votes[labels[i]] += i == 0 ? 1.5 : 1;
    }
  }

  long memoryBytes() {
    return 64 + 8L * scores.length;
  }
}
