package org.freshet.streams.arff;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.freshet.core.DataException;
import org.freshet.core.component.Suggest;
import org.freshet.streams.input.BadRecord;
import org.freshet.streams.input.ByteInput;
import org.freshet.streams.input.Cells;
import org.freshet.streams.input.Lines;
import org.freshet.streams.input.TableColumn;
import org.freshet.streams.input.Times;

/** The part of an ARFF file up to and with {@code @data}. */
final class ArffHeader {
  private static final String DATE = "yyyy-MM-dd'T'HH:mm:ss";
  private static final List<String> TYPES =
      List.of("numeric", "real", "integer", "string", "date", "relational");

  private final ByteInput in;
  private final String zone;
  private final List<TableColumn> columns = new ArrayList<>();
  private final Set<String> names = new LinkedHashSet<>();
  private Lines lines;
  private String text;
  private int at;

  ArffHeader(ByteInput in, Lines lines, String zone) {
    this.in = in;
    this.zone = zone;
    this.lines = lines;
    while (!line()) {}
    if (columns.isEmpty()) {
      throw fault("there is no @attribute before @data");
    }
  }

  List<TableColumn> columns() {
    return columns;
  }

  /** Reads one line; true when it is {@code @data}. */
  private boolean line() {
    try {
      if (!lines.next()) {
        throw new DataException(
            in.name(),
            in.line(),
            null,
            in.line() == 0 ? "is empty, expected an ARFF header" : "the header ends without @data");
      }
    } catch (BadRecord tooLong) {
      throw fault(tooLong.getMessage());
    }
    if (lines.bytes()[lines.start()] == '%') {
      return false;
    }
    text = lines.text();
    at = 0;
    String keyword = word().toLowerCase(Locale.ROOT);
    switch (keyword) {
      case "@relation" -> {}
      case "@attribute" -> attribute();
      case "@data" -> {
        return true;
      }
      default ->
          throw fault(
              "found "
                  + BadRecord.quote(keyword)
                  + ", expected @relation, @attribute or @data"
                  + Suggest.didYouMean(keyword, List.of("@relation", "@attribute", "@data")));
    }
    return false;
  }

  private DataException fault(String message) {
    return new DataException(in.name(), Math.max(1, in.line()), null, BadRecord.oneLine(message));
  }

  private void blanks() {
    while (at < text.length() && text.charAt(at) <= ' ') {
      at++;
    }
  }

  /** The next word, quoted or up to a blank, brace or comma. */
  private String word() {
    blanks();
    if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
      return quoted();
    }
    int start = at;
    while (at < text.length() && text.charAt(at) > ' ' && "{},".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private String quoted() {
    char quote = text.charAt(at++);
    StringBuilder s = new StringBuilder();
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at++);
      if (c == '\\' && at < text.length()) {
        c = text.charAt(at++);
        c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
      }
      s.append(c);
    }
    if (at == text.length()) {
      throw fault("the quote " + quote + " is not closed");
    }
    at++;
    return s.toString();
  }

  private void attribute() {
    String name = word();
    if (name.isEmpty()) {
      throw fault("@attribute needs a name");
    }
    if (!names.add(name)) {
      throw fault("attribute " + BadRecord.quote(name) + " is declared twice");
    }
    if (columns.size() == Cells.LIMIT) {
      throw fault("there are more than " + Cells.LIMIT + " attributes");
    }
    blanks();
    if (at < text.length() && text.charAt(at) == '{') {
      columns.add(nominal(name));
      return;
    }
    String type = word().toLowerCase(Locale.ROOT);
    columns.add(
        switch (type) {
          case "numeric", "real", "integer" -> TableColumn.of(name, TableColumn.Type.NUMBER, true);
          case "string" -> TableColumn.of(name, TableColumn.Type.TEXT, true);
          case "date" -> date(name);
          case "relational" ->
              throw fault(
                  "attribute "
                      + BadRecord.quote(name)
                      + " is relational, which is not read; flatten it first");
          default ->
              throw fault(
                  "attribute "
                      + BadRecord.quote(name)
                      + " has the type "
                      + BadRecord.quote(type)
                      + ", expected numeric, real, integer, string, date or {values}"
                      + Suggest.didYouMean(type, TYPES));
        });
  }

  private TableColumn date(String name) {
    String format = word();
    Times times;
    try {
      times = new Times(format.isEmpty() ? DATE : format, zone);
    } catch (org.freshet.core.ConfigException wrong) {
      throw fault(
          "attribute "
              + BadRecord.quote(name)
              + " has a date format that cannot be read: "
              + BadRecord.quote(format));
    }
    return new TableColumn(name, TableColumn.Type.DATE, null, true, times);
  }

  private TableColumn nominal(String name) {
    at++;
    List<String> values = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    while (true) {
      blanks();
      if (at == text.length()) {
        throw fault("the values of attribute " + BadRecord.quote(name) + " have no closing '}'");
      }
      char c = text.charAt(at);
      if (c == '}') {
        break;
      }
      if (c == ',') {
        at++;
        continue;
      }
      int before = at;
      String value = c == '\'' || c == '"' ? quoted() : plain();
      if (before == at || !seen.add(value)) {
        throw fault(
            "attribute "
                + BadRecord.quote(name)
                + " declares the value "
                + BadRecord.quote(value)
                + " twice");
      }
      values.add(value);
    }
    return new TableColumn(name, TableColumn.Type.CATEGORY, values, true, null);
  }

  /** A value without quotes: up to the comma or brace; blanks inside belong to it. */
  private String plain() {
    int start = at;
    while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != '}') {
      at++;
    }
    return text.substring(start, at).strip();
  }
}
