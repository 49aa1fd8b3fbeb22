package org.freshet.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Schema;

/**
 * The input tensors of an inference request as rows of a schema, checked whole before any is used.
 */
final class Tensors {
  private static final Set<String> NUMBERS =
      Set.of(
          "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32",
          "FP64");

  private final Schema schema;
  private final int rows;
  private final double[] numbers; // rows × width
  private final String[] names; // rows × width; null where there is none

  Tensors(Schema schema, JsonNode inputs, int maxBatch) {
    if (inputs == null || !inputs.isArray() || inputs.isEmpty()) {
      throw new Refused(400, "has no 'inputs'");
    }
    this.schema = schema;
    this.rows = rows(inputs.get(0), maxBatch);
    this.numbers = new double[Math.multiplyExact(rows, schema.width())];
    this.names = new String[numbers.length];
    java.util.Arrays.fill(numbers, Double.NaN);
    boolean[] given = new boolean[schema.width()];
    for (JsonNode input : inputs) {
      tensor(input, given, inputs.size());
    }
  }

  private static String name(JsonNode input) {
    JsonNode name = input.path("name");
    if (!name.isTextual()) {
      throw new Refused(400, "an input has no 'name'");
    }
    return name.textValue();
  }

  private static int rows(JsonNode input, int maxBatch) {
    JsonNode shape = input.path("shape");
    if (!shape.isArray()
        || shape.isEmpty()
        || !shape.get(0).canConvertToInt()
        || !shape.get(0).isIntegralNumber()) {
      throw wrong(input, "has no 'shape'");
    }
    int n = shape.get(0).intValue();
    if (n < 0 || n > maxBatch) {
      throw wrong(input, "has " + n + " rows, allowed 0 to " + maxBatch + " (serve.max_batch)");
    }
    return n;
  }

  private static Refused wrong(JsonNode input, String message) {
    String name = name(input);
    return new Refused(400, "input '" + name + "' " + message, 0, -1, name);
  }

  private void tensor(JsonNode input, boolean[] given, int tensors) {
    String name = name(input);
    int column = column(name);
    int width = column < 0 ? schema.width() : 1;
    if (column < 0 && (tensors > 1 || !allNumbers() || width(input) != width)) {
      throw wrong(input, "is no column; there are " + columns());
    }
    if (column >= 0 && given[column]) {
      throw wrong(input, "is given twice");
    }
    if (column >= 0) {
      given[column] = true;
    }
    if (rows(input, Integer.MAX_VALUE) != rows || width(input) != width) {
      throw wrong(
          input,
          "has the shape "
              + Json.shown(input.get("shape"))
              + ", expected ["
              + rows
              + (column < 0 ? ", " + width + "]" : "]"));
    }
    if (input.path("parameters").has("binary_data_size")) {
      throw InferenceApi.binary();
    }
    String type = input.path("datatype").asText();
    int first = Math.max(0, column);
    int[] at = {0};
    data(input, input.path("data"), type, first, width, at, 0);
    if (at[0] != rows * width) {
      throw wrong(input, "has " + at[0] + " values, expected " + rows * width);
    }
  }

  private static int width(JsonNode input) {
    long width = 1;
    JsonNode shape = input.get("shape");
    for (int i = 1; i < shape.size(); i++) {
      if (!shape.get(i).isIntegralNumber()
          || !shape.get(i).canConvertToInt()
          || shape.get(i).intValue() < 0) {
        throw wrong(input, "has the shape " + Json.shown(shape));
      }
      width = Math.min(Integer.MAX_VALUE, width * shape.get(i).intValue());
    }
    return (int) width;
  }

  private int column(String name) {
    for (int c = 0; c < schema.width(); c++) {
      if (schema.column(c).name().equals(name)) {
        return c;
      }
    }
    return -1;
  }

  private boolean allNumbers() {
    for (int c = 0; c < schema.width(); c++) {
      if (schema.column(c).kind() != Column.Kind.NUMERIC) {
        return false;
      }
    }
    return true;
  }

  private String columns() {
    StringBuilder all = new StringBuilder();
    for (int c = 0; c < schema.width() && all.length() < 200; c++) {
      all.append(c > 0 ? ", " : "").append(schema.column(c).name());
    }
    return all.toString();
  }

  /** Values row by row, flat or nested as the shape is. */
  private void data(
      JsonNode input, JsonNode data, String type, int first, int width, int[] at, int depth) {
    if (!data.isArray() || depth > 4) {
      throw wrong(input, depth > 4 ? "is nested too deep" : "has no 'data'");
    }
    for (JsonNode v : data) {
      if (v.isArray()) {
        data(input, v, type, first, width, at, depth + 1);
      } else if (at[0] < rows * width) {
        int cell = at[0] / width * schema.width() + first + at[0] % width;
        value(input, v, type, cell);
        at[0]++;
      } else {
        throw wrong(input, "has more than " + rows * width + " values");
      }
    }
  }

  private void value(JsonNode input, JsonNode v, String type, int cell) {
    boolean number = schema.column(cell % schema.width()).kind() == Column.Kind.NUMERIC;
    if (v.isNull()) {
      return;
    }
    if (NUMBERS.contains(type) && v.isNumber() && Double.isFinite(v.doubleValue())) {
      if (number) {
        numbers[cell] = v.doubleValue();
      } else {
        names[cell] = v.asText();
      }
    } else if (type.equals("BOOL") && (v.isBoolean() || v.isNumber())) {
      boolean yes = v.isBoolean() ? v.booleanValue() : v.doubleValue() != 0;
      if (number) {
        numbers[cell] = yes ? 1 : 0;
      } else {
        names[cell] = Boolean.toString(yes);
      }
    } else if (type.equals("BYTES") && v.isTextual() && !number) {
      names[cell] = v.textValue();
    } else if (!NUMBERS.contains(type) && !type.equals("BOOL") && !type.equals("BYTES")) {
      throw wrong(input, "has the datatype '" + type + "', which the protocol has not");
    } else {
      throw wrong(
          input,
          "of "
              + type
              + " has the value "
              + Json.shown(v)
              + (number ? ", expected a number" : ", expected a value of its datatype"));
    }
  }

  int rows() {
    return rows;
  }

  /** Fills row i; a category that was never seen is missing, for nothing is learnt here. */
  void fill(Batch batch, int i) {
    for (int c = 0; c < schema.width(); c++) {
      int cell = i * schema.width() + c;
      Column column = schema.column(c);
      if (column.kind() == Column.Kind.TEXT) {
        batch.attach(schema.attachmentOf(c), names[cell]);
      } else if (column.isCategory()) {
        batch.set(c, code(column, names[cell]));
      } else {
        batch.set(c, numbers[cell]);
      }
    }
  }

  private static double code(Column column, String name) {
    int code = name == null ? -1 : column.dictionary().find(name);
    if (code < 0 && !column.mayBeMissing()) {
      throw new Refused(
          400,
          "'"
              + column.name()
              + "' is "
              + (name == null ? "missing" : "'" + name + "', never seen"));
    }
    return code < 0 ? Double.NaN : code;
  }
}
