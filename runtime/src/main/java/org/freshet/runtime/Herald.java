package org.freshet.runtime;

import java.util.Locale;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.contest.Contest;
import org.freshet.runtime.watch.Alarm;
import org.freshet.runtime.watch.Measure;
import org.freshet.runtime.watch.Webhook;

/**
 * Says what a replica found in the rows taken last, once, while it runs live: in the log, to the
 * listener, and alarms to the webhook.
 */
final class Herald implements AutoCloseable {

  /** Calls between looks at the memory. */
  private static final int OFTEN = 256;

  private final LiveListener listener;
  private final Webhook webhook; // null without
  private int calls;
  private boolean over;

  Herald(PipelineFile file, LiveListener listener) {
    this.listener = listener;
    String address = file.live().watch().webhook();
    this.webhook = address == null ? null : new Webhook(address, file.name());
  }

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
      listener.happened(Happening.ALARM, a.text());
      if (webhook != null) {
        webhook.send(a);
      }
    }
    if (++calls == OFTEN) {
      calls = 0;
      memory(replica);
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

  /** Says something that happened. */
  void happened(Happening kind, String text) {
    listener.happened(kind, text);
  }

  @Override
  public void close() {
    if (webhook != null) {
      webhook.close();
    }
  }
}
