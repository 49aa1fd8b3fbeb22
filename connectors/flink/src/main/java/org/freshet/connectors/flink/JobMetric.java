package org.freshet.connectors.flink;

import org.apache.flink.metrics.MetricGroup;

/**
 * The metrics of a job, in the group {@value #GROUP} of the operator that has them: names as those
 * of a live pipeline, and what they mean. Those of several tasks add up, but where it says so.
 */
enum JobMetric {
  EVENTS("events", "engines", "Events answered, over all runs."),
  LABELS("labels", "engines", "Labels learnt from, over all runs."),
  SCORED("labels_scored", "engines", "Labels of events that had an answer, since the task began."),
  RIGHT("answers_right", "engines", "Of these, answers that were right; classes only."),
  SQUARED("squared_error", "engines", "Sum of their squared errors; numbers only."),
  ACCURACY_SHORT(
      "accuracy_1000", "engines", "Share of right answers over the task's last 1,000 labels."),
  ACCURACY_LONG("accuracy_10000", "engines", "The same over 10,000."),
  RMSE_SHORT(
      "rmse_1000",
      "engines",
      "Root mean squared error over the task's last 1,000 labels, of numbers."),
  RMSE_LONG("rmse_10000", "engines", "The same over 10,000."),
  DRIFTS("drifts", "engines", "Drifts that the models' own detectors found, since the task began."),
  PENDING("pending_labels", "engines", "Events that wait for their label."),
  PENDING_BYTES("pending_bytes", "engines", "Memory of the events that wait for their label."),
  PENDING_DROPPED(
      "pending_dropped", "engines", "Waiting events given up because there were too many."),
  LABELS_EARLY("labels_early", "engines", "Labels that came before their event, over all runs."),
  LABELS_LATE(
      "labels_late", "engines", "Labels that came after their event was given up, over all runs."),
  LABELS_TIMED_OUT(
      "labels_timed_out", "engines", "Events whose label had not come in time, over all runs."),
  LABELS_DUPLICATE("labels_duplicate", "engines", "Labels that came again, over all runs."),
  LABELS_CORRECTED(
      "labels_corrected", "engines", "Labels that came again and were others, over all runs."),
  LABELS_UNKNOWN("labels_unknown", "engines", "Labels whose event never came, over all runs."),
  LABELS_REFUSED("labels_refused", "engines", "Labels no learner can take, over all runs."),
  MODEL_BYTES("model_bytes", "engines", "Memory of the models."),
  MEMORY(
      "memory_bytes",
      "engines",
      "Memory of models and waiting events, which limits.memory bounds."),
  SECONDS(
      "engine_seconds", "engines", "Time that engines predicted and learnt, since the task began."),
  KEYS("keys", "engines", "Keys that steps have in memory."),
  KEYS_DROPPED("keys_dropped", "engines", "Keys dropped because a step had too many."),
  KEYS_EXPIRED("keys_expired", "engines", "Keys forgotten because they had no event for long."),
  KEYS_STORED("keys_stored", "engines", "States of keys moved to Flink's state."),
  KEYS_FETCHED("keys_fetched", "engines", "States of keys that came back from it."),
  PARTS("parts", "engines", "Parts of the stream that are at work."),
  EARLY_DROPPED(
      "labels_early_dropped",
      "codes",
      "Labels given up because too many came before their events."),
  EARLY_WAITING("labels_early_waiting", "codes", "Labels that wait for their event."),
  WITHOUT_KEY(
      "labels_without_key",
      "codes",
      "Labels passed over for want of the key 'keyed_labels' promises."),
  NAMES_UNKNOWN(
      "names_unknown",
      "codes",
      "Names that are not declared, where codes are given in many tasks."),
  BAD("bad_records", "events, labels", "Records that could not be read."),
  MERGES("merges", "job manager", "Merges of copies so far."),
  STALENESS_MEAN(
      "staleness_mean", "job manager", "How many merges old what copies sent was, on average."),
  STALENESS_MOST("staleness_most", "job manager", "The same at most.");

  static final String GROUP = "freshet";

  private final String shown;
  private final String operator;
  private final String help;

  JobMetric(String shown, String operator, String help) {
    this.shown = shown;
    this.operator = operator;
    this.help = help;
  }

  /** Name within the group. */
  String shown() {
    return shown;
  }

  /** The group of an operator that has such metrics. */
  static MetricGroup in(MetricGroup operator) {
    return operator.addGroup(GROUP);
  }

  /** For the documentation: all of them in a table. */
  static String table() {
    StringBuilder s = new StringBuilder("| metric | of | means |\n| --- | --- | --- |\n");
    for (JobMetric m : values()) {
      s.append("| `").append(m.shown).append("` | ").append(m.operator).append(" | ");
      s.append(m.help).append(" |\n");
    }
    return s.toString();
  }
}
