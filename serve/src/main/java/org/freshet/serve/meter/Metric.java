package org.freshet.serve.meter;

import java.util.List;

/** The metrics of a live pipeline: names as Prometheus shows them, and what they mean. */
enum Metric {
  EVENTS("freshet_events_total", "Events answered."),
  LABELS("freshet_labels_total", "Labels learnt from."),
  RECORDS("freshet_records_total", "Records by what became of them.", "fate"),
  SHED("freshet_shed_records_total", "Records refused because too many waited."),
  BAD("freshet_bad_records_total", "Records that could not be read.", "feed"),
  LAG("freshet_lag_records", "Records that wait at the source; NaN where it cannot tell.", "feed"),
  FEED_UP("freshet_feed_up", "1 while the feed works, 0 while it is in trouble.", "feed"),
  WAITING("freshet_waiting_records", "Records taken from feeds that wait to be consumed."),
  LATENCY(
      "freshet_answer_seconds",
      "Time from the moment an event entered the pipeline until it was answered, a histogram."),
  PENDING("freshet_pending_labels", "Events that wait for their label."),
  PENDING_LIMIT("freshet_pending_limit_labels", "The most events that may wait for their label."),
  PENDING_BYTES("freshet_pending_bytes", "Memory of the events that wait for their label."),
  SPILLED("freshet_pending_spilled", "Waiting events whose row lies in the store on disk."),
  PENDING_DROPPED(
      "freshet_pending_dropped_total", "Waiting events given up because there were too many."),
  LABELS_LATE(
      "freshet_labels_late_total",
      "Labels that came after their event was given up, over all runs."),
  LABELS_TIMED_OUT(
      "freshet_labels_timed_out_total", "Events whose label had not come in time, over all runs."),
  LABELLED(
      "freshet_labelled_share", "Labels learnt for each event answered, over all runs, at most 1."),
  LABEL_DELAY(
      "freshet_label_delay_seconds",
      "Event time from an event to its label, over all labels that came by themselves.",
      "quantile"),
  QUESTIONS("freshet_questions", "Questions of the queue, where there is one.", "state"),
  QUESTION_AGE(
      "freshet_question_age_seconds", "Age of the oldest open question; NaN where none is open."),
  QUESTIONS_PAID("freshet_questions_paid_total", "What answers cost, over all runs."),
  ASKED("freshet_labels_asked_total", "Labels asked for within labels.budget, over all runs."),
  BUDGET_SPENT(
      "freshet_label_budget_spent",
      "Labels asked for in the window of labels.budget, or what they cost where it is money."),
  BUDGET_LIMIT(
      "freshet_label_budget_limit",
      "Labels, or money, that labels.budget allows in its window, or for the events so far."),
  MERGE_SENT(
      "freshet_merge_deltas_total",
      "Deltas made for those the model is merged with, over all runs."),
  MERGE_OPEN("freshet_merge_open_deltas", "Deltas that no merged model taken in holds yet."),
  MERGE_UNSENT("freshet_merge_unsent_labels", "Labels learnt that no delta holds yet."),
  MERGE_TAKEN("freshet_merge_taken_total", "Merged models taken in, over all runs."),
  MERGE_VERSION("freshet_merge_version", "Version of the merged model taken in last."),
  MERGE_STALE(
      "freshet_merge_stale",
      "How stale the delta was that was answered last: merges between the version it was made from"
          + " and the one it met."),
  EXPERT_CALLS("freshet_expert_calls_total", "Answers of an expert, over all runs.", "expert"),
  EXPERT_USELESS(
      "freshet_expert_useless_total",
      "Answers of an expert that name no class, or did not come, over all runs.",
      "expert"),
  EXPERT_TOKENS(
      "freshet_expert_tokens_total", "Tokens an expert read and wrote, over all runs.", "expert"),
  EXPERT_COST(
      "freshet_expert_cost_total", "What an expert's answers cost, over all runs.", "expert"),
  EXPERT_SECONDS(
      "freshet_expert_seconds_total", "Time an expert's answers took, over all runs.", "expert"),
  EXPERT_ACCURACY(
      "freshet_expert_accuracy",
      "Share of an expert's answers that their labels found true, since the start.",
      "expert"),
  EXPERT_IN_FLIGHT("freshet_expert_in_flight", "Questions to experts whose answers have not come."),
  EXPERT_DECLINED(
      "freshet_expert_declined_total",
      "Questions not put because limits.in_flight were open, over all runs."),
  EXPERT_SAVED_SECONDS(
      "freshet_expert_saved_seconds",
      "Time that asking an expert about every event would have taken longer, over all runs."),
  EXPERT_SAVED_COST(
      "freshet_expert_saved_cost",
      "What asking an expert about every event would have cost more, over all runs."),
  ACCURACY(
      "freshet_accuracy",
      "Share of right answers over the last 1,000 or 10,000 labels, classes only.",
      "model",
      "window"),
  RMSE(
      "freshet_rmse",
      "Root mean squared error over the last 1,000 or 10,000 labels, numbers only.",
      "model",
      "window"),
  DRIFTS("freshet_drifts_total", "Drifts that the champion's own detectors found."),
  HAPPENED("freshet_happenings_total", "Entries of the log of what happened.", "kind"),
  WATCHED("freshet_watch_value", "What a watch measured last.", "watch", "of"),
  WATCH_LIMIT("freshet_watch_limit", "Value beyond which a watch raises an alarm.", "watch", "of"),
  KEYS("freshet_keys", "Keys that a step has in memory.", "step"),
  KEYS_DROPPED("freshet_keys_dropped_total", "Keys dropped because a step had too many.", "step"),
  KEYS_EXPIRED(
      "freshet_keys_expired_total", "Keys forgotten because they had no event for long.", "step"),
  KEYS_STORED("freshet_keys_stored_total", "States of keys moved to the store on disk.", "step"),
  KEYS_FETCHED("freshet_keys_fetched_total", "States of keys that came back from it.", "step"),
  FALLBACK("freshet_fallback", "1 while limits.fallback answers because time is short."),
  MODEL_BYTES("freshet_model_bytes", "Memory of the model."),
  MEMORY("freshet_memory_bytes", "Memory of model and waiting events, which limits.memory bounds."),
  MEMORY_LIMIT("freshet_memory_limit_bytes", "limits.memory, where it is given."),
  GIVEN_UP(
      "freshet_features_given_up",
      "Windows of features that models gave up to stay within limits.memory."),
  LATENCY_LIMIT("freshet_latency_limit_seconds", "limits.latency, where it is given."),
  DISK(
      "freshet_disk_bytes", "Bytes of journal, snapshots and questions, which limits.disk bounds."),
  DISK_LIMIT("freshet_disk_limit_bytes", "limits.disk, where it is given."),
  JOURNAL("freshet_journal_bytes", "Bytes of the journal."),
  SNAPSHOTS("freshet_snapshots_total", "Snapshots written."),
  SNAPSHOT_AGE("freshet_snapshot_age_seconds", "Time since the newest snapshot; NaN before one."),
  SNAPSHOT_BYTES("freshet_snapshot_bytes", "Size of the newest snapshot."),
  SNAPSHOT_TIME("freshet_snapshot_seconds", "Time the newest snapshot took in the background."),
  SINK_WAITING("freshet_sink_waiting_blocks", "Blocks of answers that wait for a sink.", "sink"),
  SINK_WRITTEN(
      "freshet_sink_answers_total", "Answers that a sink has written, over all runs.", "sink"),
  SINK_UP("freshet_sink_up", "1 while the sink writes, 0 while it is in trouble.", "sink"),
  PAUSED("freshet_paused", "1 while the pipeline is paused."),
  TROUBLE("freshet_trouble", "1 while the journal, a feed or a sink is in trouble.");

