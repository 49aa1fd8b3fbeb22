package org.freshet.engine;

import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;

/** Small streams for tests: the first value of a row is the number of its event. */
final class Events {
  static final double NONE = Double.NaN;

  private Events() {}

  static Schema schema(String... labels) {
    return Schema.classification(
        List.of(Column.numeric("a"), Column.numeric("b")),
        "class",
        new Dictionary(List.of(labels)));
  }

  static Batch of(Schema schema, double... labels) {
    Batch b = new Batch(schema, labels.length);
    for (double label : labels) {
      b.beginRow();
      b.set(0, b.size());
      b.set(1, 0.5);
      b.setLabel(label);
      b.endRow();
    }
    return b;
  }

  static Batch timed(Schema schema, long[] times, long[] labelTimes, double... labels) {
    Batch b = new Batch(schema, labels.length);
    for (int i = 0; i < labels.length; i++) {
      b.beginRow();
      b.set(0, i);
      b.set(1, 0.5);
      b.setLabel(labels[i]);
      b.setTime(times[i]);
      if (labelTimes != null) {
        b.setLabelTime(labelTimes[i]);
      }
      b.endRow();
    }
    return b;
  }

  static Batch named(Schema schema, String[] ids, double... labels) {
    Batch b = new Batch(schema, labels.length);
    for (int i = 0; i < labels.length; i++) {
      b.beginRow();
      b.set(0, i);
      b.set(1, 0.5);
      b.setLabel(labels[i]);
      b.setId(ids[i]);
      b.endRow();
    }
    return b;
  }
}
