package org.freshet.streams.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The ten functions at hand-worked people: salary, commission, age, elevel, hvalue, hyears, loan.
 */
class AgrawalRulesTest {
  @ParameterizedTest
  @CsvSource({
    // function 1: under 40 or from 60
    "1, 30000, 0, 39, 0, 0, 1, 0, true",
    "1, 30000, 0, 40, 0, 0, 1, 0, false",
    "1, 30000, 0, 60, 0, 0, 1, 0, true",
    // function 2: salary box by age
    "2, 50000, 0, 20, 0, 0, 1, 0, true",
    "2, 100001, 0, 20, 0, 0, 1, 0, false",
    "2, 125000, 0, 59, 0, 0, 1, 0, true",
    "2, 74999, 0, 59, 0, 0, 1, 0, false",
    "2, 25000, 0, 60, 0, 0, 1, 0, true",
    "2, 76000, 0, 60, 0, 0, 1, 0, false",
    // function 3: education by age
    "3, 0, 0, 20, 1, 0, 1, 0, true",
    "3, 0, 0, 20, 2, 0, 1, 0, false",
    "3, 0, 0, 50, 0, 0, 1, 0, false",
    "3, 0, 0, 50, 3, 0, 1, 0, true",
    "3, 0, 0, 70, 1, 0, 1, 0, false",
    "3, 0, 0, 70, 4, 0, 1, 0, true",
    // function 4: salary box by age and education
    "4, 30000, 0, 20, 0, 0, 1, 0, true",
    "4, 30000, 0, 20, 2, 0, 1, 0, false",
    "4, 90000, 0, 20, 2, 0, 1, 0, true",
    "4, 60000, 0, 50, 1, 0, 1, 0, true",
    "4, 60000, 0, 50, 4, 0, 1, 0, false",
    "4, 120000, 0, 50, 4, 0, 1, 0, true",
    "4, 60000, 0, 70, 4, 0, 1, 0, true",
    "4, 40000, 0, 70, 4, 0, 1, 0, false",
    "4, 40000, 0, 70, 0, 0, 1, 0, true",
    // function 5: loan box by age and salary box
    "5, 60000, 0, 20, 0, 0, 1, 100000, true",
    "5, 60000, 0, 20, 0, 0, 1, 350000, false",
    "5, 20000, 0, 20, 0, 0, 1, 350000, true",
    "5, 80000, 0, 50, 0, 0, 1, 250000, true",
    "5, 20000, 0, 50, 0, 0, 1, 250000, false",
    "5, 20000, 0, 50, 0, 0, 1, 450000, true",
    "5, 30000, 0, 70, 0, 0, 1, 450000, true",
    "5, 90000, 0, 70, 0, 0, 1, 450000, false",
    "5, 90000, 0, 70, 0, 0, 1, 150000, true",
    // function 6: function 2 with the commission
    "6, 30000, 30000, 20, 0, 0, 1, 0, true",
    "6, 30000, 10000, 20, 0, 0, 1, 0, false",
    // function 7: 0.67 · 60,000 - 0.2 · loan - 20,000 = 20,200 - 0.2 · loan
    "7, 50000, 10000, 20, 0, 0, 1, 100000, true",
    "7, 50000, 10000, 20, 0, 0, 1, 102000, false",
    // function 8: 20,200 - 5,000 · elevel with 0.67 · 60,000; 3,450 - 5,000 · elevel with 35,000
    "8, 50000, 10000, 20, 4, 0, 1, 0, true",
    "8, 35000, 0, 20, 0, 0, 1, 0, true",
    "8, 35000, 0, 20, 1, 0, 1, 0, false",
    // function 9: 30,200 - 5,000 · elevel - 0.2 · loan
    "9, 50000, 10000, 20, 2, 0, 1, 100000, true",
    "9, 50000, 10000, 20, 2, 0, 1, 102000, false",
    // function 10: 0.67 · 20,000 - 10,000 - 5,000 · elevel + 0.2 · 0.1 · hvalue · (hyears - 20)
    "10, 20000, 0, 20, 0, 0, 1, 0, true",
    "10, 20000, 0, 20, 1, 500000, 20, 0, false",
    "10, 20000, 0, 20, 1, 500000, 21, 0, true",
    "10, 20000, 0, 20, 1, 75000, 21, 0, false"
  })
  void putsPeopleIntoTheirGroup(
      int function,
      double salary,
      double commission,
      double age,
      double elevel,
      double hvalue,
      double hyears,
      double loan,
      boolean groupA) {
    double[] x = {-1, salary, commission, age, elevel, 0, 0, hvalue, hyears, loan};
    assertThat(AgrawalRules.groupA(function, x, 1)).isEqualTo(groupA);
  }
}