  private final String shown;
  private final String help;
  private final List<String> labels;

  Metric(String shown, String help, String... labels) {
    this.shown = shown;
    this.help = help;
    this.labels = List.of(labels);
  }

  /** Name in Prometheus. */
  String shown() {
    return shown;
  }

  boolean counter() {
    return shown.endsWith("_total");
  }

  /** Name to register it by: Prometheus puts {@code _total} behind the names of counters. */
  String registered() {
    return counter() ? shown.substring(0, shown.length() - "_total".length()) : shown;
  }

  String help() {
    return help;
  }

  List<String> labels() {
    return labels;
  }

  private String kind() {
    return this == LATENCY ? "histogram" : counter() ? "counter" : "gauge";
  }

  /** The page of the reference: all of them in a table. */
  static String table() {
    StringBuilder s = new StringBuilder();
    s.append("# Metrics\n\n");
    s.append("What `GET /metrics` of a live pipeline shows, in the text format of Prometheus.\n");
    s.append("Counters never fall while the process runs; where they say so they go on over all\n");
    s.append("runs, else they begin at 0. Gauges are at most a second old.\n");
    s.append("`model` is `champion`, the name of a challenger, or a baseline: `no_change` and\n");
    s.append("`majority` for classes, `no_change` and `mean` for numbers. `window` is 1000 or\n");
    s.append("10000 labels. The metrics of the JVM (`jvm_…`, `process_…`) are Micrometer's.\n\n");
    s.append("| Metric | Kind | Labels | Meaning |\n|---|---|---|---|\n");
    for (Metric m : values()) {
      String labels = String.join(", ", m.labels);
      s.append("| `").append(m.shown).append("` | ").append(m.kind()).append(" | ");
      s.append(labels).append(" | ").append(m.help).append(" |\n");
    }
    return s.toString();
  }
}
