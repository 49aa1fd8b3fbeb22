package org.freshet.connectors.kafka;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema.Field;
import org.apache.avro.Schema.Type;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParseException;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.live.Records;
import org.freshet.streams.live.BadEvent;
import org.freshet.streams.live.EventColumns;
import org.freshet.streams.live.EventFields;
import org.freshet.streams.live.JsonEvents;

/**
 * Values in Avro, all of one schema: in single-object encoding (two bytes of mark, eight of the
 * schema's fingerprint) or the bare binary form.
 */
final class AvroDecoder implements Decoder {
  private static final int HEADER = 10;

  private final boolean bare;
  private final Schema schema;
  private final Batch.Kind given;
  private final long fingerprint;
  private final GenericDatumReader<GenericRecord> reader;
  private final List<Field> fields;
  private final int[] column; // of each field; -1 where it is none
  private final int id;
  private final int time;
  private final int key;
  private final int label;
  private final int weight;
  private GenericRecord record;
  private BinaryDecoder decoder;

  /**
   * @param given null for what a record looks like
   */
  AvroDecoder(
      org.apache.avro.Schema avro,
      boolean bare,
      Schema schema,
      EventFields names,
      Batch.Kind given) {
    this.bare = bare;
    this.schema = schema;
    this.given = given;
    this.fingerprint = SchemaNormalization.parsingFingerprint64(avro);
    this.reader = new GenericDatumReader<>(avro);
    this.fields = avro.getFields();
    this.column = new int[fields.size()];
    for (Field f : fields) {
      column[f.pos()] = isOwn(f.name(), names) ? -1 : schema.indexOf(f.name());
    }
    id = position(avro, names.id());
    time = position(avro, names.time());
    key = position(avro, names.key());
    label = position(avro, names.label());
    weight = position(avro, names.weight());
  }

  private static int position(org.apache.avro.Schema avro, String name) {
    Field f = name.isEmpty() ? null : avro.getField(name);
    return f == null ? -1 : f.pos();
  }

  private static boolean isOwn(String name, EventFields f) {
    return List.of(f.id(), f.time(), f.key(), f.label(), f.weight()).contains(name);
  }

  /** Reads a schema file, a record. */
  static org.apache.avro.Schema read(String file) {
    try {
      org.apache.avro.Schema s =
          new org.apache.avro.Schema.Parser().parse(Files.readString(Path.of(file)));
      if (s.getType() != Type.RECORD) {
        throw new ConfigException(
            file, "is the schema of a " + s.getType() + ", expected a record");
      }
      return s;
    } catch (IOException | InvalidPathException e) {
      throw new ConfigException(file, "cannot be read: " + e.getMessage());
    } catch (SchemaParseException e) {
      throw new ConfigException(
          file, "is no Avro schema: " + e.getMessage().replaceAll("\\s+", " "));
    }
  }

  /**
   * The columns of a schema: numbers are numeric; text, enums and booleans are categories. Arrays,
   * maps, records, bytes and unions of several types are left out.
   */
  static List<Column> columns(org.apache.avro.Schema avro, EventFields names) {
    List<Column> columns = new ArrayList<>();
    for (Field f : avro.getFields()) {
      Type type = type(f.schema());
      if (type == null || isOwn(f.name(), names)) {
        continue;
      }
      switch (type) {
        case INT, LONG, FLOAT, DOUBLE -> columns.add(Column.numeric(f.name()).withMissing(true));
        case STRING, ENUM, BOOLEAN -> columns.add(Column.category(f.name()).withMissing(true));
        default -> {}
      }
    }
    return columns;
  }

  /** The type of a field, also of one that may be null; null for a union of several. */
  private static Type type(org.apache.avro.Schema s) {
    if (s.getType() != Type.UNION) {
      return s.getType();
    }
    List<org.apache.avro.Schema> others =
        s.getTypes().stream().filter(t -> t.getType() != Type.NULL).toList();
    return others.size() == 1 ? others.get(0).getType() : null;
  }

  /** The schema of what the file and the parameters declare. */
  static Schema schema(org.apache.avro.Schema avro, EventColumns declared, EventFields names) {
    if (declared.declared()) {
      return declared.schema();
    }
    List<String> numeric = new ArrayList<>();
    List<String> categorical = new ArrayList<>();
    for (Column c : columns(avro, names)) {
      (c.isCategory() ? categorical : numeric).add(c.name());
    }
    return new EventColumns(
            numeric, categorical, List.of(), declared.label(), declared.task(), declared.labels())
        .schema();
  }

