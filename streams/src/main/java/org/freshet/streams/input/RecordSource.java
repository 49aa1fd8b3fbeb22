package org.freshet.streams.input;

import org.freshet.core.Batch;
import org.freshet.core.DataException;
import org.freshet.core.FreshetException;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.StateException;

/**
 * A source over a parser of records: batches, position, and what becomes of bad records.
 *
 * <p>A batch ends before a bad record, so that no good one is lost by it: under {@code fail} the
 * error comes with the next read. From a live input a batch ends early when no more bytes have
 * come.
 *
 * <p>{@link #seek} parses what it passes over, so that the open dictionaries hold what they held: a
 * code means the same as before the stop.
 */
public final class RecordSource implements Source {
  private static final int SEEK_ROWS = 64;

  private final ByteInput in;
  private final RecordParser parser;
  private final Policy policy;
  private DeadLetters letters;
  private long records;
  private long bad;
  private BadRecord pending;
  private FreshetException broken;
  private boolean ended;

  public RecordSource(ByteInput in, RecordParser parser, Policy policy) {
    this.in = in;
    this.parser = parser;
    this.policy = policy;
    in.seal();
    if (policy.onError() == OnError.DEAD_LETTER) {
      letters = new DeadLetters(policy.deadLetter(), policy.deadLetterMax());
    }
  }

  @Override
  public String name() {
    return in.name();
  }

  @Override
  public Schema schema() {
    return parser.schema();
  }

  /** The parser underneath, for what only its format has. */
  public RecordParser parser() {
    return parser;
  }

  @Override
  public int read(Batch batch, int max) {
    batch.clear();
    int most = Math.min(max, batch.capacity());
    while (batch.size() < most) {
      if (pending != null) {
        handle(pending);
      }
      if (!step(batch)) {
        break;
      }
      if (pending != null) {
        if (batch.size() > 0) {
          break;
        }
        continue;
      }
      if (in.isLive() && in.at() == in.end() && !in.isReady()) {
        break;
      }
    }
    if (batch.size() == 0 && broken != null) {
      throw broken;
    }
    return batch.size();
  }

  /** One record into the batch, or into {@link #pending}; false when there is no more. */
  private boolean step(Batch batch) {
    if (ended || broken != null) {
      return false;
    }
    batch.beginRow();
    try {
      if (!parser.next(batch)) {
        ended = true;
        return false;
      }
      batch.endRow();
      records++;
    } catch (BadRecord wrong) {
      pending = wrong;
    } catch (DataException fatal) {
      broken = fatal;
      return false;
    }
    return true;
  }

  private void handle(BadRecord wrong) {
    pending = null;
    records++;
    bad++;
    switch (policy.onError()) {
      case FAIL ->
          throw new DataException(
              in.name(), parser.line(), wrong.field(), wrong.getMessage(), wrong);
      case DEAD_LETTER -> letters.write(in.name(), parser.line(), wrong, parser.record());
      case SKIP -> {}
    }
  }

  @Override
  public Position position() {
    return new Position(records, in.fingerprint());
  }

  @Override
  public void seek(Position position) {
    if (records != 0) {
      throw new IllegalStateException("seek after read");
    }
    if (position.fingerprint() != in.fingerprint()) {
      throw new StateException(
          StateException.Verdict.OTHER_PARAMETERS,
          in.name()
              + ": other parameters: the state was made on another stream; give the file it was made on,"
              + " unchanged from its start");
    }
    Batch passed = new Batch(schema(), SEEK_ROWS);
    while (records < position.record()) {
      if (passed.isFull()) {
        passed.clear();
      }
      if (!step(passed)) {
        if (broken != null) {
          throw broken;
        }
        throw new StateException(
            StateException.Verdict.OTHER_PARAMETERS,
            in.name()
                + ": other parameters: the stream has "
                + records
                + " records, the state was made after "
                + position.record()
                + "; give the file it was made on");
      }
      if (pending != null) {
        pending = null; // dealt with before the stop
        records++;
        bad++;
      }
    }
  }

  @Override
  public long badRecords() {
    return bad;
  }

  @Override
  public void close() {
    in.close();
    if (letters != null) {
      letters.close();
    }
  }
}
