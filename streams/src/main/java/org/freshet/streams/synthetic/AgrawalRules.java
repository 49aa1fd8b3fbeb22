package org.freshet.streams.synthetic;

import static org.freshet.streams.synthetic.Agrawal.AGE;
import static org.freshet.streams.synthetic.Agrawal.COMMISSION;
import static org.freshet.streams.synthetic.Agrawal.ELEVEL;
import static org.freshet.streams.synthetic.Agrawal.HVALUE;
import static org.freshet.streams.synthetic.Agrawal.HYEARS;
import static org.freshet.streams.synthetic.Agrawal.LOAN;
import static org.freshet.streams.synthetic.Agrawal.SALARY;

/**
 * The ten classification functions of Agrawal, Imielinski and Swami (1993). Ages fall in three
 * bands: under 40, 40 to 59, 60 and over. Money in thousands.
 */
final class AgrawalRules {
  /** Salary boxes of function 2 by age band; 4 and 6 use them too. */
  private static final int[][] SALARY_BOX = {{50, 100}, {75, 125}, {25, 75}};

  /** Function 4: salary boxes by age band, for those whose education is in the band's range. */
  private static final int[][] SALARY_BOX_IN = {{25, 75}, {50, 100}, {50, 100}};

  /**
   * Function 5: loan boxes by age band, for those whose salary is in its box, and for the others.
   */
  private static final int[][] LOAN_BOX_IN = {{100, 300}, {200, 400}, {300, 500}};

  private static final int[][] LOAN_BOX_OUT = {{200, 400}, {300, 500}, {100, 300}};

  /** Education levels of functions 3 and 4 by age band. */
  private static final int[][] LEVELS = {{0, 1}, {1, 3}, {2, 4}};

  private AgrawalRules() {}

  /** Whether the person in x, from index {@code at} on, is in group A. */
  static boolean groupA(int function, double[] x, int at) {
    double age = x[at + AGE];
    int band = age < 40 ? 0 : age < 60 ? 1 : 2;
    double salary = x[at + SALARY] / 1000;
    double total = salary + x[at + COMMISSION] / 1000;
    double elevel = x[at + ELEVEL];
    double loan = x[at + LOAN] / 1000;
    return switch (function) {
      case 1 -> band != 1;
      case 2 -> in(salary, SALARY_BOX[band]);
      case 3 -> in(elevel, LEVELS[band]);
      case 4 -> in(salary, in(elevel, LEVELS[band]) ? SALARY_BOX_IN[band] : SALARY_BOX[band]);
      case 5 -> in(loan, in(salary, SALARY_BOX[band]) ? LOAN_BOX_IN[band] : LOAN_BOX_OUT[band]);
      case 6 -> in(total, SALARY_BOX[band]);
      case 7 -> 0.67 * total - 0.2 * loan - 20 > 0;
      case 8 -> 0.67 * total - 5 * elevel - 20 > 0;
      case 9 -> 0.67 * total - 5 * elevel - 0.2 * loan - 10 > 0;
      case 10 -> 0.67 * total - 5 * elevel + 0.2 * equity(x, at) - 10 > 0;
      default -> throw new IllegalArgumentException("no function " + function);
    };
  }

  /**
   * What of the house is paid, in thousands: a tenth of its value for each year after the
   * twentieth.
   */
  private static double equity(double[] x, int at) {
    return 0.1 * x[at + HVALUE] / 1000 * Math.max(x[at + HYEARS] - 20, 0);
  }

  private static boolean in(double v, int[] box) {
    return v >= box[0] && v <= box[1];
  }
}
