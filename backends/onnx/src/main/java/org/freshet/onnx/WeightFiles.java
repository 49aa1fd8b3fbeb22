package org.freshet.onnx;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The files beside a model that hold weights of it: a tensor of the ONNX format may name one
 * instead of its values ("external data", the rule for models over 2 GB). Reads as much of the
 * format as leads to these names (onnx.proto) and skips the rest.
 */
final class WeightFiles {
  private static final int LONGEST = 1 << 16; // of a name

  /** Kinds of messages, each with the numbers of the fields that lead on and where to. */
  private enum Message {
    ENTRY,
    TENSOR(13, ENTRY),
    SPARSE_TENSOR(1, TENSOR, 2, TENSOR),
    GRAPH,
    ATTRIBUTE(5, TENSOR, 6, GRAPH, 10, TENSOR, 11, GRAPH, 22, SPARSE_TENSOR, 23, SPARSE_TENSOR),
    NODE(5, ATTRIBUTE),
    FUNCTION(7, NODE),
    MODEL(7, GRAPH, 25, FUNCTION);

    private final Object[] fields;

    Message(Object... fields) {
      this.fields = fields;
    }

    /** The message in a field; null where nothing is looked for. */
    Message in(long field) {
      if (this == GRAPH) { // nodes have graphs in them, so it cannot be said above
        return field == 1 ? NODE : field == 5 ? TENSOR : field == 15 ? SPARSE_TENSOR : null;
      }
      for (int i = 0; i < fields.length; i += 2) {
        if ((int) fields[i] == field) {
          return (Message) fields[i + 1];
        }
      }
      return null;
    }
  }

  private final InputStream in;
  private final SortedSet<String> names = new TreeSet<>();
  private long at;

  private WeightFiles(InputStream in) {
    this.in = in;
  }

  /** Those that are there, in the order of their names; none for what is no model. */
  static List<Path> of(Path model) throws IOException {
    SortedSet<String> names;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(model), 1 << 16)) {
      WeightFiles reader = new WeightFiles(in);
      try {
        reader.walk(Message.MODEL, Files.size(model));
      } catch (EOFException torn) {
        return List.of(); // ONNX Runtime says so
      }
      names = reader.names;
    }
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      Path file = beside(model, name);
      if (file != null && Files.isRegularFile(file)) {
        files.add(file);
      }
    }
    return files;
  }

  private static Path beside(Path model, String name) {
    try {
      return model.resolveSibling(name);
    } catch (InvalidPathException none) {
      return null;
    }
  }

  private void walk(Message kind, long end) throws IOException {
    String key = "";
    while (at < end) {
      long tag = varint();
      long field = tag >>> 3;
      switch ((int) (tag & 7)) {
        case 0 -> varint();
        case 1 -> skip(8);
        case 5 -> skip(4);
        case 2 -> {
          long length = varint();
          Message inside = kind.in(field);
          if (length < 0 || length > end - at) {
            throw new EOFException();
          } else if (inside != null) {
            walk(inside, at + length);
          } else if (kind == Message.ENTRY && length <= LONGEST) {
            String text = text((int) length);
            key = field == 1 ? text : key;
            if (field == 2 && key.equals("location")) {
              names.add(text);
            }
          } else {
            skip(length);
          }
        }
        default -> throw new EOFException();
      }
    }
  }

  private long varint() throws IOException {
    long v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException();
      }
      at++;
      v |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        return v;
      }
    }
    throw new EOFException();
  }

  private void skip(long n) throws IOException {
    in.skipNBytes(n);
    at += n;
  }

  private String text(int n) throws IOException {
    byte[] bytes = in.readNBytes(n);
    if (bytes.length < n) {
      throw new EOFException();
    }
    at += n;
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
