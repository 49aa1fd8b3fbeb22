package org.freshet.streams.live;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.live.Records;

/**
 * Parses JSON events and labels into records. An event is an object with its features in the member
 * {@code features}, or flat, every member that is no id, time, key, label or weight being one; a
 * label is an object with id, label and time. One thread uses one instance.
 *
 * <p>A member that is no column is left out and counted. Null is a missing value; nested objects
 * and arrays are refused.
 */
public final class JsonEvents {
  static final String FEATURES = "features";

  /** Longest id or key taken, in characters. */
  public static final int LONGEST_ID = 512;

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxStringLength(1 << 20)
                  .maxNameLength(512)
                  .build())
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .build();

  private final Schema schema;
  private final EventFields fields;
  private final PlainJson plain; // null where nothing goes the quick way
  private final Map<String, Integer> columns = new HashMap<>();
  private final boolean[] numeric;
  private final String[] names; // interned, as the parser's names of members are
  private final long[] given; // the number of the last record that had the column
  private long records;
  private int next; // column that is likely to come
  private long unknown;
  private int index; // of the record at hand
  private int values; // members of it that are columns
  private String id;
  private String key;
  private long time;
  private double weight;
  private String label;
  private double labelNumber;
  private boolean labelled;

  public JsonEvents(Schema schema, EventFields fields) {
    this(schema, fields, new PlainJson(schema, fields));
  }

  /** With a quick way, or null for none. */
  JsonEvents(Schema schema, EventFields fields, PlainJson plain) {
    this.schema = schema;
    this.fields = fields;
    this.plain = plain;
    this.numeric = new boolean[schema.width()];
    this.names = new String[schema.width()];
    this.given = new long[schema.width()];
    for (int c = 0; c < schema.width(); c++) {
      names[c] = schema.column(c).name().intern();
      columns.put(names[c], c);
      numeric[c] = schema.column(c).kind() == Column.Kind.NUMERIC;
    }
  }

  /** Values left out so far because their names are no columns. */
  public long unknown() {
    return unknown + (plain == null ? 0 : plain.unknown());
  }

  /**
   * Parses one event, or an array of them.
   *
   * @param most the most that are taken
   * @throws BadEvent when anything in it is wrong: then nothing of it is taken
   */
  public Records events(byte[] json, int offset, int length, int most) throws BadEvent {
    return parse(json, offset, length, most, Batch.Kind.EVENT);
  }

  /** Parses one label, or an array of them: id, label, and time where there is one. */
  public Records labels(byte[] json, int offset, int length, int most) throws BadEvent {
    return parse(json, offset, length, most, Batch.Kind.LABEL);
  }

  /**
   * Appends one record to those given, which have room for it.
   *
   * @param kind null for what it looks like: without any column, but with an id and a label, it is
   *     a label
   * @throws BadEvent when anything in it is wrong: then nothing of it is taken
   */
  public void add(byte[] json, int offset, int length, Batch.Kind kind, Records into)
      throws BadEvent {
    if (plain != null && plain.add(json, offset, length, kind, into)) {
      return;
    }
    index = 0;
    try (JsonParser p = FACTORY.createParser(json, offset, length)) {
      if (p.nextToken() != JsonToken.START_OBJECT) {
        throw new BadEvent(0, null, "expected an object, found " + found(p.currentToken()));
      }
      record(p, into, kind);
      if (p.nextToken() != null) {
        throw new BadEvent(0, null, "there is more behind the end of the object");
      }
    } catch (IOException e) {
      throw BadEvent.noJson(index, e);
    }
    into.end();
  }

  private static String found(JsonToken token) {
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      default -> token.asString();
    };
  }

  private Records parse(byte[] json, int offset, int length, int most, Batch.Kind kind)
      throws BadEvent {
    Records quick = plain == null ? null : plain.records(json, offset, length, most, kind);
    if (quick != null) {
      return quick;
    }
    index = 0;
    try (JsonParser p = FACTORY.createParser(json, offset, length)) {
      JsonToken first = p.nextToken();
      Records records;
      if (first == JsonToken.START_OBJECT) {
        records = new Records(schema, 1);
        record(p, records, kind);
        records.end();
      } else if (first == JsonToken.START_ARRAY) {
        records = array(p, most, kind);
      } else {
        throw new BadEvent(
            0, null, "expected an object or an array of objects, found " + found(first));
      }
      if (p.nextToken() != null) {
        throw new BadEvent(index, null, "there is more behind the end of the JSON");
      }
      return records;
    } catch (IOException e) {
      throw BadEvent.noJson(index, e);
    }
  }

  private Records array(JsonParser p, int most, Batch.Kind kind) throws IOException, BadEvent {
    Records records = new Records(schema, Math.min(most, 16));
    while (p.nextToken() != JsonToken.END_ARRAY) {
      if (p.currentToken() != JsonToken.START_OBJECT) {
        throw new BadEvent(index, null, "expected an object, found " + found(p.currentToken()));
      }
      if (index == most) {
        throw new BadEvent(index, null, "there are more than " + most + " records");
      }
      if (records.size() == records.capacity()) {
        records = records.grown(Math.min(most, 4 * records.capacity()));
      }
      record(p, records, kind);
      records.end();
      index++;
    }
    return records;
  }

  private void record(JsonParser p, Records into, Batch.Kind given) throws IOException, BadEvent {
    Batch.Kind kind = given == null ? Batch.Kind.EVENT : given;
    values = 0;
    records++;
    id = null;
    key = null;
    time = Features.NO_TIME;
    weight = 1;
    labelled = false;
    into.begin(kind, null, Features.NO_TIME);
    members(p, into, kind, true);
    if (given == null && values == 0 && id != null && labelled) {
      kind = Batch.Kind.LABEL;
      into.begin(kind, null, Features.NO_TIME);
    }
    if (id == null && kind == Batch.Kind.LABEL) {
      throw new BadEvent(
          index, fields.id(), "a label needs the '" + fields.id() + "' of its event");
    }
    if (!labelled && kind == Batch.Kind.LABEL) {
      throw new BadEvent(index, fields.label(), "has no '" + fields.label() + "'");
    }
    into.head(id, time);
    if (key != null) {
      into.key(key);
    }
    if (labelled && label != null) {
      into.label(label);
    } else if (labelled) {
      into.label(labelNumber);
    }
    if (weight != 1) {
      into.weight(weight);
    }
  }

  private void members(JsonParser p, Records into, Batch.Kind kind, boolean outer)
      throws IOException, BadEvent {
    while (p.nextToken() != JsonToken.END_OBJECT) {
      String name = p.currentName();
      JsonToken t = p.nextToken();
      if (outer && own(p, name, t)) {
        continue;
      }
      if (t == JsonToken.START_OBJECT && outer && name.equals(FEATURES)) {
        members(p, into, kind, false);
        continue;
      }
      int column = kind == Batch.Kind.EVENT ? column(name) : -1;
      if (column < 0 && outer && name.equals(FEATURES) && t != JsonToken.VALUE_NULL) {
        throw new BadEvent(index, name, "'" + name + "' is " + found(t) + ", expected an object");
      }
      if (column < 0) {
        unknown += kind == Batch.Kind.EVENT ? 1 : 0;
        p.skipChildren();
      } else {
        if (given[column] == records) {
          throw twice(name);
        }
        given[column] = records;
        values++;
        value(p, name, t, column, into);
      }
    }
  }

  private BadEvent twice(String name) {
    return new BadEvent(index, name, "'" + name + "' is given twice");
  }

  /** Events name their columns in one order, so the next is the one behind the last. */
  @SuppressWarnings("ReferenceEquality") // only a guess; equal names that differ are looked up
  private int column(String name) {
    int guess = next < names.length ? next : 0;
    if (names.length > 0 && names[guess] == name) {
      next = guess + 1;
      return guess;
    }
    Integer found = columns.get(name);
    if (found == null) {
      return -1;
    }
    next = found + 1;
    return found;
  }

  private void value(JsonParser p, String name, JsonToken t, int column, Records into)
      throws IOException, BadEvent {
    switch (t) {
      case VALUE_NULL -> {}
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        if (numeric[column]) {
          into.set(column, finite(p, name));
        } else {
          into.name(column, p.getText());
        }
      }
      case VALUE_TRUE, VALUE_FALSE -> {
        if (numeric[column]) {
          into.set(column, t == JsonToken.VALUE_TRUE ? 1 : 0);
        } else {
          into.name(column, p.getText());
        }
      }
      case VALUE_STRING -> {
        if (numeric[column]) {
          throw wrong(name, p.getText(), "a number");
        }
        into.name(column, whole(p.getText(), name));
      }
      default -> throw new BadEvent(index, name, "'" + name + "' is nested, expected one value");
    }
  }

  private double finite(JsonParser p, String name) throws IOException, BadEvent {
    double v = p.getDoubleValue();
    if (Double.isInfinite(v)) {
      throw wrong(name, p.getText(), "a number a double can hold");
    }
    return v;
  }

  private BadEvent wrong(String name, String found, String expected) {
    String shown = found.length() > 40 ? found.substring(0, 40) + "…" : found;
    return new BadEvent(
        index,
        name,
        "'" + name + "' is '" + shown.replaceAll("\\s", " ") + "', expected " + expected);
  }

  /** Takes a member that is no feature; false when it is none of them. */
  private boolean own(JsonParser p, String name, JsonToken t) throws IOException, BadEvent {
    if (!fields.isOwn(name)) {
      return false;
    }
    if (t == JsonToken.START_OBJECT || t == JsonToken.START_ARRAY) {
      throw new BadEvent(index, name, "'" + name + "' is nested, expected one value");
    }
    if (t == JsonToken.VALUE_NULL) {
      return true;
    }
    if (name.equals(fields.id()) && id != null
        || name.equals(fields.key()) && key != null
        || name.equals(fields.time()) && time != Features.NO_TIME
        || name.equals(fields.label()) && labelled) {
      throw twice(name);
    }
    if (name.equals(fields.id())) {
      id = identifier(p.getText(), name);
    } else if (name.equals(fields.key())) {
      key = identifier(p.getText(), name);
    } else if (name.equals(fields.time())) {
      time = time(p, t);
    } else if (name.equals(fields.label())) {
      label(p, t);
    } else {
      weight = t.isNumeric() ? finite(p, name) : Double.NaN;
      if (!(weight >= 0)) {
        throw wrong(name, p.getText(), "a number of 0 or more");
      }
    }
    return true;
  }

  private String identifier(String text, String name) throws BadEvent {
    if (text.isEmpty() || text.length() > LONGEST_ID) {
      throw new BadEvent(
          index,
          name,
          "'" + name + "' has " + text.length() + " characters, allowed 1 to " + LONGEST_ID);
    }
    return whole(text, name);
  }

  /** What is half a character would be another text once it was written. */
  private String whole(String text, String name) throws BadEvent {
    int at = halfCharacter(text);
    if (at >= 0) {
      throw new BadEvent(
          index,
          name,
          String.format(
              "'%s' has half a surrogate pair at character %d, \\u%04x alone; send both halves",
              name, at + 1, (int) text.charAt(at)));
    }
    return text;
  }

  /** Where a text has half a surrogate pair, which no encoding can write; -1 where it has none. */
  public static int halfCharacter(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!pair) {
        return i;
      }
      i++;
    }
    return -1;
  }

  private long time(JsonParser p, JsonToken t) throws IOException, BadEvent {
    if (t.isNumeric()) {
      double millis = finite(p, fields.time());
      if (Math.abs(millis) < 9e15) {
        return (long) millis;
      }
    } else if (t == JsonToken.VALUE_STRING) {
      String text = p.getText();
      try {
        return text.endsWith("Z")
            ? Instant.parse(text).toEpochMilli()
            : OffsetDateTime.parse(text).toInstant().toEpochMilli();
      } catch (DateTimeParseException none) {
        throw wrong(
            fields.time(), text, "milliseconds since 1970, or such as 2026-05-31T13:45:00Z");
      }
    }
    throw wrong(
        fields.time(), p.getText(), "milliseconds since 1970, or such as 2026-05-31T13:45:00Z");
  }

  private void label(JsonParser p, JsonToken t) throws IOException, BadEvent {
    labelled = true;
    if (schema.target() == Schema.Target.NUMBER) {
      label = null;
      if (!t.isNumeric()) {
        throw wrong(fields.label(), p.getText(), "a number");
      }
      labelNumber = finite(p, fields.label());
    } else {
      label = p.getText();
      if (label.isEmpty() || label.length() > LONGEST_ID) {
        throw wrong(fields.label(), label, "a name of 1 to " + LONGEST_ID + " characters");
      }
      whole(label, fields.label());
    }
  }
}
