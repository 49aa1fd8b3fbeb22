package org.freshet.connectors.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.freshet.core.Batch;
import org.freshet.core.Features;

/** Items between processes: what is absent costs a bit. */
final class ItemSerializer extends ValueSerializer<Item> {
  static final ItemSerializer INSTANCE = new ItemSerializer();

  private static final long serialVersionUID = 1;

  private static final Batch.Kind[] KINDS = Batch.Kind.values();
  private static final int ID = 1 << 2;
  private static final int KEY = 1 << 3;
  private static final int TIME = 1 << 4;
  private static final int LABEL_TIME = 1 << 5;
  private static final int WEIGHT = 1 << 6;
  private static final int LABEL = 1 << 7;
  private static final int LABEL_NAME = 1 << 8;
  private static final int VALUES = 1 << 9;
  private static final int NAMES = 1 << 10;
  private static final int ADDED = 1 << 11;

  /** Longer lists are damage. */
  private static final int MOST = 1 << 24;

  @Override
  public Item createInstance() {
    return new Item();
  }

  @Override
  public void serialize(Item x, DataOutputView out) throws IOException {
    int has =
        x.kind.ordinal()
            | (x.id != null ? ID : 0)
            | (x.key != null ? KEY : 0)
            | (x.time != Features.NO_TIME ? TIME : 0)
            | (x.labelTime != Features.NO_TIME ? LABEL_TIME : 0)
            | (x.weight != 1 ? WEIGHT : 0)
            | (!Double.isNaN(x.label) ? LABEL : 0)
            | (x.labelName != null ? LABEL_NAME : 0)
            | (x.values != null ? VALUES : 0)
            | (x.names != null ? NAMES : 0)
            | (x.added != null ? ADDED : 0);
    out.writeShort(has);
    out.writeInt(x.part);
    out.writeLong(x.number);
    if ((has & ID) != 0) {
      Texts.write(x.id, out);
    }
    if ((has & KEY) != 0) {
      Texts.write(x.key, out);
    }
    if ((has & TIME) != 0) {
      out.writeLong(x.time);
    }
    if ((has & LABEL_TIME) != 0) {
      out.writeLong(x.labelTime);
    }
    if ((has & WEIGHT) != 0) {
      out.writeDouble(x.weight);
    }
    if ((has & LABEL) != 0) {
      out.writeDouble(x.label);
    }
    if ((has & LABEL_NAME) != 0) {
      Texts.write(x.labelName, out);
    }
    if ((has & VALUES) != 0) {
      out.writeInt(x.values.length);
      for (double v : x.values) {
        out.writeDouble(v);
      }
    }
    if ((has & NAMES) != 0) {
      write(x.names, out);
    }
    if ((has & ADDED) != 0) {
      write(x.added, out);
      for (int d : x.dictionaries) {
        out.writeInt(d);
      }
    }
  }

  private static void write(String[] texts, DataOutputView out) throws IOException {
    out.writeInt(texts.length);
    for (String t : texts) {
      Texts.write(t, out);
    }
  }

  @Override
  public Item deserialize(DataInputView in) throws IOException {
    Item x = new Item();
    int has = in.readUnsignedShort();
    if ((has & 3) >= KINDS.length) {
      throw new IOException("an item of no kind there is: " + (has & 3));
    }
    x.kind = KINDS[has & 3];
    x.part = in.readInt();
    x.number = in.readLong();
    x.id = (has & ID) != 0 ? Texts.read(in) : null;
    x.key = (has & KEY) != 0 ? Texts.read(in) : null;
    x.time = (has & TIME) != 0 ? in.readLong() : Features.NO_TIME;
    x.labelTime = (has & LABEL_TIME) != 0 ? in.readLong() : Features.NO_TIME;
    x.weight = (has & WEIGHT) != 0 ? in.readDouble() : 1;
    x.label = (has & LABEL) != 0 ? in.readDouble() : Double.NaN;
    x.labelName = (has & LABEL_NAME) != 0 ? Texts.read(in) : null;
    if ((has & VALUES) != 0) {
      x.values = new double[length(in)];
      for (int i = 0; i < x.values.length; i++) {
        x.values[i] = in.readDouble();
      }
    }
    if ((has & NAMES) != 0) {
      x.names = read(in);
    }
    if ((has & ADDED) != 0) {
      x.added = read(in);
      x.dictionaries = new int[x.added.length];
      for (int i = 0; i < x.dictionaries.length; i++) {
        x.dictionaries[i] = in.readInt();
      }
    }
    return x;
  }

  private static String[] read(DataInputView in) throws IOException {
    String[] texts = new String[length(in)];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = Texts.read(in);
    }
    return texts;
  }

  private static int length(DataInputView in) throws IOException {
    int n = in.readInt();
    if (n < 0 || n > MOST) {
      throw new IOException("an item with a list of " + n);
    }
    return n;
  }

  @Override
  public TypeSerializerSnapshot<Item> snapshotConfiguration() {
    return new Form();
  }

  /** The form of items in checkpoints; a later one that reads this has another class name. */
  public static final class Form extends SimpleTypeSerializerSnapshot<Item> {
    public Form() {
      super(() -> INSTANCE);
    }
  }
}
