package org.freshet.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.freshet.evaluate.stats.Distributions;

/** The table of a stream: each strategy's accuracy at each budget, and its area beside random. */
final class AskTable {
  /** Where the numbers of a cell are. */
  interface Lookup {
    /** Null while the cell is not done; no strategy means all labels. */
    double[] of(AskRun.Task t, AskRun.Strategy s, double budget, long seed);
  }

  private final AskRun.Task task;
  private final List<AskRun.Strategy> strategies;
  private final double[] budgets;
  private final long[] seeds;
  private final Lookup cells;
  private AskRun.Strategy random;
  private double full;

  AskTable(
      AskRun.Task task,
      List<AskRun.Strategy> strategies,
      double[] budgets,
      long[] seeds,
      Lookup cells) {
    this.task = task;
    this.strategies = strategies;
    this.budgets = budgets;
    this.cells = cells;
    this.seeds = Arrays.stream(seeds).filter(this::isDone).toArray();
    for (AskRun.Strategy s : strategies) {
      random = s.name().equals("random") ? s : random;
    }
  }

  /** Whether a seed was run with every strategy and budget. */
  private boolean isDone(long seed) {
    boolean done = cells.of(task, null, 1, seed) != null;
    for (AskRun.Strategy s : strategies) {
      for (double b : budgets) {
        done &= cells.of(task, s, b, seed) != null;
      }
    }
    return done;
  }

  void print() {
    System.out.printf("### %s%n%n", task.name());
    if (seeds.length == 0) {
      System.out.printf("Not run.%n%n");
      return;
    }
    full = mean(null, 1);
    System.out.printf(
        "`%s`, %.0f events a seed, %d seeds; with all labels %s %%.%n%n",
        task.model(), cells.of(task, null, 1, seeds[0])[2], seeds.length, AskRun.percent(full));
    StringBuilder head = new StringBuilder("| strategy |");
    StringBuilder line = new StringBuilder("|---|");
    for (double b : budgets) {
      head.append(String.format(Locale.ROOT, " %.4g %% |", 100 * b));
      line.append("---|");
    }
    System.out.println(head + " area | less random | p | asked of the budget | beyond it |");
    System.out.println(line + "---|---|---|---|---|");
    strategies.forEach(this::row);
    System.out.println();
    best();
  }

  private double mean(AskRun.Strategy s, double budget) {
    return Arrays.stream(seeds)
        .mapToDouble(x -> cells.of(task, s, budget, x)[0])
        .average()
        .orElse(0);
  }

  /** Area under accuracy against the budget, over the width of the budgets. */
  private double area(AskRun.Strategy s, long seed) {
    double sum = 0;
    for (int i = 1; i < budgets.length; i++) {
      double a = cells.of(task, s, budgets[i - 1], seed)[0];
      double b = cells.of(task, s, budgets[i], seed)[0];
      sum += (a + b) / 2 * (budgets[i] - budgets[i - 1]);
    }
    double width = budgets[budgets.length - 1] - budgets[0];
    return width > 0 ? sum / width : cells.of(task, s, budgets[0], seed)[0];
  }

  private void row(AskRun.Strategy s) {
    StringBuilder row = new StringBuilder("| " + s.name() + " |");
    double used = 0;
    double beyond = 0;
    for (double b : budgets) {
      row.append(' ').append(AskRun.percent(mean(s, b))).append(" |");
      for (long seed : seeds) {
        double[] c = cells.of(task, s, b, seed);
        used += c[1] / (b * c[2]) / seeds.length / budgets.length;
        beyond = Math.max(beyond, c[3]);
      }
    }
    double area = 0;
    double[] gaps = new double[seeds.length];
    for (int i = 0; i < seeds.length; i++) {
      area += area(s, seeds[i]) / seeds.length;
      gaps[i] = area(s, seeds[i]) - area(random, seeds[i]);
    }
    System.out.printf(
        Locale.ROOT,
        "%s %s | %s | %s | %.1f %% | %.2f |%n",
        row,
        AskRun.percent(area),
        s == random ? "" : String.format(Locale.ROOT, "%+.2f", 100 * mean(gaps)),
        s == random || gaps.length < 2 ? "" : p(gaps),
        100 * used,
        beyond);
  }

  private static double mean(double[] a) {
    return Arrays.stream(a).average().orElse(0);
  }

  /** Two-sided, of Student's t; Wilcoxon's test cannot fall below 0.06 with five seeds. */
  private static String p(double[] gaps) {
    double mean = mean(gaps);
    double squares = 0;
    for (double g : gaps) {
      squares += (g - mean) * (g - mean);
    }
    int n = gaps.length;
    if (squares == 0) {
      return mean == 0 ? "1" : "0.000";
    }
    double f = mean * mean * n * (n - 1) / squares;
    return String.format(Locale.ROOT, "%.3f", Distributions.fUpper(f, 1, n - 1));
  }

  /** Who reaches 99 % of the accuracy with all labels at the least budget. */
  private void best() {
    List<String> reached = new ArrayList<>();
    for (double b : budgets) {
      for (AskRun.Strategy s : strategies) {
        if (reached.isEmpty() || reached.get(0).endsWith(at(b))) {
          double share = mean(s, b) / full;
          if (share >= 0.99) {
            reached.add(s.name() + at(b));
          }
        }
      }
    }
    System.out.println(
        reached.isEmpty()
            ? "No strategy reaches 99 % of the accuracy with all labels."
            : "99 % of the accuracy with all labels is reached by "
                + String.join(", ", reached)
                + ".");
    System.out.println();
  }

  private static String at(double budget) {
    return String.format(Locale.ROOT, " (%.4g %%)", 100 * budget);
  }
}
