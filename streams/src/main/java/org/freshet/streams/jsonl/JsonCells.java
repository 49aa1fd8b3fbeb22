package org.freshet.streams.jsonl;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.freshet.streams.input.BadRecord;
import org.freshet.streams.input.Cells;
import org.freshet.streams.input.Lines;

/**
 * Flattens the object of a line into cells, one for each column: nested keys are joined by dots,
 * array elements are numbered from 0. Until {@link #close} new keys become columns; then they are
 * counted.
 */
final class JsonCells {
  private static final int DEPTH = 64;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
          .build();

  /** A key and what lies under it. */
  private static final class Node {
    final Map<String, Node> children = new HashMap<>();
    int column = -1;
    String path = "";
  }

  private final Lines lines;
  private final Cells cells = new Cells((byte) 0);
  private final Node root = new Node();
  private final Map<String, Integer> columns = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private byte[] text = new byte[256];
  private int used;
  private boolean closed;
  private long unknown;

  JsonCells(Lines lines) {
    this.lines = lines;
  }

  Cells cells() {
    return cells;
  }

  /** Names of the columns, in the order in which they appeared. */
  List<String> names() {
    return names;
  }

  /** No more columns from here on. */
  void close() {
    closed = true;
  }

  /** Values met under keys that are no columns. */
  long unknown() {
    return unknown;
  }

  /** Reads the next line; false at the end. */
  boolean next() throws BadRecord {
    if (!lines.next()) {
      return false;
    }
    used = 0;
    cells.count = 0;
    for (int i = 0; i < names.size(); i++) {
      cells.add(0, 0, Cells.ABSENT);
    }
    try (JsonParser json =
        JSON.createParser(lines.bytes(), lines.start(), lines.end() - lines.start())) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new BadRecord(
            "expected one JSON object a line, such as {\"x\": 1.5, \"label\": \"a\"}");
      }
      object(json, root);
      if (json.nextToken() != null) {
        throw new BadRecord("there is more behind the JSON object; write one object a line");
      }
    } catch (JsonProcessingException wrong) {
      throw new BadRecord(
          "is no JSON: "
              + firstLine(wrong.getOriginalMessage())
              + ", at character "
              + column(wrong));
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    cells.bytes = text;
    return true;
  }

  private static long column(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    String s = end < 0 ? message : message.substring(0, end);
    return s.length() > 160 ? s.substring(0, 160) + "…" : s;
  }

  private void object(JsonParser json, Node node) throws IOException, BadRecord {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      value(json, node, key);
    }
  }

  private void array(JsonParser json, Node node) throws IOException, BadRecord {
    int i = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      value(json, node, Integer.toString(i++));
    }
  }

  private void value(JsonParser json, Node parent, String key) throws IOException, BadRecord {
    Node node = parent.children.get(key);
    if (node == null && !closed) {
      node = grow(parent, key);
    }
    switch (json.currentToken()) {
      case START_OBJECT, START_ARRAY -> {
        if (node == null) {
          unknown++;
          json.skipChildren();
        } else if (json.currentToken() == JsonToken.START_OBJECT) {
          object(json, node);
        } else {
          array(json, node);
        }
      }
      case VALUE_NULL -> {}
      default -> {
        int column = node == null ? -1 : column(node);
        if (column < 0) {
          unknown++;
        } else {
          write(json, column);
        }
      }
    }
  }

  private Node grow(Node parent, String key) throws BadRecord {
    if (names.size() >= Cells.LIMIT) {
      throw new BadRecord("has more than " + Cells.LIMIT + " keys");
    }
    Node node = new Node();
    node.path = parent == root ? key : parent.path + "." + key;
    parent.children.put(key, node);
    return node;
  }

  private int column(Node node) throws BadRecord {
    if (node.column < 0 && !closed) {
      Integer known = columns.putIfAbsent(node.path, names.size());
      if (known == null) {
        names.add(node.path);
        cells.add(0, 0, Cells.ABSENT);
      }
      node.column = known == null ? names.size() - 1 : known;
    }
    return node.column;
  }

  private void write(JsonParser json, int column) throws IOException {
    char[] chars = json.getTextCharacters();
    int from = json.getTextOffset();
    int n = json.getTextLength();
    int start = used;
    room(n);
    for (int i = 0; i < n; i++) {
      char c = chars[from + i];
      if (c >= 128) {
        used = start;
        byte[] utf = new String(chars, from, n).getBytes(StandardCharsets.UTF_8);
        room(utf.length);
        System.arraycopy(utf, 0, text, used, utf.length);
        used += utf.length;
        break;
      }
      text[used++] = (byte) c;
    }
    cells.start[column] = start;
    cells.end[column] = used;
    cells.form[column] = json.currentToken() == JsonToken.VALUE_STRING ? Cells.QUOTED : Cells.PLAIN;
  }

  private void room(int n) {
    if (used + n > text.length) {
      text = Arrays.copyOf(text, Math.max(2 * text.length, used + n));
    }
  }

  long line() {
    return lines.line();
  }

  String record() {
    return lines.text();
  }
}
