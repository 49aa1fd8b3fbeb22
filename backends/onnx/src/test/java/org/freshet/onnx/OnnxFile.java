package org.freshet.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes small models in the ONNX format: the few fields of its protocol buffers that they need
 * (onnx.proto: ModelProto 7 = graph; GraphProto 1 = node, 5 = initializer, 11 = input, 12 =
 * output).
 */
final class OnnxFile {
  static final int FLOAT = 1;
  static final int INT32 = 6;
  static final int INT64 = 7;

  private final Message graph = new Message().text(2, "small");

  /** An operator of the default set, with whole-number attributes. */
  OnnxFile node(String op, String[] inputs, String output, Object... attributes) {
    Message node = new Message();
    for (String in : inputs) {
      node.text(1, in);
    }
    node.text(2, output).text(4, op);
    for (int i = 0; i < attributes.length; i += 2) {
      Message a = new Message().text(1, (String) attributes[i]);
      if (attributes[i + 1] instanceof long[] all) {
        for (long v : all) {
          a.number(8, v);
        }
        a.number(20, 7);
      } else {
        a.number(3, ((Number) attributes[i + 1]).longValue()).number(20, 2);
      }
      node.message(5, a);
    }
    graph.message(1, node);
    return this;
  }

  OnnxFile node(String op, String input, String output, Object... attributes) {
    return node(op, new String[] {input}, output, attributes);
  }

  /** Weights. */
  OnnxFile weights(String name, float[] values, long... shape) {
    Message t = new Message();
    for (long d : shape) {
      t.number(1, d);
    }
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      raw.putFloat(v);
    }
    graph.message(5, t.number(2, FLOAT).text(8, name).bytes(9, raw.array()));
    return this;
  }

  /** Weights that are in a file beside the model, 4 bytes each. */
  OnnxFile weightsIn(String file, String name, long... shape) {
    Message t = new Message();
    for (long d : shape) {
      t.number(1, d);
    }
    t.number(2, FLOAT).text(8, name);
    t.message(13, new Message().text(1, "location").text(2, file)).number(14, 1);
    graph.message(5, t);
    return this;
  }

  /** An input of the graph; a length of -1 is open. */
  OnnxFile input(String name, int type, long... shape) {
    graph.message(11, value(name, type, shape));
    return this;
  }

  OnnxFile output(String name, int type, long... shape) {
    graph.message(12, value(name, type, shape));
    return this;
  }

  private static Message value(String name, int type, long... shape) {
    Message lengths = new Message();
    for (long d : shape) {
      Message one = new Message();
      lengths.message(1, d < 0 ? one.text(2, "open" + lengths.size()) : one.number(1, d));
    }
    Message tensor = new Message().number(1, type).message(2, lengths);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  byte[] bytes() {
    Message operators = new Message().text(1, "").number(2, 13);
    return new Message().number(1, 8).message(7, graph).message(8, operators).out.toByteArray();
  }

  /** A message of a protocol buffer. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    int size() {
      return out.size();
    }

    private void varint(long v) {
      long rest = v;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) (rest & 0x7f | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }

    Message number(int field, long v) {
      varint((long) field << 3);
      varint(v);
      return this;
    }

    Message bytes(int field, byte[] v) {
      varint((long) field << 3 | 2);
      varint(v.length);
      out.writeBytes(v);
      return this;
    }

    Message text(int field, String v) {
      return bytes(field, v.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message m) {
      return bytes(field, m.out.toByteArray());
    }
  }
}
