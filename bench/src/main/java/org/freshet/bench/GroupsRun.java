package org.freshet.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;

/**
 * Sleeping experts over groups beside the same learner alone, on Adult in the order of its files:
 * mean squared error of income above 50,000, 0 or 1, each event predicted before it was learnt,
 * over all and in every group by sex, race and band of age, and by the three joined.
 *
 * <p>{@code GroupsRun LEARNER}; needs FRESHET_DATA. Prints Markdown, groups by size. In brackets is
 * the difference to the learner alone, whose answers are moved to 0 … 1 too; behind it the regret
 * to it, in units of loss, beside the square root of the events, in which the method's bound on it
 * is given.
 */
public final class GroupsRun {
  private static final int ROWS = 48_842;
  private static final int AGE = 0;
  private static final int RACE = 8;
  private static final int SEX = 9;

  /** Ages at which a band ends. */
  private static final int[] BANDS = {25, 35, 45, 55, 65, 200};

  private static final class Group {
    int events;
    double alone;
    double experts;

    void add(double a, double e) {
      events++;
      alone += a;
      experts += e;
    }
  }

  private GroupsRun() {}

  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("usage: GroupsRun LEARNER");
      System.exit(2);
    }
    try (Source source = DataSets.open("adult", 1)) {
      Batch rows = new Batch(source.schema(), ROWS);
      source.read(rows, ROWS);
      print(run(rows, args[0]));
    }
  }

  private static Map<String, Group> run(Batch rows, String learner) {
    List<Column> columns = new ArrayList<>(rows.schema().columns());
    String[] names = new String[BANDS.length];
    for (int b = 0; b < names.length; b++) {
      names[b] = "to " + BANDS[b];
    }
    columns.add(Column.category("band", names));
    Schema schema = Schema.regression(columns, "rich");
    String race = columns.get(RACE).name();
    String sex = columns.get(SEX).name();
    String groups = String.join(", ", sex, race, "band", quoted(sex, race, "band"));
    String mixed = "sleeping_experts(groups=[" + groups + "], learner=" + learner + ")";
    Regressor alone = Build.of(schema).create(Spec.parse(learner), Regressor.class);
    Regressor experts = Build.of(schema).create(Spec.parse(mixed), Regressor.class);
    Map<String, Group> all = new TreeMap<>();
    double[] x = new double[columns.size()];
    for (int r = 0; r < rows.size(); r++) {
      rows.row(r).copyTo(x, 0);
      int band = 0;
      while (x[AGE] > BANDS[band]) {
        band++;
      }
      x[columns.size() - 1] = band;
      double y = rows.schema().labels().name(rows.labelCode(r)).contains(">") ? 1 : 0;
      double answer = alone.testThenLearn(Features.of(x), y, 1);
      double a = Math.max(0, Math.min(1, answer)) - y; // as the experts' answers are
      double e = experts.testThenLearn(Features.of(x), y, 1) - y;
      String s = name(rows, SEX, x);
      String k = name(rows, RACE, x);
      for (String group : List.of("all", s, k, names[band], s + ", " + k + ", " + names[band])) {
        all.computeIfAbsent(group, g -> new Group()).add(a * a, e * e);
      }
    }
    return all;
  }

  private static String quoted(String... columns) {
    return "'" + String.join("*", columns) + "'";
  }

  private static String name(Batch rows, int column, double[] x) {
    return Double.isNaN(x[column])
        ? "unknown"
        : rows.schema().column(column).dictionary().name((int) x[column]).strip();
  }

  private static void print(Map<String, Group> all) {
    System.out.println("| group | events | alone | sleeping experts | regret | √events |");
    System.out.println("|---|---|---|---|---|---|");
    int worse = 0;
    for (Map.Entry<String, Group> e :
        all.entrySet().stream()
            .sorted((a, b) -> Integer.compare(b.getValue().events, a.getValue().events))
            .toList()) {
      Group g = e.getValue();
      worse += g.experts > g.alone ? 1 : 0;
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | %.4f | %.4f (%+.1f %%) | %.2f | %.1f |%n",
          e.getKey(),
          g.events,
          g.alone / g.events,
          g.experts / g.events,
          g.alone > 0 ? 100 * (g.experts / g.alone - 1) : 0,
          g.experts - g.alone,
          Math.sqrt(g.events));
    }
    System.out.printf("%n%d of %d groups have a larger error than alone.%n", worse, all.size());
  }
}
