package org.freshet.serve.meter;

import java.io.IOException;
import org.freshet.engine.JobVitals;
import org.freshet.engine.Rolling;

/**
 * What the page asks for each second of a job on a cluster: the fields of a live pipeline, and
 * {@code job}.
 */
final class JobJson extends PageWriter {
  private final JobMeters meters;
  private final JobVitals now;

  JobJson(JobMeters meters) {
    this.meters = meters;
    this.now = meters.now();
  }

  @Override
  void fields(long after, long from) throws IOException {
    state();
    job();
    model();
    labels();
    budgets();
    out.writeArrayFieldStart("watches");
    out.writeEndArray();
    points(meters.history(), JobMeters.models(), after);
    log(meters.log(), from);
  }

  private void state() throws IOException {
    out.writeObjectFieldStart("state");
    out.writeStringField("name", meters.file().name());
    out.writeNumberField("begun", now.begun());
    out.writeBooleanField("running", now.tasks() > 0 && now.running() == now.tasks());
    out.writeBooleanField("paused", false);
    out.writeStringField("trouble", now.trouble());
    out.writeStringField("task", now.counts().task());
    out.writeStringField("model", null);
    out.writeNumberField("answers", now.counts().events());
    out.writeNumberField("shed", 0);
    out.writeNumberField("drifts", meters.drifts());
    out.writeEndObject();
  }

  private void job() throws IOException {
    JobVitals.Checkpoints c = now.checkpoints();
    JobVitals.Counts counts = now.counts();
    out.writeObjectFieldStart("job");
    out.writeStringField("id", now.job());
    out.writeStringField("state", now.state());
    out.writeBooleanField("ended", now.ended());
    out.writeNumberField("tasks", now.tasks());
    out.writeNumberField("running", now.running());
    out.writeNumberField("restarts", now.restarts());
    out.writeNumberField("checkpoints", c.completed());
    out.writeNumberField("checkpoints_failed", c.failed());
    out.writeNumberField("checkpoint_at", c.last());
    out.writeNumberField("checkpoint_bytes", c.bytes());
    out.writeNumberField("checkpoint_seconds", c.millis() / 1000.0);
    out.writeNumberField("bad_records", counts.bad());
    out.writeNumberField("waiting", counts.waiting());
    out.writeNumberField("model_bytes", counts.modelBytes());
    out.writeNumberField("keys", counts.keys());
    out.writeNumberField("merges", counts.merges());
    number("staleness", counts.staleness());
    out.writeNumberField("scored", meters.scoredLabels());
    number("quality", meters.quality(Long.MAX_VALUE));
    out.writeEndObject();
  }

  private void model() throws IOException {
    out.writeArrayFieldStart("models");
    out.writeStartObject();
    out.writeStringField("name", JobMeters.models().get(0));
    out.writeStringField("role", Meters.CHAMPION);
    number("short", meters.quality(Rolling.SHORT));
    number("long", meters.quality(Rolling.LONG));
    out.writeNumberField("labels", meters.scoredLabels());
    out.writeEndObject();
    out.writeEndArray();
  }

  private void labels() throws IOException {
    JobVitals.Labels l = now.labels();
    out.writeObjectFieldStart("labels");
    out.writeNumberField("pending", l.pending());
    out.writeNumberField("dropped", l.dropped());
    out.writeNumberField("learnt", l.learnt());
    out.writeNumberField("early", l.early());
    out.writeNumberField("duplicate", l.duplicate());
    out.writeNumberField("corrected", l.corrected());
    out.writeNumberField("unknown", l.unknown());
    out.writeNumberField("late", l.late());
    out.writeNumberField("timed_out", l.timedOut());
    out.writeNumberField("refused", l.refused());
    out.writeNumberField("delays", 0);
    out.writeEndObject();
  }

  private void budgets() throws IOException {
    out.writeArrayFieldStart("budgets");
    budget("memory", now.counts().memoryBytes(), meters.file().live().limits().memory(), "bytes");
    out.writeEndArray();
  }
}
