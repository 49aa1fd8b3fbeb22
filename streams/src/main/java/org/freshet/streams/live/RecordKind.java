package org.freshet.streams.live;

import org.freshet.core.Batch;

/** What the records of a feed are. */
public enum RecordKind {
  /** Each by what is in it: one with an id and a label but without any feature is a label. */
  AUTO(null),
  /** Events, with or without their labels. */
  EVENTS(Batch.Kind.EVENT),
  /** Labels of events that came before. */
  LABELS(Batch.Kind.LABEL);

  private final Batch.Kind kind;

  RecordKind(Batch.Kind kind) {
    this.kind = kind;
  }

  /** Null where each record says it. */
  public Batch.Kind kind() {
    return kind;
  }
}
