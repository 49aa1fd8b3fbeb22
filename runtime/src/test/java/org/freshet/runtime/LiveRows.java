package org.freshet.runtime;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.engine.Outcomes;
import org.freshet.runtime.journal.Entry;

/** The rows of a source as a live pipeline consumes them: events with ids, and labels later. */
public final class LiveRows {
  private final Batch rows;

  private LiveRows(Batch rows) {
    this.rows = rows;
  }

  /**
   * @param late events between an event and its label
   * @param twice every so many events one is sent again, after its label; 0 for none
   */
  public static LiveRows of(String source, int events, int late, int twice) {
    try (Source s =
        Components.create(Spec.parse(source), Build.of(null).withSeed(1), Source.class)) {
      Batch all = new Batch(s.schema(), events);
      Batch some = new Batch(s.schema(), 1000);
      while (all.size() < events && s.read(some, Math.min(1000, events - all.size())) > 0) {
        for (int r = 0; r < some.size(); r++) {
          all.append(some, r);
        }
      }
      Batch rows = new Batch(s.schema(), 3 * all.size() + 8);
      for (int i = 0; i < all.size() + late; i++) {
        if (i < all.size()) {
          event(rows, all, i);
        }
        if (i >= late) {
          label(rows, all, i - late);
          if (twice > 0 && (i - late) % twice == 0) {
            event(rows, all, i - late);
          }
        }
      }
      return new LiveRows(rows);
    }
  }

  private static void event(Batch rows, Batch all, int i) {
    rows.beginRow();
    if (rows.schema().isSparse()) {
      throw new IllegalArgumentException("dense rows only");
    }
    int width = rows.schema().width();
    System.arraycopy(all.block(), i * width, rows.block(), rows.size() * width, width);
    rows.setId("e" + i);
    rows.setTime(1000L * i);
    rows.endRow();
  }

  private static void label(Batch rows, Batch all, int i) {
    rows.beginRow();
    rows.setKind(Batch.Kind.LABEL);
    rows.setId("e" + i);
    rows.setTime(1000L * i + 1);
    rows.setLabel(all.label(i));
    rows.endRow();
  }

  public Schema schema() {
    return rows.schema();
  }

  public int size() {
    return rows.size();
  }

  public Batch rows() {
    return rows;
  }

  /** Told of what a replica made of an entry. */
  public interface After {
    void applied(Replica replica, Batch rows, Outcomes out);
  }

  /** Gives rows {@code from} to {@code to-1} in entries of some rows. */
  public void feed(Replica replica, int from, int to, int chunk, After after) {
    Batch entry = new Batch(replica.schema(), chunk);
    Outcomes out = new Outcomes();
    for (int r = from; r < to; ) {
      entry.clear();
      while (r < to && entry.size() < chunk) {
        entry.append(rows, r++);
      }
      replica.apply(new Entry(replica.entry(), java.util.Map.of(), null), entry, out);
      after.applied(replica, entry, out);
    }
  }

  /** Gives a command. */
  public static void command(Replica replica, String command) {
    replica.apply(
        new Entry(replica.entry(), java.util.Map.of(), command),
        new Batch(replica.schema(), 1),
        new Outcomes());
  }

  /** What was answered to each event, in order. */
  public static final class Answers implements After {
    public final List<Double> predicted = new ArrayList<>();
    public final List<String> models = new ArrayList<>();
    public final List<Double> repeated = new ArrayList<>();
    public final List<String> repeatedBy = new ArrayList<>();
    public final List<Long> repeatedOf = new ArrayList<>();

    @Override
    public void applied(Replica replica, Batch rows, Outcomes out) {
      for (int i = 0; i < out.predictions(); i++) {
        predicted.add(out.predicted(i));
      }
      Answering.blocks(rows, out, replica, replica.answers() - out.predictions())
          .forEach(b -> java.util.Collections.nCopies(b.size(), b.model()).forEach(models::add));
      var replies = Answering.rows(rows, 0, rows.size(), out, replica);
      for (int r = 0; r < rows.size(); r++) {
        if (out.fate(r) == org.freshet.core.live.Fate.REPEATED) {
          repeated.add(replies.predicted()[r]);
          repeatedBy.add(replies.model(r));
          repeatedOf.add(out.rowEvent(r));
        }
      }
    }
  }
}
