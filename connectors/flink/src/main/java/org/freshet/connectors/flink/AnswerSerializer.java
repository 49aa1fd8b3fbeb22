package org.freshet.connectors.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Answers between processes. */
final class AnswerSerializer extends ValueSerializer<Answer> {
  static final AnswerSerializer INSTANCE = new AnswerSerializer();

  private static final long serialVersionUID = 1;

  /** A longer one is damage. */
  private static final int MOST = 1 << 26;

  @Override
  public Answer createInstance() {
    return new Answer(null, new byte[0]);
  }

  @Override
  public void serialize(Answer x, DataOutputView out) throws IOException {
    Texts.write(x.key(), out);
    out.writeInt(x.json().length);
    out.write(x.json());
  }

  @Override
  public Answer deserialize(DataInputView in) throws IOException {
    String key = Texts.read(in);
    int n = in.readInt();
    if (n < 0 || n > MOST) {
      throw new IOException("an answer of " + n + " bytes");
    }
    byte[] json = new byte[n];
    in.readFully(json);
    return new Answer(key, json);
  }

  @Override
  public TypeSerializerSnapshot<Answer> snapshotConfiguration() {
    return new Form();
  }

  /** The form of answers in checkpoints. */
  public static final class Form extends SimpleTypeSerializerSnapshot<Answer> {
    public Form() {
      super(() -> INSTANCE);
    }
  }
}
