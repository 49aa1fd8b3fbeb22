package org.freshet.testkit;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;

/**
 * A small made stream. Columns are {@code x0 …} (numeric), {@code c0 …} (categories), {@code t0}
 * (text), the label is {@code y}. Dictionaries hold only the declared names at first and grow with
 * the events, as those of a real source do. What is made never changes: golden files rest on it.
 *
 * @param target what the label is
 * @param classes class codes that occur; from the middle on the highest one occurs, not before
 * @param declared classes declared by the source; 0 leaves them open
 */
record SampleStream(
    String name,
    Schema.Target target,
    int numeric,
    int categories,
    int texts,
    boolean sparse,
    boolean missing,
    int classes,
    int declared) {
  /** Events in every stream. */
  static final int EVENTS = 240;

  /** Largest index of a sparse row, plus one. */
  static final int SPARSE_WIDTH = 64;

  /** Names of the outputs where an event has several. */
  static final List<String> OUTPUTS = List.of("y0", "y1", "y2");

  private static final long FIRST = 1_600_000_000_000L;
  private static final long MINUTE = 60_000;
  private static final String[] WORDS = {"rise", "fall", "calm", "storm", "river", "bed"};

  /** The same stream with other properties. */
  SampleStream withClasses(int n, int declaredOnes) {
    return new SampleStream(
        name + " of " + n + " classes, " + declaredOnes + " declared",
        target,
        numeric,
        categories,
        texts,
        sparse,
        missing,
        n,
        declaredOnes);
  }

  /** A schema of its own, dictionaries holding what occurs before event {@code at}. */
  Schema schema(int at) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < numeric; i++) {
      columns.add(Column.numeric("x" + i).withMissing(missing));
    }
    for (int i = 0; i < categories; i++) {
      columns.add(Column.category("c" + i, "v0", "v1").withMissing(missing));
    }
    for (int i = 0; i < texts; i++) {
      columns.add(Column.text("t" + i));
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < declared; i++) {
      names.add("y" + i);
    }
    Schema s =
        switch (target) {
          case CLASS -> Schema.classification(columns, "y", new Dictionary(names));
          case NUMBER -> Schema.regression(columns, "y");
          case NONE -> Schema.unlabelled(columns);
          case LABELS -> Schema.multiLabel(columns, OUTPUTS);
          case NUMBERS -> Schema.multiTarget(columns, OUTPUTS);
        };
    Schema made = sparse ? s.withSparse(List.of()) : s;
    for (int i = 0; i < at; i++) {
      grow(made, i);
    }
    return made;
  }

  /** Adds the names that event i brings to the dictionaries. */
  void grow(Schema schema, int i) {
    if (target == Schema.Target.CLASS) {
      extend(schema.labels(), (int) label(i), "y");
    }
    for (int c = numeric; c < schema.width(); c++) {
      if (schema.column(c).isCategory()) {
        extend(schema.column(c).dictionary(), category(i, c), "v");
      }
    }
  }

  private static void extend(Dictionary dictionary, int code, String prefix) {
    for (int k = dictionary.size(); k <= code; k++) {
      dictionary.code(prefix + k);
    }
  }

  /** Appends event i, with a time and a key. */
  void append(Batch batch, int i) {
    batch.beginRow();
    if (sparse) {
      addSparse(batch, i);
    } else {
      addDense(batch, i);
    }
    if (batch.schema().hasTruths()) {
      double[] truths = truths(target, label(i));
      for (int k = 0; k < truths.length; k++) {
        batch.setTruth(k, truths[k]);
      }
    } else {
      batch.setLabel(target == Schema.Target.NONE ? Double.NaN : label(i));
    }
    batch.setTime(FIRST + MINUTE * i);
    batch.setKey("k" + i % 3);
    batch.endRow();
  }

  /** Number of the event a row is of. */
  static int event(Features x) {
    return (int) ((x.time() - FIRST) / MINUTE);
  }

  private void addSparse(Batch batch, int i) {
    int at = 0;
    for (int k = 0; k < 5; k++) {
      at += 1 + (int) (uniform(i, 100 + k) * (SPARSE_WIDTH / 5 - 2));
      batch.add(at, k == 0 ? signal(i) : uniform(i, k));
    }
  }

  private void addDense(Batch batch, int i) {
    for (int c = 0; c < numeric; c++) {
      batch.set(c, isMissing(i, c) ? Double.NaN : c == 0 ? signal(i) : 2 * uniform(i, c) - 1);
    }
    for (int c = numeric; c < numeric + categories; c++) {
      batch.set(c, isMissing(i, c) ? Double.NaN : category(i, c));
    }
    for (int t = 0; t < texts; t++) {
      batch.attach(
          t, WORDS[(int) (uniform(i, 50 + t) * 3) + (signal(i) > 0 ? 3 : 0)] + " and more");
    }
  }

  private boolean isMissing(int i, int c) {
    return missing && uniform(i, 200 + c) < 0.08;
  }

  /** Codes 0 and 1; from event 80 on a third and from 160 on a fourth one. */
  private int category(int i, int c) {
    int known = i < 80 ? 2 : i < 160 ? 3 : 4;
    int follows = uniform(i, 300 + c) < 0.7 && c == numeric ? (int) label(i) & 1 : -1;
    return follows >= 0 ? follows : (int) (uniform(i, 400 + c) * known);
  }

  /** No columns: 0 and 1 for detectors, mostly 1 from the middle on. */
  private boolean isNumbers() {
    return numeric + categories + texts == 0 && !sparse;
  }

  /** The value that tells the label, -1 … 1 and a little more. */
  private double signal(int i) {
    return 2 * uniform(i, 0) - 1 + 0.1 * uniform(i, 1);
  }

  /** Class code or number of event i. */
  double label(int i) {
    double s = signal(i);
    if (isNumbers()) {
      return uniform(i, 700) < (i < EVENTS / 2 ? 0.1 : 0.9) ? 1 : 0;
    }
    if (target == Schema.Target.NUMBER || target == Schema.Target.NUMBERS) {
      return 3 * s + uniform(i, 600);
    }
    if (target == Schema.Target.LABELS) {
      return (s > 0 ? 1 : 0) + (s > 0.5 ? 2 : 0) + (uniform(i, 600) < 0.3 ? 4 : 0);
    }
    int open = i < EVENTS / 2 ? Math.max(1, classes - 1) : classes;
    int byValue =
        (int) Math.min(open - 1, Math.floor((Math.max(-1, Math.min(0.999, s)) + 1) / 2 * open));
    return uniform(i, 500) < 0.05 ? (int) (uniform(i, 501) * open) : byValue;
  }

  /** The truths an event's label stands for: the bits of a number, or three numbers made of it. */
  static double[] truths(Schema.Target target, double label) {
    if (target == Schema.Target.NUMBERS) {
      return new double[] {label, 2 - label, label * label};
    }
    double[] bits = new double[OUTPUTS.size()];
    for (int k = 0; k < bits.length; k++) {
      bits[k] = Double.isNaN(label) ? Double.NaN : (int) label >> k & 1;
    }
    return bits;
  }

  private double uniform(int i, int what) {
    return (Rng.childSeed(classes, "sample", 1000L * i + what) >>> 11) * 0x1.0p-53;
  }

  @Override
  public String toString() {
    return name;
  }
}
