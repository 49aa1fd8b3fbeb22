package org.freshet.learn.ask;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Rng;
import org.freshet.core.Schema;

/** Made streams for strategies. */
final class Streams {
  private Streams() {}

  static Schema schema(int width, String... labels) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      columns.add(Column.numeric("x" + i));
    }
    return Schema.classification(columns, "y", labels);
  }

  static void add(Batch rows, double label, double... row) {
    rows.beginRow();
    for (int i = 0; i < row.length; i++) {
      rows.set(i, row[i]);
    }
    rows.setLabel(label);
    rows.endRow();
  }

  /** Two classes on the sides of a plane through normal rows. */
  static Batch plane(int events, int width, long seed) {
    Rng rng = new Rng(seed);
    Batch rows = new Batch(schema(width, "a", "b"), events);
    double[] row = new double[width];
    for (int n = 0; n < events; n++) {
      double side = 0;
      for (int i = 0; i < width; i++) {
        row[i] = rng.nextGaussian();
        side += (i % 2 == 0 ? 1 : -1) * row[i];
      }
      add(rows, side > 0 ? 1 : 0, row);
    }
    return rows;
  }

  /**
   * A common class, and a rare one of {@code share} beside it: its rows are normal around (3, 0 …).
   */
  static Batch rare(int events, double share, long seed) {
    Rng rng = new Rng(seed);
    Batch rows = new Batch(schema(3, "common", "rare"), events);
    for (int n = 0; n < events; n++) {
      boolean rare = rng.nextDouble() < share;
      add(
          rows,
          rare ? 1 : 0,
          rng.nextGaussian() + (rare ? 3 : 0),
          rng.nextGaussian(),
          rng.nextGaussian());
    }
    return rows;
  }
}
