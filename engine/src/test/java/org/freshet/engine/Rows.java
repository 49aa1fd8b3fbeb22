package org.freshet.engine;

import org.freshet.core.Batch;
import org.freshet.core.Batch.Kind;
import org.freshet.core.Schema;

/** Rows of a live stream for tests: events, labels and ticks. */
final class Rows {
  final Batch batch;

  Rows(Schema schema) {
    this(schema, 64);
  }

  Rows(Schema schema, int most) {
    batch = new Batch(schema, most);
  }

  private Rows row(Kind kind, String id, long time, String key, double label) {
    batch.beginRow();
    batch.setKind(kind);
    batch.setId(id);
    batch.setKey(key);
    batch.setTime(time);
    if (kind == Kind.EVENT) {
      batch.set(0, batch.size());
      batch.set(1, 0.5);
    }
    batch.setLabel(label);
    batch.endRow();
    return this;
  }

  /** An event whose first value is its row number. */
  Rows event(String id, long time) {
    return row(Kind.EVENT, id, time, null, Double.NaN);
  }

  Rows event(String id, long time, String key) {
    return row(Kind.EVENT, id, time, key, Double.NaN);
  }

  Rows event(String id, long time, double label) {
    return row(Kind.EVENT, id, time, null, label);
  }

  Rows label(String id, long time, double label) {
    return row(Kind.LABEL, id, time, null, label);
  }

  Rows tick(long time) {
    return row(Kind.TICK, null, time, null, Double.NaN);
  }
}
