package org.freshet.connectors.experts;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.component.Suggest;

/**
 * Text with places for what an event says: <code>{name}</code> for a column, <code>{columns}</code>
 * for all of them, one a line.
 */
final class Template {
  private static final Pattern PLACE = Pattern.compile("\\{([^{}\\n]+)}");

  private final Schema schema;
  private final List<String> between = new ArrayList<>();
  private final List<Integer> columns = new ArrayList<>(); // -1 for all

  /**
   * @param schema of the events; a name that is none of its columns is refused
   */
  Template(String component, String text, Schema schema) {
    this.schema = schema;
    Matcher m = PLACE.matcher(text);
    int from = 0;
    while (m.find()) {
      between.add(text.substring(from, m.start()));
      columns.add(column(component, m.group(1)));
      from = m.end();
    }
    between.add(text.substring(from));
    if (columns.isEmpty()) {
      throw new ConfigException(
          "",
          "'prompt' of "
              + component
              + " says nothing of the event; put {columns} in it, or the names of columns in braces");
    }
  }

  private int column(String component, String name) {
    int i = schema.indexOf(name);
    if (i >= 0) {
      return i;
    }
    if (name.equals("columns")) {
      return -1;
    }
    List<String> names = schema.columns().stream().map(Column::name).toList();
    String hint = Suggest.didYouMean(name, names);
    throw new ConfigException(
        "",
        "'prompt' of "
            + component
            + " names {"
            + name
            + "}, which is no column"
            + (hint.isEmpty() ? "; there are " + String.join(", ", names) : hint));
  }

  String fill(Features event) {
    StringBuilder s = new StringBuilder(between.get(0));
    for (int i = 0; i < columns.size(); i++) {
      int c = columns.get(i);
      if (c >= 0) {
        s.append(value(event, c));
      } else {
        for (int k = 0; k < schema.width(); k++) {
          s.append(k == 0 ? "" : "\n").append(schema.column(k).name()).append(": ");
          s.append(value(event, k));
        }
      }
      s.append(between.get(i + 1));
    }
    return s.toString();
  }

  private String value(Features event, int c) {
    Column column = schema.column(c);
    if (column.kind() == Column.Kind.TEXT) {
      Object text = event.attachment(schema.attachmentOf(c));
      return text == null ? "unknown" : text.toString();
    }
    double v = event.get(c);
    if (Double.isNaN(v)) {
      return "unknown";
    }
    if (column.isCategory()) {
      return column.dictionary().name((int) v);
    }
    return v == Math.rint(v) && Math.abs(v) < 1e15 ? Long.toString((long) v) : Double.toString(v);
  }
}
