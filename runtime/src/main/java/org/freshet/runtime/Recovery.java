package org.freshet.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Sink;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setup;
import org.freshet.runtime.journal.JournalWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a pipeline: takes its folder, makes the state that was, opens each sink at the first moment
 * its schema is known and gives it the answers it lacks, and opens the journal to go on.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final Parts parts;
  private final List<Sink> unopened;
  private String history; // command that brings it; null without
  private Map<String, Long> moved = Map.of(); // of the source, where history is of its beginning

  /**
   * @param sinks in the file's order
   */
  Recovery(Parts parts, List<Sink> sinks) {
    this.parts = parts;
    this.unopened = new ArrayList<>(sinks);
  }

  void open() throws InterruptedException {
    parts.folder.lock();
    Replica replica = state();
    openSinks(replica, replica.answers());
    check(replica.answers());
    parts.journal(
        new JournalWriter(
            parts.folder.journal(),
            parts.file.pipeline().toString(),
            replica.schema(),
            replica.entry(),
            parts.durable(),
            parts.disk));
  }

  /** What was; new where nothing was. */
  private Replica state() throws InterruptedException {
    long start = System.nanoTime();
    Replica replica =
        Follower.follow(
            parts.file,
            parts.snapshots.store(),
            parts.folder.journal(),
            Long.MAX_VALUE,
            parts.threads,
            parts.models::writer,
            this::applied);
    if (replica != null && replica.entry() == 0 && parts.from() != null) {
      replica.close(); // a start before this one was stopped at once
      replica = null;
    }
    if (replica != null) {
      parts.replica(replica);
      checkHistory(replica);
      LOG.info(
          "recovered {} answers and {} entries of the journal in {} ms",
          replica.answers(),
          replica.entry(),
          (System.nanoTime() - start) / 1_000_000);
      return replica;
    }
    Schema schema = parts.from() == null ? columns() : beginning();
    replica = new Replica(parts.file, schema, parts.threads, parts.models.writer());
    parts.replica(replica);
    return replica;
  }

  private Schema columns() throws InterruptedException {
    Schema found = parts.feeds.get(0).schema();
    return Federation.columns(parts.file, Schemas.copy(found));
  }

  /** Takes the history into the folder, where replay finds it; gives its schema. */
  private Schema beginning() throws InterruptedException {
    if (parts.federation != null) {
      throw new ConfigException(
          "--from",
          "its model is merged with those of others, which did not begin with "
              + parts.from()
              + "; leave --from out: it begins with the merged model");
    }
    History h = History.read(parts.from());
    PipelineFile f = parts.file;
    h.check(new Setup(f.name(), f.source(), f.pipeline(), f.seed(), f.labels()));
    Feed first = parts.feeds.get(0);
    Schema declared = first instanceof SourceFeed ? first.schema() : first.declared();
    if (declared != null) {
      h.checkColumns(Schemas.copy(declared));
    }
    try (Replica tried = new Replica(f, h.schema(), 1)) {
      h.into(tried.engine());
    }
    String checksum = parts.snapshots.versions().store().begin(parts.from());
    history = Command.history(checksum, VersionStore.HISTORY);
    long read = h.readOf(f.source());
    if (read > 0) {
      moved = Map.of("0/", read);
    }
    LOG.info(
        "begins with {}{}",
        h.origin(),
        read > 0 ? "; the source goes on behind its first " + read + " records" : "");
    return h.schema();
  }

  private void checkHistory(Replica replica) {
    if (parts.from() == null) {
      return;
    }
    if (!replica.origin().equals(VersionStore.checksum(parts.from()))) {
      throw new ConfigException(
          "--from",
          "the state folder "
              + parts.file.live().state().directory()
              + " holds a pipeline that did not begin with "
              + parts.from()
              + "; leave --from out to go on with it, or give 'state.directory' a new folder");
    }
    LOG.info("goes on; it began with {} at its first start", parts.from());
  }

  /** Brings into the journal what it begins with, and the terms of the models where new. */
  void agree(Committer committer) throws InterruptedException {
    Replica replica = parts.replica();
    if (history != null) {
      committer.command(history, moved);
    }
    Terms given = Terms.of(parts.file);
    if (replica.agreed() && replica.terms().equals(given)) {
      return;
    }
    List<String> changes = given.since(replica.terms());
    if (!changes.isEmpty()) {
      replica.check(given);
    }
    committer.command(Command.models(given));
    for (String c : changes) {
      parts.herald.happened(Happening.STATE, c);
    }
  }

  private void applied(Replica r, Batch rows, Outcomes o, long firstAnswer)
      throws InterruptedException {
    openSinks(r, firstAnswer);
    parts.snapshots.versions().replayed(r);
    if (parts.ledger() != null) {
      parts.ledger().applied(r, rows, o, parts.stopping::outOfPatience);
    }
    if (!parts.sinks.isEmpty()) {
      parts.hand(Answering.blocks(rows, o, r, firstAnswer));
    }
  }

  /**
   * @param first answer that can be made again
   */
  private void openSinks(Replica r, long first) {
    for (Sink s : unopened) {
      long written = s.open(parts.file.name(), r.schema());
      parts.sinks.add(new SinkRunner(s, written));
      if (written == 0 && first > 0) {
        LOG.info("sink {} has nothing yet; it begins with answer {}", s.name(), first);
      }
      if (written > 0 && written < first) {
        throw new ConfigException(
            "sink",
            s.name()
                + " has "
                + written
                + " answers, the pipeline gave "
                + first
                + " before its oldest snapshot, and cannot make those again; restore what the sink"
                + " had, or let it begin anew");
      }
    }
    unopened.clear();
  }

  /** A sink that has more answers than were given belongs to another run, or a disk lost some. */
  private void check(long answers) {
    for (SinkRunner s : parts.sinks) {
      if (s.written() > answers && answers == 0) {
        throw new ConfigException(
            "sink",
            s.name()
                + " has "
                + s.written()
                + " answers already, but the state folder is empty: they are of another run; restore"
                + " the folder, or give the sink another file, table or topic");
      } else if (s.written() > answers) {
        LOG.warn(
            "sink {} has {} answers, the journal {}: the machine crashed, and the next answers are"
                + " taken for those the sink has",
            s.name(),
            s.written(),
            answers);
      }
    }
  }
}
