package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class NominalTableTest {
  private static NominalTable restored(NominalTable t, int slots, double[] seen) {
    Tape out = new Tape();
    t.save(out, seen);
    StateWriter writer = new StateWriter();
    out.save(writer);
    Tape in = Tape.load(StateReader.open("test", writer.toBytes()));
    return NominalTable.load(in, 2, slots, seen);
  }

  @Test
  void restoredCountsTakeTheSameBytesAndGrowAlike() {
    for (int values = 0; values < 20; values++) {
      double[] seen = new double[3];
      NominalTable counts = new NominalTable(2, 3);
      for (int v = 0; v < values; v++) {
        seen[v % 3]++;
        counts.learn(new double[] {v, 0}, 0, v % 3, 1, seen, seen[v % 3] - 1);
      }
      NominalTable again = restored(counts, 3, seen);
      assertThat(again.bytes()).isEqualTo(counts.bytes());
      seen[1]++;
      double[] row = {values + 7, 0};
      assertThat(again.learn(row, 0, 1, 1, seen, seen[1] - 1))
          .isEqualTo(counts.learn(row, 0, 1, 1, seen, seen[1] - 1));
    }
  }

  /** Beside plain counters, with new classes, new categories and missing values on the way. */
  @Test
  void scoresAreThoseOfPlainCounters() {
    Rng rng = new Rng(5);
    int slots = 1;
    double[][][] plain = new double[7][2][12]; // per slot, in the order they are opened from behind
    double[] seen = new double[7];
    NominalTable table = new NominalTable(2, 1);
    double[] sums = new double[7];
    for (int i = 0; i < 400; i++) {
      if (i % 60 == 59) {
        table.insertSlot(0);
        System.arraycopy(plain, 0, plain, 1, 6);
        System.arraycopy(seen, 0, seen, 1, 6);
        plain[0] = new double[2][12];
        seen[0] = 0;
        slots++;
      }
      double[] row = {rng.nextInt(2 + i / 50), i > 200 && i % 9 == 0 ? -1 : rng.nextInt(3)};
      int slot = rng.nextInt(slots);
      double weight = i % 3 == 0 ? 0.5 : 1;
      double before = seen[slot];
      seen[slot] += weight;
      table.learn(row, 0, slot, weight, seen, before);
      for (int j = 0; j < 2; j++) {
        if (row[j] >= 0) {
          plain[slot][j][(int) row[j]] += weight;
        }
      }
      assertThat(table.scoreLearnt(slot, seen[slot]))
          .isCloseTo(score(plain[slot], row), within(1e-9));
      double[] asked = {rng.nextInt(11), i % 7 == 0 ? -1 : rng.nextInt(3)};
      table.score(asked, 0, seen, sums);
      for (int s = 0; s < slots; s++) {
        double expected = score(plain[s], asked);
        assertThat(sums[s]).isCloseTo(expected, within(1e-9));
        assertThat(table.lessDenominators(s, seen[s], 0))
            .isCloseTo(-score(plain[s], new double[] {-1, -1}), within(1e-9));
      }
      NominalTable again = restored(table, slots, seen);
      double[] same = new double[7];
      again.score(asked, 0, seen, same);
      assertThat(same).startsWith(java.util.Arrays.copyOf(sums, slots));
    }
  }

  private static double score(double[][] counts, double[] row) {
    double sum = 0;
    for (int j = 0; j < 2; j++) {
      double n = 0;
      int values = 0;
      for (int v = 0; v < 12; v++) {
        n += counts[j][v];
        values = counts[j][v] > 0 ? v + 1 : values;
      }
      sum +=
          row[j] < 0
              ? (values > 0 ? Math.log(n + values) : 0)
              : Math.log(1 + counts[j][(int) row[j]]);
    }
    return sum;
  }
}
