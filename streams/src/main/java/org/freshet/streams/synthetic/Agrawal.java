package org.freshet.streams.synthetic;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;

/**
 * Agrawal's people: nine features of a person who asks for a loan, six numeric and three
 * categories, and ten rules that put the person into group A or B. Rules 1 to 6 are boxes, as trees
 * like them, 7 to 10 are linear.
 *
 * <p>Features: salary uniform on 20,000 … 150,000; commission 0 when salary ≥ 75,000, else uniform
 * on 10,000 … 75,000; age a whole number 20 … 80; elevel (education) one of 5; car one of 20 makes;
 * zipcode one of 9; hvalue (of the house) uniform on 0.5 k … 1.5 k times 100,000 with k = 9 for the
 * first zip code down to 1 for the last; hyears a whole number 1 … 30; loan uniform on 0 … 500,000.
 * The rules are in {@link AgrawalRules}, in the order of the paper.
 *
 * <p>After the group is known each numeric value v is perturbed to v + r · p · a, r uniform on
 * [−0.5, 0.5), p = {@code perturbation}, a the width of the feature's range; the group is then no
 * longer a function of the features. A commission of 0 stays 0, and values are kept inside the
 * range.
 *
 * <p>Paper: R. Agrawal, T. Imielinski and A. Swami, "Database mining: a performance perspective",
 * IEEE Transactions on Knowledge and Data Engineering 5(6), 1993, section 5 and appendix.
 *
 * <p>Where we differ: the paper does not say what happens at the ends of a range, nor how k follows
 * from the zip code; {@code noise} (labels turned over) and {@code balance} are additions.
 *
 * <p>Gives numeric and category features without missing values. O(1) time an event and O(1)
 * memory.
 *
 * <pre>
 * --source 'agrawal(concept=7, perturbation=5%, events=100000)'
 * </pre>
 */
@Component(name = "agrawal", kinds = Kind.SOURCE, family = "generator", traits = Trait.RANDOMIZED)
public final class Agrawal extends Generator {
  public record Parameters(
      @Param(
              value = "Which of the ten rules the group follows",
              def = "1",
              range = "[1, 10]",
              origin = "Agrawal et al. 1993, function 1")
          int concept,
      @Param(
              value = "Width of the perturbation of numeric values, as share of their range",
              def = "5%",
              range = "[0, 1]",
              origin = "Agrawal et al. 1993")
          double perturbation,
      @Param(
              value = "Share of the labels that are turned over",
              def = "0%",
              range = "[0, 1]",
              origin = "Agrawal et al. 1993 perturb values only")
          double noise,
      @Param(value = "Whether the groups come in turn (before noise)", def = "false")
          boolean balance,
      @Param(value = "How many events; none is a stream without end", def = "none", unit = "events")
          Span events,
      @Param(
              value = "Seed of the events; -1 takes the seed of the run",
              def = "-1",
              range = "[-1, inf)")
          long seed) {}

  static final int SALARY = 0;
  static final int COMMISSION = 1;
  static final int AGE = 2;
  static final int ELEVEL = 3;
  static final int CAR = 4;
  static final int ZIPCODE = 5;
  static final int HVALUE = 6;
  static final int HYEARS = 7;
  static final int LOAN = 8;

  private final int concept;
  private final double perturbation;

  public Agrawal(Parameters p, Build build) {
    super(
        "agrawal",
        Schema.classification(columns(), "group", "A", "B"),
        p.events(),
        p.seed(),
        build,
        p.concept(),
        p.perturbation(),
        p.noise(),
        p.balance());
    concept = p.concept();
    perturbation = p.perturbation();
    noise(p.noise());
    balance(p.balance());
  }

  private static List<Column> columns() {
    return List.of(
        Column.numeric("salary"),
        Column.numeric("commission"),
        Column.numeric("age"),
        Column.category("elevel", names("level", 0, 5)),
        Column.category("car", names("make", 1, 20)),
        Column.category("zipcode", names("zip", 1, 9)),
        Column.numeric("hvalue"),
        Column.numeric("hyears"),
        Column.numeric("loan"));
  }

  @Override
  double draw(double[] row, int at) {
    double salary = between(20_000, 150_000);
    row[at + SALARY] = salary;
    row[at + COMMISSION] = salary >= 75_000 ? 0 : between(10_000, 75_000);
    row[at + AGE] = 20 + rng.nextInt(61);
    row[at + ELEVEL] = rng.nextInt(5);
    row[at + CAR] = rng.nextInt(20);
    int zip = rng.nextInt(9);
    row[at + ZIPCODE] = zip;
    double k = 100_000.0 * (9 - zip);
    row[at + HVALUE] = between(0.5 * k, 1.5 * k);
    row[at + HYEARS] = 1 + rng.nextInt(30);
    row[at + LOAN] = between(0, 500_000);
    boolean inA = AgrawalRules.groupA(concept, row, at);
    if (perturbation > 0) {
      perturb(row, at, k);
    }
    return inA ? 0 : 1;
  }

  private void perturb(double[] row, int at, double k) {
    shift(row, at + SALARY, 20_000, 150_000);
    if (row[at + COMMISSION] > 0) {
      shift(row, at + COMMISSION, 10_000, 75_000);
    }
    shift(row, at + AGE, 20, 80);
    shift(row, at + HVALUE, 0.5 * k, 1.5 * k);
    shift(row, at + HYEARS, 1, 30);
    shift(row, at + LOAN, 0, 500_000);
  }

  private void shift(double[] row, int i, double min, double max) {
    double v = row[i] + (rng.nextDouble() - 0.5) * perturbation * (max - min);
    row[i] = Math.max(min, Math.min(max, v));
  }

  private double between(double min, double max) {
    return min + (max - min) * rng.nextDouble();
  }
}
