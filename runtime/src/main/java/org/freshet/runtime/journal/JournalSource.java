package org.freshet.runtime.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * The journal of a live pipeline as a stream: events, labels and ticks in the order in which they
 * were consumed, so that a recorded live run can be evaluated, with the same predictions.
 *
 * <p>Commands in it (a promotion, a change to the fallback stage) are left out: a stream of events
 * is what another model is tried on, and one model has no fallback to give way to. {@code evaluate}
 * says so where a command makes the run differ. Labels are learnt when they came; give no delay. A
 * journal that was pruned begins with the oldest snapshot kept; {@code state: { keep_journal: true
 * }} keeps it whole.
 *
 * <p>What experts outside said is in it too: who evaluates it asks nobody, and gets the same
 * answers.
 *
 * <p>The position is the number of rows read, the fingerprint that of the schema. Cost of a row: a
 * copy of its values.
 *
 * <pre>{@code
 * source: { journal: { path: state/journal } }
 * }</pre>
 */
@Component(name = "journal", kinds = Kind.SOURCE, family = "reader")
public final class JournalSource implements Source {
  private static final int MOST = 4096;

  public record Parameters(
      @Param("Folder of the journal: 'journal' in the state folder of the pipeline.")
          String path) {}

  private final Path folder;
  private final JournalReader reader;
  private final Batch entry;
  private int at;
  private long read;

  public JournalSource(Parameters p, Build build) {
    this.folder = Path.of(p.path());
    if (!Files.isDirectory(folder) || Segments.list(folder).isEmpty()) {
      throw new ConfigException(
          folder.toString(),
          "holds no journal; it is the folder 'journal' in the state folder of a live pipeline");
    }
    this.reader = new JournalReader(folder, null, Segments.list(folder).get(0).entry());
    this.entry = new Batch(reader.schema(), MOST);
  }

  /**
   * The first command of a journal behind which the run learnt or knew something else than its rows
   * say: while a fallback answered the models rested, a restored version had forgotten, and a
   * merged model knew what others had learnt.
   *
   * @return the entry with it; null without one
   */
  public static Entry departure(Path folder) {
    List<Segments.Segment> segments = Segments.list(folder);
    if (segments.isEmpty()) {
      return null;
    }
    try (JournalReader reader = new JournalReader(folder, null, segments.get(0).entry())) {
      Batch rows = new Batch(reader.schema(), MOST);
      for (Entry e = reader.next(rows); e != null; e = reader.next(rows)) {
        String c = e.command() == null ? "" : e.command();
        if (c.equals("fallback on") || c.startsWith("restore ") || c.startsWith("merged ")) {
          return e;
        }
      }
      return null;
    }
  }

  /** Whether what experts said about the events is in a journal. */
  public static boolean hasReplies(Path folder) {
    List<Segments.Segment> segments = Segments.list(folder);
    if (segments.isEmpty()) {
      return false;
    }
    try (JournalReader reader = new JournalReader(folder, null, segments.get(0).entry())) {
      Batch rows = new Batch(reader.schema(), MOST);
      while (reader.next(rows) != null) {
        for (int r = 0; r < rows.size(); r++) {
          if (rows.kind(r) == Batch.Kind.REPLY) {
            return true;
          }
        }
      }
      return false;
    }
  }

  @Override
  public String name() {
    return folder.toString();
  }

  @Override
  public Schema schema() {
    return reader.schema();
  }

  @Override
  public int read(Batch batch, int max) {
    batch.clear();
    while (batch.size() < max) {
      if (at == entry.size()) {
        at = 0;
        if (reader.next(entry) == null) {
          break;
        }
        continue;
      }
      batch.append(entry, at++);
      read++;
    }
    return batch.size();
  }

  @Override
  public Position position() {
    return new Position(read, schema().fingerprint());
  }

  @Override
  public void seek(Position position) {
    if (position.fingerprint() != schema().fingerprint()) {
      throw new StateException(
          Verdict.OTHER_SCHEMA, folder + ": other schema: it is the journal of another pipeline");
    }
    while (read < position.record()) {
      if (at == entry.size()) {
        at = 0;
        if (reader.next(entry) == null) {
          throw new StateException(
              Verdict.OTHER_SCHEMA,
              folder + ": has " + read + " rows, it had " + position.record() + " before");
        }
        continue;
      }
      long step = Math.min(entry.size() - at, position.record() - read);
      at += (int) step;
      read += step;
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
