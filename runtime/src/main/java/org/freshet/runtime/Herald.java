package org.freshet.runtime;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.contest.Contest;
import org.freshet.runtime.watch.Alarm;
import org.freshet.runtime.watch.Measure;
import org.freshet.runtime.watch.Webhook;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what happens in a live pipeline, each thing once: in the log, to the listener, and alarms to
 * the webhook. Only the replica that answers has one: those that recover and that make snapshots
 * see the same rows again and say nothing.
 */
final class Herald implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Herald.class);

  /** Calls between looks at the memory. */
  private static final int OFTEN = 256;

  private final String pipeline;
  private final LiveListener listener;
  private final Webhook webhook; // null without
  private int calls;
  private boolean over;
  private Map<String, List<String>> givenUp = Map.of();

  Herald(PipelineFile file, LiveListener listener) {
    this.pipeline = file.name();
    this.listener = listener;
    String address = file.live().watch().webhook();
    this.webhook = address == null ? null : new Webhook(address, file.name());
  }

  /** What a replica gave up before is known. */
  void begin(Replica recovered) {
    givenUp = recovered.givenUp();
  }

  /** Says what a replica found in the rows taken last. */
  void tell(Replica replica) {
    for (Contest.Change c : replica.contest().changes()) {
      boolean budget = c.from().equals(Contest.FALLBACK) || c.to().equals(Contest.FALLBACK);
      happened(
          budget ? Happening.BUDGET : Happening.PROMOTION,
          "%s answers from event %d on in place of %s: %s"
              .formatted(c.to(), c.event(), c.from(), c.why()));
    }
    for (Measure m : replica.watches().measures()) {
      listener.measured(m.watch(), m.of(), m.value(), m.limit());
    }
    for (Alarm a : replica.watches().alarms()) {
      happened(Happening.ALARM, a.text());
      if (webhook != null) {
        webhook.send(a);
      }
    }
    givenUp(replica);
    if (++calls == OFTEN) {
      calls = 0;
      memory(replica);
    }
  }

  private void givenUp(Replica replica) {
    Map<String, List<String>> now = replica.givenUp();
    if (!now.equals(givenUp)) {
      now.forEach(
          (model, texts) -> {
            int before = Math.min(texts.size(), givenUp.getOrDefault(model, List.of()).size());
            for (String text : texts.subList(before, texts.size())) {
              happened(Happening.BUDGET, "memory is short: " + model + ": " + text);
            }
          });
      givenUp = now;
    }
  }

  private void memory(Replica replica) {
    long used = replica.memoryBytes();
    long limit = replica.budget().limit();
    if (used > limit != over) {
      over = used > limit;
      happened(
          Happening.BUDGET,
          String.format(
              Locale.ROOT,
              over
                  ? "%.1f MB of memory used, the limit is %.1f"
                  : "%.1f MB of memory used, within %.1f",
              used / 1048576.0,
              limit / 1048576.0));
    }
  }

  /** Says something that happened; by any thread. */
  void happened(Happening kind, String text) {
    kind.log(LOG, pipeline, text);
    listener.happened(kind, text);
  }

  @Override
  public void close() {
    if (webhook != null) {
      webhook.close();
    }
  }
}
