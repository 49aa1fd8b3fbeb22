package org.freshet.serve.meter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.freshet.core.state.StateFiles;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Rolling;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the page shows of the hours before and no model needs: points, the log, measurements, and
 * the labels that accuracies look back on. A file in the state folder, written whole every ten
 * seconds and when something happened, some hundred kilobytes; the journal does not depend on it,
 * and one that cannot be read is left out with a warning.
 */
final class PageFile {
  private static final Logger LOG = LoggerFactory.getLogger(PageFile.class);

  private final Path file;
  private final History history;
  private final EventLog log;
  private final Watches watches;
  private final Drifts drifts;
  private boolean failing;
  private boolean ended;

  PageFile(Path file, History history, EventLog log, Watches watches, Drifts drifts) {
    this.file = file;
    this.history = history;
    this.log = log;
    this.watches = watches;
    this.drifts = drifts;
  }

  /** What accuracies look back on, by the thread that adds to it. */
  static byte[] models(Map<String, Rolling> all, Baselines baselines) {
    StateWriter out = new StateWriter();
    out.put("names", all.keySet().toArray(new String[0]));
    int i = 0;
    for (Rolling q : all.values()) {
      q.save(out.child("model" + i++));
    }
    if (baselines != null) {
      baselines.save(out.child("baselines"));
    }
    return out.toBytes();
  }

  /** Writes it for the last time: the folder is about to be let go. */
  synchronized void last(List<String> names, byte[] models) {
    write(names, models);
    ended = true;
  }

  /** Writes it anew; on a full disk, the next time. */
  synchronized void write(List<String> names, byte[] models) {
    if (ended) {
      return;
    }
    StateWriter out = new StateWriter();
    history.save(names, out.child("history"));
    log.save(out.child("log"));
    watches.save(out.child("watches"));
    out.put("drifts", drifts.ever());
    out.put("models", models);
    try {
      StateFiles.write(file, out.toBytes());
      failing = false;
    } catch (UncheckedIOException e) {
      if (!failing) {
        LOG.warn("the curves of the page are not kept: {}", e.getMessage());
      }
      failing = true;
    }
  }

  /**
   * Goes on with what an earlier run kept, before anything is added.
   *
   * @param models of this run; an earlier one by the name of one of them is taken over
   * @param baselines null where answers are not scored
   */
  void read(Map<String, Rolling> models, Baselines baselines) {
    if (!Files.exists(file)) {
      return;
    }
    try {
      StateReader in = StateReader.open(file.toString(), Files.readAllBytes(file));
      history.load(History.names(models.keySet()), System.currentTimeMillis(), in.child("history"));
      log.load(in.child("log"));
      watches.load(in.child("watches"));
      drifts.before(in.longValue("drifts", 0, Long.MAX_VALUE / 2));
      StateReader were = StateReader.open(file.toString(), in.bytes("models"));
      String[] names = were.strings("names");
      for (int i = 0; i < names.length; i++) {
        if (models.containsKey(names[i])) {
          models.get(names[i]).load(were.child("model" + i));
        }
      }
      if (baselines != null && were.has("baselines/last")) {
        baselines.load(were.child("baselines"));
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("the page begins without what it showed before: {}", e.getMessage());
    }
  }
}