  @Override
  public void add(byte[] value, Records into) throws BadEvent {
    add(value, bare ? 0 : header(value), into);
  }

  /**
   * @param from where the bare record begins in the value
   */
  void add(byte[] value, int from, Records into) throws BadEvent {
    decode(value, from);
    boolean any = false;
    for (int f = 0; f < column.length; f++) {
      any |= column[f] >= 0 && record.get(f) != null;
    }
    Batch.Kind kind = given;
    if (kind == null) {
      kind = !any && has(id) && has(label) ? Batch.Kind.LABEL : Batch.Kind.EVENT;
    }
    if (kind == Batch.Kind.LABEL && !(has(id) && has(label))) {
      throw new BadEvent(0, null, "a label needs the id of its event and a label");
    }
    into.begin(kind, text(id), has(time) ? time() : Features.NO_TIME);
    for (int f = 0; f < column.length && kind == Batch.Kind.EVENT; f++) {
      if (column[f] >= 0 && record.get(f) != null) {
        value(f, into);
      }
    }
    if (has(key)) {
      into.key(text(key));
    }
    if (has(label) && schema.target() == Schema.Target.NUMBER) {
      into.label(number(label));
    } else if (has(label)) {
      into.label(text(label));
    }
    if (has(weight)) {
      double w = number(weight);
      if (w < 0) {
        throw new BadEvent(
            0, name(weight), "'" + name(weight) + "' is " + w + ", expected 0 or more");
      }
      into.weight(w);
    }
    into.end();
  }

  /** Checks the header of a single object; its length. */
  private int header(byte[] value) throws BadEvent {
    if (value.length < HEADER || value[0] != (byte) 0xC3 || value[1] != 1) {
      throw new BadEvent(0, null, "does not begin with the mark C3 01 of a single Avro object");
    }
    long found = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
    if (found != fingerprint) {
      throw new BadEvent(
          0,
          null,
          String.format(
              "was written with the schema of fingerprint %016x, 'schema_file' is %016x",
              found, fingerprint));
    }
    return HEADER;
  }

  private void decode(byte[] value, int from) throws BadEvent {
    try {
      decoder = DecoderFactory.get().binaryDecoder(value, from, value.length - from, decoder);
      record = reader.read(record, decoder);
      if (!decoder.isEnd()) {
        throw new BadEvent(0, null, "is longer than a record of its schema");
      }
    } catch (IOException
        | AvroRuntimeException
        | IndexOutOfBoundsException
        | NegativeArraySizeException e) {
      record = null;
      throw new BadEvent(0, null, "is no record of its schema: " + e);
    }
  }

  private boolean has(int field) {
    return field >= 0 && record.get(field) != null;
  }

  private String name(int field) {
    return fields.get(field).name();
  }

  private String text(int field) throws BadEvent {
    if (!has(field)) {
      return null;
    }
    String s = record.get(field).toString();
    if (s.isEmpty() || s.length() > JsonEvents.LONGEST_ID) {
      throw new BadEvent(
          0,
          name(field),
          "'"
              + name(field)
              + "' has "
              + s.length()
              + " characters, allowed 1 to "
              + JsonEvents.LONGEST_ID);
    }
    return s;
  }

  private double number(int field) throws BadEvent {
    if (record.get(field) instanceof Number n && Double.isFinite(n.doubleValue())) {
      return n.doubleValue();
    }
    throw new BadEvent(0, name(field), "'" + name(field) + "' is no finite number");
  }

  private long time() throws BadEvent {
    if (record.get(time) instanceof Long millis) {
      return millis;
    }
    throw new BadEvent(
        0, name(time), "'" + name(time) + "' is no long, expected milliseconds since 1970");
  }

  private void value(int f, Records into) throws BadEvent {
    Object v = record.get(f);
    int c = column[f];
    if (schema.column(c).kind() != Column.Kind.NUMERIC) {
      into.name(c, v.toString());
    } else if (v instanceof Boolean b) {
      into.set(c, b ? 1 : 0);
    } else if (!(v instanceof Double d && d.isNaN()) && !(v instanceof Float g && g.isNaN())) {
      into.set(c, number(f));
    }
  }
}
