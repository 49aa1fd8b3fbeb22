package org.freshet.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;

/** Writes events as text that the readers take back without loss. */
abstract class StreamFormat {
  final Schema schema;
  final StringBuilder line = new StringBuilder();

  StreamFormat(Schema schema) {
    this.schema = schema;
  }

  /** The names of the formats that are written. */
  static List<String> names() {
    return List.of("csv", "tsv", "arff", "jsonl");
  }

  /**
   * @param name one of {@link #names()}
   */
  static StreamFormat of(String name, Schema schema) {
    return switch (name) {
      case "csv" -> new Separated(schema, ',');
      case "tsv" -> new Separated(schema, '\t');
      case "arff" -> new Arff(schema);
      case "jsonl" -> new JsonLines(schema);
      default -> throw new IllegalArgumentException(name);
    };
  }

  abstract void head(Writer out, String relation) throws IOException;

  abstract void row(Features x, double label);

  final void rows(Writer out, Batch batch) throws IOException {
    for (int r = 0; r < batch.size(); r++) {
      line.setLength(0);
      row(batch.row(r), batch.label(r));
      out.append(line).append('\n');
    }
  }

  /** A value as text, null when it is missing. */
  final String text(int column, double value) {
    if (Double.isNaN(value)) {
      return null;
    }
    Column c = schema.column(column);
    return c.isCategory() ? c.dictionary().name((int) value) : number(value);
  }

  final String label(double label) {
    if (Double.isNaN(label)) {
      return null;
    }
    return schema.target() == Schema.Target.CLASS
        ? schema.labels().name((int) label)
        : number(label);
  }

  static String number(double d) {
    return d == Math.rint(d) && Math.abs(d) < 1e15 ? Long.toString((long) d) : Double.toString(d);
  }

  private static final class Separated extends StreamFormat {
    private final char separator;

    Separated(Schema schema, char separator) {
      super(schema);
      this.separator = separator;
    }

    @Override
    void head(Writer out, String relation) throws IOException {
      for (Column c : schema.columns()) {
        cell(c.name());
        line.append(separator);
      }
      cell(schema.labelName());
      out.append(line).append('\n');
    }

    @Override
    void row(Features x, double label) {
      for (int i = 0; i < schema.width(); i++) {
        cell(text(i, x.get(i)));
        line.append(separator);
      }
      cell(label(label));
    }

    private void cell(String s) {
      if (s == null) {
        return;
      }
      if (s.indexOf(separator) < 0
          && s.indexOf('"') < 0
          && s.indexOf('\n') < 0
          && s.indexOf('\r') < 0) {
        line.append(s);
      } else {
        line.append('"').append(s.replace("\"", "\"\"")).append('"');
      }
    }
  }

  private static final class Arff extends StreamFormat {
    Arff(Schema schema) {
      super(schema);
    }

    @Override
    void head(Writer out, String relation) throws IOException {
      out.append("@relation ").append(quoted(relation)).append("\n\n");
      for (Column c : schema.columns()) {
        String type = c.isCategory() ? set(c.dictionary().names()) : "numeric";
        out.append("@attribute ").append(quoted(c.name())).append(' ').append(type).append('\n');
      }
      String type =
          schema.target() == Schema.Target.CLASS ? set(schema.labels().names()) : "numeric";
      out.append("@attribute ")
          .append(quoted(schema.labelName()))
          .append(' ')
          .append(type)
          .append("\n\n@data\n");
    }

    private static String set(List<String> names) {
      return "{" + String.join(",", names.stream().map(Arff::quoted).toList()) + "}";
    }

    private static String quoted(String s) {
      return s.matches("[A-Za-z0-9_.+-]+")
          ? s
          : "'" + s.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    @Override
    void row(Features x, double label) {
      for (int i = 0; i < schema.width(); i++) {
        cell(text(i, x.get(i)));
        line.append(',');
      }
      cell(label(label));
    }

    private void cell(String s) {
      line.append(s == null ? "?" : quoted(s));
    }
  }

  private static final class JsonLines extends StreamFormat {
    JsonLines(Schema schema) {
      super(schema);
    }

    @Override
    void head(Writer out, String relation) {}

    @Override
    void row(Features x, double label) {
      line.append('{');
      for (int i = 0; i < schema.width(); i++) {
        field(schema.column(i).name(), text(i, x.get(i)), schema.column(i).isCategory());
        line.append(',');
      }
      field(schema.labelName(), label(label), schema.target() == Schema.Target.CLASS);
      line.append('}');
    }

    private void field(String name, String value, boolean quoted) {
      string(name);
      line.append(':');
      if (value == null || !quoted) {
        line.append(value);
      } else {
        string(value);
      }
    }

    private void string(String s) {
      line.append('"');
      for (int i = 0; i < s.length(); i++) {
        char c = s.charAt(i);
        if (c == '"' || c == '\\') {
          line.append('\\').append(c);
        } else if (c < ' ') {
          line.append(String.format("\\u%04x", (int) c));
        } else {
          line.append(c);
        }
      }
      line.append('"');
    }
  }
}
