package org.freshet.evaluate.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.freshet.core.Dictionary;

/** Values of a column, divided into as many ranges as there are tasks. */
final class Domains {
  private final int column;
  private final int count;
  private final int distinct;
  private final int[] ofCategory; // by code; null for numbers
  private final double[]
      bounds; // the highest value of each range but the last; null for categories
  private final List<String> names;

  private Domains(
      int column, int count, int distinct, int[] ofCategory, double[] bounds, List<String> names) {
    this.column = column;
    this.count = count;
    this.distinct = distinct;
    this.ofCategory = ofCategory;
    this.bounds = bounds;
    this.names = names;
  }

  /**
   * @param wanted tasks; 0 makes one of each category
   */
  static Domains ofCategories(Split data, int column, ClassGroups.Order order, int wanted) {
    Dictionary dictionary = data.train().schema().column(column).dictionary();
    boolean[] seen = new boolean[dictionary.size()];
    for (double v : values(data.train(), data.rows(), column)) {
      if (v >= 0) {
        seen[(int) v] = true;
      }
    }
    List<String> all = new ArrayList<>();
    for (int k = 0; k < seen.length; k++) {
      if (seen[k]) {
        all.add(dictionary.name(k));
      }
    }
    all.sort(Split.BY_VALUE);
    int[] sequence = Split.upTo(all.size());
    if (order == ClassGroups.Order.RANDOM) {
      data.rng("domains", 0).shuffle(sequence, sequence.length, sequence.length);
    }
    int count = wanted == 0 ? Math.max(1, all.size()) : Math.min(wanted, Math.max(1, all.size()));
    int[] of = new int[dictionary.size()];
    Arrays.fill(of, count - 1);
    List<List<String>> groups = new ArrayList<>();
    for (int g = 0; g < count; g++) {
      groups.add(new ArrayList<>());
    }
    for (int i = 0; i < sequence.length; i++) {
      int g = (int) ((long) i * count / sequence.length);
      String name = all.get(sequence[i]);
      of[dictionary.find(name)] = g;
      groups.get(g).add(name);
    }
    List<String> names = groups.stream().map(g -> String.join(", ", g)).toList();
    return new Domains(column, count, all.size(), of, null, names);
  }

  static Domains ofNumbers(Split data, int column, int count) {
    double[] v =
        Arrays.stream(values(data.train(), data.rows(), column))
            .filter(x -> !Double.isNaN(x))
            .sorted()
            .toArray();
    double[] bounds = new double[count - 1];
    List<String> names = new ArrayList<>();
    for (int k = 0; k + 1 < count && v.length > 0; k++) {
      bounds[k] = v[(int) ((long) (k + 1) * v.length / count) - (v.length >= count ? 1 : 0)];
      names.add(String.format(Locale.ROOT, "up to %.6g", bounds[k]));
    }
    names.add("the rest");
    return new Domains(column, count, v.length, null, bounds, names);
  }

  private static double[] values(Dataset in, int[] rows, int column) {
    double[] row = new double[in.schema().width()];
    double[] all = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      in.copy(rows[i], row, 0);
      all[i] = row[column];
    }
    return all;
  }

  int count() {
    return count;
  }

  /** How many different categories occur. */
  int distinct() {
    return distinct;
  }

  String name(int task) {
    return names.get(task);
  }

  /** The task of each of some rows. */
  int[] of(Dataset in, int[] rows) {
    double[] v = values(in, rows, column);
    int[] tasks = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      tasks[i] = of(v[i]);
    }
    return tasks;
  }

  private int of(double value) {
    if (Double.isNaN(value)) {
      return count - 1;
    }
    if (ofCategory != null) {
      return value < ofCategory.length ? ofCategory[(int) value] : count - 1;
    }
    int k = 0;
    while (k < bounds.length && value > bounds[k]) {
      k++;
    }
    return k;
  }
}
