package org.freshet.runtime;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.FreshetException;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Span;
import org.freshet.core.live.Exchange;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.merge.CommonModel;
import org.freshet.engine.merge.Delta;
import org.freshet.engine.section.PlaceSection;

/**
 * Sends what the model has learnt to where it meets others, and takes the merged model back; by the
 * owner, between two turns. What it decides by clocks and by what comes from outside goes through
 * the journal; the exchange may be away for as long as it likes.
 */
final class Federation implements AutoCloseable {
  /** How long a start waits for the merged model. */
  private static final long BEGIN = TimeUnit.SECONDS.toNanos(3);

  /** A delta without an answer is sent again after so long, and after twice as long each time. */
  private static final long AGAIN = TimeUnit.MINUTES.toNanos(1);

  private static final long RARELY = TimeUnit.HOURS.toNanos(1);

  private final String pipeline;
  private final PlaceSection.Parameters place;
  private final Exchange exchange;
  private final Herald herald;
  private final long share; // examples between two deltas; 0 where they go by time
  private volatile Exchange.Member member; // null before the start
  private long sent; // when the last delta was, of System.nanoTime
  private long asked; // when those without an answer were sent last
  private long patience = AGAIN;
  private long refused; // merged models
  private long unknown; // names

  private Federation(PipelineFile file, Exchange exchange, Herald herald) {
    this.pipeline = file.name();
    this.place = file.live().place();
    this.exchange = exchange;
    this.herald = herald;
    Span every = place.every();
    this.share = every.events() ? Math.max(1, every.length() / place.merged()) : 0;
  }

  /**
   * @return null where the file's model meets no others
   */
  static Federation of(PipelineFile file, Herald herald) {
    PlaceSection.Parameters place = file.live().place();
    if (place == null || !place.meets()) {
      return null;
    }
    if (place.name() == null) {
      throw new ConfigException(
          place.over().where().toString(),
          "this process needs a name among those that meet; give 'name: edge-7' beside 'over', or"
              + " --set place.name=edge-7");
    }
    return new Federation(
        file, Components.create(place.over(), Build.of(null), Exchange.class), herald);
  }

  /**
   * The columns as the model sees them: where it meets others, with the names agreed on and no
   * more.
   *
   * @param own dictionaries that are nobody else's
   */
  static Schema columns(PipelineFile file, Schema own) {
    PlaceSection.Parameters place = file.live().place();
    if (place == null || !place.meets()) {
      return own;
    }
    String refusal = CommonModel.refusal(own);
    if (refusal != null) {
      throw new ConfigException(file.source().where().toString(), "the source " + refusal);
    }
    return CommonModel.closed(own);
  }

  /** Takes part, and begins with the merged model where it comes soon. */
  void begin(Replica replica, Committer committer) throws InterruptedException {
    Participant p = replica.participant();
    member = exchange.member(pipeline, place.name());
    long start = System.nanoTime();
    while (!member.ready() && member.trouble() == null && System.nanoTime() - start < BEGIN) {
      Thread.sleep(10);
    }
    take(replica, committer);
    again(p);
    sent = System.nanoTime();
    herald.happened(
        Happening.STATE,
        "takes part over "
            + exchange.name()
            + " as '"
            + place.name()
            + "', one of "
            + place.merged()
            + (p.version() == 0
                ? "; no merged model yet"
                : "; with version " + p.version() + " of the merged model"));
  }

  /** Does what is due. */
  void turn(Replica replica, Committer committer) throws InterruptedException {
    take(replica, committer);
    Participant p = replica.participant();
    long now = System.nanoTime();
    boolean due =
        share > 0
            ? p.unsent() >= share
            : p.unsent() > 0 && now - sent >= TimeUnit.MILLISECONDS.toNanos(place.every().length());
    if (due && p.sends()) {
      send(p, committer);
      unknown(replica.schema());
    } else if (p.open() > 0 && now - asked >= patience) {
      patience = Math.min(RARELY, 2 * patience);
      again(p);
    }
  }

  /** Sends what is left, and leaves. */
  void end(Replica replica, Committer committer) throws InterruptedException {
    Participant p = replica.participant();
    if (p.unsent() > 0 && p.sends()) {
      send(p, committer);
    }
    close();
  }

  private void take(Replica replica, Committer committer) throws InterruptedException {
    byte[] merged = member.merged();
    if (merged == null) {
      return;
    }
    Participant p = replica.participant();
    int open = p.open();
    try {
      if (!p.isNew(merged)) {
        return;
      }
      String command = Command.merged(merged);
      replica.check(command);
      committer.command(command);
    } catch (FreshetException e) {
      if (Long.bitCount(++refused) == 1) {
        herald.happened(
            Happening.TROUBLE,
            "%s: a merged model was refused, as %d before it: %s"
                .formatted(exchange.name(), refused - 1, e.getMessage()));
      }
      return;
    }
    if (p.open() < open) {
      asked = System.nanoTime();
      patience = AGAIN;
    }
  }

  private void send(Participant p, Committer committer) throws InterruptedException {
    committer.command(Command.DELTA);
    sent = System.nanoTime();
    if (p.open() == 1) {
      asked = sent;
      patience = AGAIN;
    }
    List<Delta> open = p.unanswered();
    member.send(open.get(open.size() - 1).toBytes());
  }

  private void again(Participant p) {
    p.unanswered().forEach(d -> member.send(d.toBytes()));
    asked = System.nanoTime();
  }

  /** Says of names that were not agreed on, ever more rarely. */
  private void unknown(Schema schema) {
    long now = schema.labels() == null ? 0 : schema.labels().refused();
    for (Column c : schema.columns()) {
      now += c.isCategory() ? c.dictionary().refused() : 0;
    }
    if (Long.highestOneBit(now) > Long.highestOneBit(unknown)) {
      herald.happened(
          Happening.TROUBLE,
          now
              + " categories or classes so far were none of those declared, and count as missing:"
              + " all who meet over "
              + exchange.name()
              + " must declare the same");
    }
    unknown = now;
  }

  /** In words what is wrong now; null when all is well. */
  String trouble() {
    Exchange.Member m = member;
    return m == null || m.trouble() == null ? null : exchange.name() + ": " + m.trouble();
  }

  @Override
  public void close() {
    if (member != null) {
      member.close();
    }
  }
}
