package org.freshet.testkit;

import java.util.Arrays;
import org.freshet.core.Batch;
import org.freshet.core.Source;

/**
 * A source that fills the block of the last batch with garbage before it reads the next one:
 * whoever kept a view instead of a copy sees numbers that were never there.
 */
public final class PoisonedSource implements Source {
  private static final double GARBAGE = -7.0e77;
  private final Source source;

  public PoisonedSource(Source source) {
    this.source = source;
  }

  /** Overwrites every value of a batch, and empties it. */
  public static void poison(Batch batch) {
    int rows = batch.size();
    boolean sparse = batch.schema().isSparse();
    int[] counts = new int[rows];
    for (int r = 0; r < rows; r++) {
      counts[r] = batch.row(r).count();
    }
    batch.clear();
    for (int r = 0; r < rows; r++) {
      batch.beginRow();
      if (sparse) {
        for (int k = 0; k < counts[r]; k++) {
          batch.add(1_000_000 + k, GARBAGE);
        }
      } else {
        int width = batch.schema().width();
        Arrays.fill(batch.block(), r * width, (r + 1) * width, GARBAGE);
      }
      for (int slot = 0; slot < batch.schema().attachments(); slot++) {
        batch.attach(slot, "garbage");
      }
      batch.setLabel(Double.NaN);
      batch.endRow();
    }
    batch.clear();
  }

  @Override
  public int read(Batch batch, int max) {
    poison(batch);
    return source.read(batch, max);
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public org.freshet.core.Schema schema() {
    return source.schema();
  }

  @Override
  public Position position() {
    return source.position();
  }

  @Override
  public void seek(Position position) {
    source.seek(position);
  }

  @Override
  public long[] driftPositions() {
    return source.driftPositions();
  }

  @Override
  public long badRecords() {
    return source.badRecords();
  }

  @Override
  public void close() {
    source.close();
  }
}
