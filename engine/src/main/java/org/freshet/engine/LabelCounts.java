package org.freshet.engine;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** What became of labels and of records that were no events. */
public final class LabelCounts {
  long labels;
  long labelRecords;
  long duplicates;
  long corrections;
  long unlabelled;
  long neverArriving;
  long afterEnd;

  LabelCounts() {}

  /** Labels learnt. */
  public long labels() {
    return labels;
  }

  /** Records that brought the label of an earlier event; counted in {@link #labels()} too. */
  public long labelRecords() {
    return labelRecords;
  }

  /** Records skipped because they repeat a waiting event, or a label already joined. */
  public long duplicates() {
    return duplicates;
  }

  /** Records skipped because they bring another label for an event already joined. */
  public long corrections() {
    return corrections;
  }

  /** Events with neither a label nor an id by which one could come. */
  public long unlabelled() {
    return unlabelled;
  }

  /** Labelled events whose label has no time of arrival, under a plan that goes by it. */
  public long neverArriving() {
    return neverArriving;
  }

  /** Labels known that had not arrived at the end of the stream. */
  public long afterEnd() {
    return afterEnd;
  }

  void save(StateWriter out) {
    out.put("labels", labels);
    out.put("label-records", labelRecords);
    out.put("duplicates", duplicates);
    out.put("corrections", corrections);
    out.put("unlabelled", unlabelled);
    out.put("never-arriving", neverArriving);
  }

  void load(StateReader in) {
    labels = in.longValue("labels", 0, Long.MAX_VALUE);
    labelRecords = in.longValue("label-records", 0, Long.MAX_VALUE);
    duplicates = in.longValue("duplicates", 0, Long.MAX_VALUE);
    corrections = in.longValue("corrections", 0, Long.MAX_VALUE);
    unlabelled = in.longValue("unlabelled", 0, Long.MAX_VALUE);
    neverArriving = in.longValue("never-arriving", 0, Long.MAX_VALUE);
  }
}
