package org.freshet.connectors.flink;

import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.freshet.engine.Outcomes;
import org.freshet.engine.Replay;

/** What engines gave out as bytes, on its way to where it is scored. */
final class Outcome {
  private Outcome() {}

  /** Writes what a call of an engine brought. */
  interface Form {
    void write(Outcomes of, DataOutput to) throws IOException;
  }

  /** Something that can be written. */
  interface Written {
    void to(DataOutput out) throws IOException;
  }

  static byte[] bytes(Written what) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
      what.to(new DataOutputStream(bytes));
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a record. */
  static Vote of(int part, Outcomes out, Item item) {
    return new Vote(part, bytes(to -> Replay.write(out, to)), item.withoutValues());
  }

  /** Of the end of the stream, which is of no record; time and size stand behind. */
  static Vote end(int part, Form form, Outcomes out, long nanos, long modelBytes) {
    byte[] all =
        bytes(
            to -> {
              form.write(out, to);
              to.writeLong(nanos);
              to.writeLong(modelBytes);
            });
    return new Vote(part, all, null);
  }

  /**
   * Hands on the outcomes of the engines.
   *
   * @param votes whether the parts have members of an ensemble
   */
  record OfParts(boolean votes) implements EngineOperator.Handing<Vote> {
    private static final long serialVersionUID = 1;

    @Override
    public Vote of(Part part, Item item) {
      return votes ? part.vote(item) : part.outcome(item);
    }

    @Override
    public Vote end(Part part) {
      return part.end(votes);
    }
  }

  /** Hands on the outcomes of votes that met. */
  record Joined() implements CombinerOperator.Handing<Vote> {
    private static final long serialVersionUID = 1;

    @Override
    public Vote of(CombinerOperator<Vote> joined, Item item) {
      return Outcome.of(0, joined.out(), item);
    }

    @Override
    public Vote end(CombinerOperator<Vote> joined, long nanos, long modelBytes) {
      return Outcome.end(0, Replay::write, joined.out(), nanos, modelBytes);
    }
  }
}
