package org.freshet.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.streams.Sources;

/** Labelled vectors in memory, at first the digits of MNIST in the folder named by FRESHET_DATA. */
record Digits(double[][] rows, int[] labels) {
  static final int CLASSES = 10;

  /** The first {@code most} digits for training, or for testing. */
  static Digits read(String which, int most) {
    String folder = System.getenv("FRESHET_DATA");
    if (folder == null) {
      throw new ConfigException(
          "FRESHET_DATA", "is not set; name the folder with mnist, see CONTRIBUTING.md");
    }
    String file = Path.of(folder, "mnist", which + "-images-idx3-ubyte.gz").toString();
    try (Source source = Sources.open(file)) {
      Schema schema = source.schema();
      Batch batch = new Batch(schema, 500);
      List<double[]> rows = new ArrayList<>();
      List<Integer> labels = new ArrayList<>();
      while (rows.size() < most && source.read(batch, 500) > 0) {
        for (int r = 0; r < batch.size() && rows.size() < most; r++) {
          double[] row = new double[schema.width()];
          batch.row(r).copyTo(row, 0);
          rows.add(row);
          labels.add(Integer.valueOf(schema.labels().name(batch.labelCode(r))));
        }
        batch.clear();
      }
      return new Digits(
          rows.toArray(new double[0][]), labels.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  int size() {
    return rows.length;
  }

  Schema schema() {
    List<Column> columns = new ArrayList<>();
    for (int j = 0; j < rows[0].length; j++) {
      columns.add(Column.numeric("x" + j));
    }
    return Schema.classification(columns, "label");
  }

  /** The rows in another order, or some of them. */
  Digits at(int[] places) {
    double[][] r = new double[places.length][];
    int[] l = new int[places.length];
    for (int i = 0; i < places.length; i++) {
      r[i] = rows[places[i]];
      l[i] = labels[places[i]];
    }
    return new Digits(r, l);
  }

  Digits shuffled(long seed) {
    return at(permutation(size(), seed));
  }

  /** Tasks of {@code together} classes one after another, as the rows come within each. */
  Digits byClass(int together) {
    int[] places = new int[size()];
    int n = 0;
    for (int task = 0; task * together < CLASSES; task++) {
      for (int i = 0; i < size(); i++) {
        if (labels[i] / together == task) {
          places[n++] = i;
        }
      }
    }
    return at(places);
  }

  /** The classes numbered in another order. */
  Digits renamed(long seed) {
    int[] order = permutation(CLASSES, seed);
    return new Digits(rows, Arrays.stream(labels).map(c -> order[c]).toArray());
  }

  /**
   * At most {@code most} rows of class 0, a hundredth of that of class 9, in equal ratios between.
   */
  Digits imbalanced(int most) {
    int[] left = new int[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
      left[c] = (int) Math.round(most * Math.pow(100, -c / (CLASSES - 1.0)));
    }
    int[] places = new int[size()];
    int n = 0;
    for (int i = 0; i < size(); i++) {
      if (left[labels[i]]-- > 0) {
        places[n++] = i;
      }
    }
    return at(Arrays.copyOf(places, n));
  }

  private static int[] permutation(int n, long seed) {
    Rng rng = new Rng(seed);
    int[] p = new int[n];
    for (int i = 0; i < n; i++) {
      p[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
      int j = rng.nextInt(i + 1);
      int v = p[i];
      p[i] = p[j];
      p[j] = v;
    }
    return p;
  }

  /** A map to features that learns from these rows, without their labels, and then stands still. */
  UnaryOperator<Digits> features(String transformer) {
    Transformer t =
        Components.create(Spec.parse(transformer), Build.of(schema()), Transformer.class);
    for (double[] row : rows) {
      t.learn(Features.of(row));
    }
    Row out = Row.of(t.output());
    return of -> {
      double[][] made = new double[of.size()][];
      for (int i = 0; i < made.length; i++) {
        Features x = Features.of(of.rows[i]);
        out.begin(x);
        t.transform(x, out);
        made[i] = out.values().clone();
      }
      return new Digits(made, of.labels);
    };
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }
}
