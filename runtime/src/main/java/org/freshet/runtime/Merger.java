package org.freshet.runtime;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.freshet.core.FreshetException;
import org.freshet.core.Schema;
import org.freshet.core.live.Exchange;
import org.freshet.core.live.Exchange.Centre;
import org.freshet.core.live.Exchange.Sent;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.merge.CommonModel;
import org.freshet.engine.merge.Delta;
import org.freshet.engine.merge.Merged;
import org.freshet.engine.merge.Merging;
import org.freshet.engine.section.PlaceSection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that merges what others have learnt. It keeps nothing of its own: what it gives out
 * holds, beside the merged model, what it knows of each participant and the positions up to which
 * deltas are in it. So a new one goes on where the last one was killed, and each delta counts once.
 *
 * <p>It merges when the deltas that wait hold {@code every} examples together, when each
 * participant has sent one, or when one has waited for a second ({@code every} where that is a
 * time): nobody is waited for.
 */
public final class Merger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Merger.class);

  /** How long a delta waits at most for others, where {@code every} is no time. */
  private static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

  private static final long TELL = TimeUnit.MINUTES.toNanos(1);

  private final PlaceSection.Parameters place;
  private final String pipeline;
  private final Exchange exchange;
  private final CommonModel common;
  private final long longest;
  private final Map<String, Long> positions = new TreeMap<>();
  private Merging merging;
  private long first; // delta that waits, of System.nanoTime
  private long told;
  private volatile boolean closed;
  private volatile boolean running;
  private volatile String trouble;
  private volatile long version;
  private volatile long refused;
  private volatile long again;
  private Thread thread;

  /**
   * @param schema of the events, as the source declares it
   * @throws FreshetException when the file's model meets no others, or cannot
   */
  public Merger(PipelineFile file, Schema schema, Exchange exchange) {
    this.place = file.live().place();
    this.pipeline = file.name();
    this.exchange = exchange;
    this.common = CommonModel.of(file.pipeline(), file.seed(), Federation.columns(file, schema));
    this.longest =
        place.every().events() ? LONGEST : TimeUnit.MILLISECONDS.toNanos(place.every().length());
    this.merging = fresh();
  }

  private Merging fresh() {
    return new Merging(
        common.words(), common.none(), Merging.Settings.USUAL.withCopies(place.merged()));
  }

  /**
   * Merges until it is closed; an exchange that is away is waited for.
   *
   * @throws FreshetException when what was given last is of another model, or damaged
   */
  public void run() {
    synchronized (this) {
      thread = Thread.currentThread();
    }
    while (!closed) {
      try (Centre centre = exchange.centre(pipeline)) {
        recover(centre);
        LOG.info(
            "{}merges what comes over {}: version {}, {} of {} participants known",
            trouble == null ? "" : "goes on: ",
            exchange.name(),
            merging.version(),
            merging.copies().size(),
            place.merged());
        trouble = null;
        running = true;
        while (!closed) {
          turn(centre);
        }
      } catch (UncheckedIOException away) {
        if (trouble == null && !closed) {
          trouble = away.getMessage();
          LOG.warn("{}: {}; trying again", exchange.name(), trouble);
        }
        pause();
      }
    }
  }

  private void pause() {
    try {
      if (!closed) {
        Thread.sleep(500);
      }
    } catch (InterruptedException stopped) {
      closed = true;
    }
  }

  /** Goes on behind what was given last. */
  private void recover(Centre centre) {
    merging = fresh();
    positions.clear();
    byte[] newest = centre.newest();
    if (newest != null) {
      StateReader in = StateReader.open(exchange.name(), newest);
      merging.load(Merged.load(in), in.child("merger"));
      String[] partitions = in.strings("partitions");
      long[] at = in.longs("positions", partitions.length);
      for (int i = 0; i < at.length; i++) {
        if (partitions[i] == null || at[i] < 0) {
          throw in.corrupt("positions", "has " + at[i] + " of '" + partitions[i] + "'");
        }
        positions.put(partitions[i], at[i]);
      }
    }
    version = merging.version();
    centre.read(positions);
  }

  private void turn(Centre centre) {
    for (Sent s : centre.take(100)) {
      take(s);
      positions.put(s.partition(), s.next());
    }
    long now = System.nanoTime();
    if (merging.waiting() > 0
        && (merging.waiting() >= place.merged()
            || place.every().events() && merging.waitingExamples() >= place.every().length()
            || now - first >= longest)) {
      StateWriter out = new StateWriter();
      merging.merge().save(out);
      merging.saveCounts(out.child("merger"));
      out.put("partitions", positions.keySet().toArray(String[]::new));
      out.put("positions", positions.values().stream().mapToLong(n -> n).toArray());
      centre.give(out.toBytes());
      version = merging.version();
      if (now - told >= TELL) {
        told = now;
        LOG.info("{}", this);
      }
    }
  }

  private void take(Sent sent) {
    try {
      Delta delta = Delta.of(exchange.name() + "/" + sent.partition(), sent.delta());
      long known = merging.taken(delta.copy());
      boolean none = merging.waiting() == 0;
      if (delta.number() > known + 1) {
        refuse(
            "delta %d of %s: %d is missing before it; both come again"
                .formatted(delta.number(), delta.copy(), known + 1));
      } else if (!merging.take(delta)) {
        again++;
      } else {
        first = none ? System.nanoTime() : first;
        if (known == 0) {
          LOG.info(
              "'{}' takes part, {} of {}", delta.copy(), merging.copies().size(), place.merged());
        }
      }
    } catch (FreshetException e) {
      refuse(e.getMessage());
    }
  }

  /** Says so of the first, and then ever more rarely. */
  private void refuse(String why) {
    if (Long.bitCount(++refused) == 1) {
      LOG.warn("passed over a delta, as {} before it: {}", refused - 1, why);
    }
  }

  /** Whether deltas are taken. */
  public boolean running() {
    return running && !closed;
  }

  /** In words why the exchange cannot be reached; null when it can. */
  public String trouble() {
    return trouble;
  }

  /** Version of the merged model given out last. */
  public long version() {
    return version;
  }

  /** Deltas passed over because they do not belong here, or are damaged. */
  public long refused() {
    return refused;
  }

  /** Deltas passed over because they were in the model already. */
  public long again() {
    return again;
  }

  /** How it stands, in a line. */
  @Override
  public String toString() {
    List<String> known = new ArrayList<>();
    merging
        .copies()
        .forEach(
            c ->
                known.add(
                    String.format(
                        Locale.ROOT, "%s counts %.2f, %d stale", c.copy(), c.weight(), c.stale())));
    return String.format(
        Locale.ROOT,
        "version %d: %,d examples in %,d deltas, %.1f merges stale on average, %d at most; %s",
        merging.version(),
        merging.examples(),
        merging.deltas(),
        merging.meanStaleness(),
        merging.mostStaleness(),
        String.join("; ", known));
  }

  /** Ends {@link #run}. */
  @Override
  public void close() {
    closed = true;
    Thread t;
    synchronized (this) {
      t = thread;
    }
    if (t != null && t != Thread.currentThread()) {
      try {
        t.join(10_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
