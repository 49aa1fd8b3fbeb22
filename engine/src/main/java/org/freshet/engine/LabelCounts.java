package org.freshet.engine;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** What became of labels and of records that were no events. */
public final class LabelCounts {
  long labels;
  long labelRecords;
  long duplicates;
  long corrections;
  long relearnt;
  long early;
  long unknown;
  long late;
  long timedOut;
  long imputed;
  long refused;
  long unlabelled;
  long neverArriving;
  long afterEnd;
  long withheld;
  long answered;

  LabelCounts() {}

  /** Labels learnt. */
  public long labels() {
    return labels;
  }

  /** Records that brought the label of an earlier event; counted in {@link #labels()} too. */
  public long labelRecords() {
    return labelRecords;
  }

  /** Records that repeat an event, or the label an event has. */
  public long duplicates() {
    return duplicates;
  }

  /** Records that bring another label for an event that had one. */
  public long corrections() {
    return corrections;
  }

  /** Corrections that were learnt. */
  public long relearnt() {
    return relearnt;
  }

  /** Labels that came before their event. */
  public long early() {
    return early;
  }

  /** Labels whose event did not come: early ones that were given up. */
  public long unknown() {
    return unknown;
  }

  /** Labels that came after their event was given up or had timed out. */
  public long late() {
    return late;
  }

  /** Events whose label had not come at the timeout. */
  public long timedOut() {
    return timedOut;
  }

  /** Events that timed out and got the label of the plan. */
  public long imputed() {
    return imputed;
  }

  /** Label rows without an id, or with a label no learner can take. */
  public long refused() {
    return refused;
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

  /** Labels that were not asked for: in the metrics, and not learnt. */
  public long withheld() {
    return withheld;
  }

  /** Labels learnt that had been asked for. */
  public long answered() {
    return answered;
  }

  void save(StateWriter out) {
    out.put("labels", labels);
    out.put("label-records", labelRecords);
    out.put("duplicates", duplicates);
    out.put("corrections", corrections);
    out.put("relearnt", relearnt);
    out.put("early", early);
    out.put("unknown", unknown);
    out.put("late", late);
    out.put("timed-out", timedOut);
    out.put("imputed", imputed);
    out.put("refused", refused);
    out.put("unlabelled", unlabelled);
    out.put("never-arriving", neverArriving);
    out.put("withheld", withheld);
    out.put("answered", answered);
  }

  void load(StateReader in) {
    labels = in.longValue("labels", 0, Long.MAX_VALUE);
    labelRecords = in.longValue("label-records", 0, Long.MAX_VALUE);
    duplicates = in.longValue("duplicates", 0, Long.MAX_VALUE);
    corrections = in.longValue("corrections", 0, Long.MAX_VALUE);
    unlabelled = in.longValue("unlabelled", 0, Long.MAX_VALUE);
    neverArriving = in.longValue("never-arriving", 0, Long.MAX_VALUE);
    if (!in.has("relearnt")) {
      return; // written before there were label rows
    }
    relearnt = in.longValue("relearnt", 0, Long.MAX_VALUE);
    early = in.longValue("early", 0, Long.MAX_VALUE);
    unknown = in.longValue("unknown", 0, Long.MAX_VALUE);
    late = in.longValue("late", 0, Long.MAX_VALUE);
    timedOut = in.longValue("timed-out", 0, Long.MAX_VALUE);
    imputed = in.longValue("imputed", 0, Long.MAX_VALUE);
    refused = in.longValue("refused", 0, Long.MAX_VALUE);
    withheld = in.has("withheld") ? in.longValue("withheld", 0, Long.MAX_VALUE) : 0;
    answered = in.has("answered") ? in.longValue("answered", 0, Long.MAX_VALUE) : 0;
  }
}
