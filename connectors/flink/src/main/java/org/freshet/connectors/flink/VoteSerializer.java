package org.freshet.connectors.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Votes between processes. */
final class VoteSerializer extends ValueSerializer<Vote> {
  static final VoteSerializer INSTANCE = new VoteSerializer();

  private static final long serialVersionUID = 1;

  /** More bytes are damage. */
  private static final int MOST = 1 << 28;

  @Override
  public Vote createInstance() {
    return new Vote(0, new byte[0], null);
  }

  @Override
  public void serialize(Vote x, DataOutputView out) throws IOException {
    out.writeInt(x.part());
    out.writeInt(x.votes().length);
    out.write(x.votes());
    out.writeBoolean(x.of() != null);
    if (x.of() != null) {
      ItemSerializer.INSTANCE.serialize(x.of(), out);
    }
  }

  @Override
  public Vote deserialize(DataInputView in) throws IOException {
    int part = in.readInt();
    int n = in.readInt();
    if (n < 0 || n > MOST) {
      throw new IOException("votes of " + n + " bytes");
    }
    byte[] votes = new byte[n];
    in.readFully(votes);
    return new Vote(part, votes, in.readBoolean() ? ItemSerializer.INSTANCE.deserialize(in) : null);
  }

  @Override
  public TypeSerializerSnapshot<Vote> snapshotConfiguration() {
    return new Form();
  }

  /** The form of votes in checkpoints. */
  public static final class Form extends SimpleTypeSerializerSnapshot<Vote> {
    public Form() {
      super(() -> INSTANCE);
    }
  }
}
