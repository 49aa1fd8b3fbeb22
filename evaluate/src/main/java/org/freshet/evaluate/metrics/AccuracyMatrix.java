package org.freshet.evaluate.metrics;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model knew of each task, and when: R(i, j) is the accuracy on the tests of task j at the
 * end of task i, and besides it what was measured inside the tasks. Tasks weigh the same, whatever
 * their size; a task without tests is left out of every mean.
 *
 * <p>With tasks 1 … T, measured at times t of which each lies in a task k(t):
 *
 * <ul>
 *   <li>{@code final_accuracy}: mean over j of R(T, j). Lopez-Paz and Ranzato, "Gradient episodic
 *       memory for continual learning", NeurIPS 2017 (their ACC).
 *   <li>{@code average_anytime_accuracy}: mean over t of the mean accuracy at t over the tasks 1 …
 *       k(t). Caccia, Aljundi, Asadi, Tuytelaars, Pineau and Belilovsky, "New insights on reducing
 *       abrupt representation change in online continual learning", ICLR 2022 (their AAA).
 *   <li>{@code worst_case_accuracy}: 1/T · R(T, T) + (1 − 1/T) · mean over j &lt; T of the lowest
 *       accuracy on j measured after the end of task j. De Lange, van de Ven and Tuytelaars,
 *       "Continual evaluation for lifelong learning: identifying the stability gap", ICLR 2023
 *       (their WC-ACC at the end).
 *   <li>{@code forgetting}: mean over j &lt; T of max over i with j ≤ i &lt; T of R(i, j), less
 *       R(T, j). Chaudhry, Dokania, Ajanthan and Torr, "Riemannian walk for incremental learning",
 *       ECCV 2018.
 *   <li>{@code backward_transfer}: mean over j &lt; T of R(T, j) − R(j, j). Lopez-Paz and Ranzato.
 *   <li>{@code forward_transfer}: mean over j &gt; 1 of R(j − 1, j) − b(j), b(j) the accuracy on j
 *       of the model before it has learnt anything. Lopez-Paz and Ranzato. Where tasks have classes
 *       of their own it is 0 or less: nobody knows a class before it came.
 * </ul>
 */
public final class AccuracyMatrix {
  private final int tasks;
  private final double[][] ends;
  private final double[] untrained;
  private final double[] lowest;
  private int reached = -1;
  private double sum;
  private long times;

  public AccuracyMatrix(int tasks) {
    this.tasks = tasks;
    this.ends = new double[tasks][];
    this.untrained = new double[tasks];
    this.lowest = new double[tasks];
    Arrays.fill(untrained, Double.NaN);
    Arrays.fill(lowest, Double.NaN);
  }

  /** Before anything is learnt: the accuracy on a task. */
  public void untrained(int task, double accuracy) {
    untrained[task] = accuracy;
  }

  /**
   * At one time.
   *
   * @param task at hand
   * @param end whether it ends now
   * @param accuracy on each of the tasks so far; at an end perhaps also on the next one
   */
  public void add(int task, boolean end, double[] accuracy) {
    double mean = mean(accuracy, 0, task + 1);
    if (!Double.isNaN(mean)) {
      sum += mean;
      times++;
    }
    for (int j = 0; j <= task; j++) {
      if (ends[j] != null) {
        lowest[j] = Double.isNaN(lowest[j]) ? accuracy[j] : Math.min(lowest[j], accuracy[j]);
      }
    }
    if (end) {
      ends[task] = accuracy.clone();
      reached = task;
    }
  }

  /** Mean of those that were measured, NaN when none was. */
  private static double mean(double[] a, int from, int to) {
    return Arrays.stream(a, from, to).filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
  }

  /** R(i, j), tasks counted from 0; NaN where it was not measured. */
  public double end(int i, int j) {
    return ends[i] == null || j >= ends[i].length ? Double.NaN : ends[i][j];
  }

  /** Tasks whose end was reached. */
  public int ended() {
    return reached + 1;
  }

  /** The lowest accuracy on a task after its end; NaN when it was not measured again. */
  public double lowest(int task) {
    return lowest[task];
  }

  /** All that is defined, by name. */
  public Map<String, Double> values() {
    Map<String, Double> m = new LinkedHashMap<>();
    if (reached >= 0) {
      put(m, "final_accuracy", mean(ends[reached], 0, reached + 1));
      put(m, "average_anytime_accuracy", times == 0 ? Double.NaN : sum / times);
      put(m, "worst_case_accuracy", worstCase());
      put(m, "forgetting", forgetting());
      put(m, "backward_transfer", backward());
      put(m, "forward_transfer", forward());
    }
    return m;
  }

  private static void put(Map<String, Double> m, String name, double value) {
    if (!Double.isNaN(value)) {
      m.put(name, value);
    }
  }

  private double worstCase() {
    double before = mean(lowest, 0, reached);
    double now = ends[reached][reached];
    double share = 1.0 / (reached + 1);
    return reached == 0 || Double.isNaN(before) ? now : share * now + (1 - share) * before;
  }

  private double forgetting() {
    double[] lost = new double[reached];
    for (int j = 0; j < reached; j++) {
      double best = Double.NEGATIVE_INFINITY;
      for (int i = j; i < reached; i++) {
        best = Math.max(best, ends[i][j]);
      }
      lost[j] = best - ends[reached][j];
    }
    return mean(lost, 0, reached);
  }

  private double backward() {
    double[] gain = new double[reached];
    Arrays.setAll(gain, j -> ends[reached][j] - ends[j][j]);
    return mean(gain, 0, reached);
  }

  private double forward() {
    double[] gain = new double[tasks];
    Arrays.fill(gain, Double.NaN);
    for (int j = 1; j < tasks; j++) {
      gain[j] = end(j - 1, j) - untrained[j];
    }
    return mean(gain, 0, tasks);
  }
}
