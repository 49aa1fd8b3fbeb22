package org.freshet.streams.live;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.component.Param;
import org.freshet.streams.input.Task;

/**
 * Parameters of feeds: the columns of their events, declared by their names, or those of the first
 * event.
 *
 * @param labels classes known from the start, in the order of their codes
 * @param categories names of categories known from the start, {@code column=name|name}
 */
public record EventColumns(
    @Param(
            value =
                "Columns that are numbers. Where no column is declared, the first records tell"
                    + " them.",
            def = "[]")
        List<String> numeric,
    @Param(value = "Columns that are categories.", def = "[]") List<String> categorical,
    @Param(value = "Columns that are text.", def = "[]") List<String> text,
    @Param(value = "Member with the label.", def = "label", origin = EventForm.API) String label,
    @Param(value = "What the label is.", def = "classification", origin = "the more common")
        Task task,
    @Param(
            value = "Classes known from the start, in the order of their codes; more may appear.",
            def = "[]")
        List<String> labels,
    @Param(
            value =
                "Names of categories known from the start, as column=name|name, in the order of"
                    + " their codes; more may appear.",
            def = "[]")
        List<String> categories) {

  public EventColumns(
      List<String> numeric,
      List<String> categorical,
      List<String> text,
      String label,
      Task task,
      List<String> labels) {
    this(numeric, categorical, text, label, task, labels, List.of());
  }

  public EventColumns {
    for (String given : categories) {
      String column = given.substring(0, Math.max(0, given.indexOf('=')));
      if (!categorical.contains(column) || given.endsWith("=")) {
        throw new ConfigException(
            "",
            "'categories' has '"
                + given
                + "', expected a column of 'categorical' and its names, as in channel=web|app");
      }
    }
    List<String> all = new ArrayList<>(numeric);
    all.addAll(categorical);
    all.addAll(text);
    for (String name : all) {
      if (all.indexOf(name) != all.lastIndexOf(name)) {
        throw new ConfigException("", "the column '" + name + "' is declared twice");
      }
    }
  }

  /** Whether the columns are declared. */
  public boolean declared() {
    return !numeric.isEmpty() || !categorical.isEmpty() || !text.isEmpty();
  }

  /**
   * The schema of the declared columns, in the order numeric, categorical, text; any value may be
   * missing.
   */
  public Schema schema() {
    List<Column> columns = new ArrayList<>();
    numeric.forEach(n -> columns.add(Column.numeric(n).withMissing(true)));
    categorical.forEach(n -> columns.add(Column.category(n, names(n)).withMissing(true)));
    text.forEach(n -> columns.add(Column.text(n)));
    return of(columns);
  }

  private String[] names(String column) {
    for (String given : categories) {
      if (given.startsWith(column + "=")) {
        return given.substring(column.length() + 1).split("\\|");
      }
    }
    return new String[0];
  }

  /** The schema of columns that were found. */
  Schema of(List<Column> columns) {
    return task == Task.REGRESSION
        ? Schema.regression(columns, label)
        : Schema.classification(columns, label, new Dictionary(labels));
  }

  /**
   * The columns of the first events: a number makes a numeric column, text and booleans a category.
   *
   * @param events JSON of an event, an array of events, or lines of events
   * @throws BadEvent when it is not
   */
  public Schema infer(byte[] events, EventFields fields) throws BadEvent {
    Map<String, JsonToken> found = new LinkedHashMap<>();
    try (JsonParser p = JsonEvents.FACTORY.createParser(events)) {
      while (p.nextToken() != null) {
        if (p.currentToken() == JsonToken.START_OBJECT) {
          look(p, fields, found);
        }
      }
    } catch (IOException e) {
      throw BadEvent.noJson(0, e);
    }
    if (found.isEmpty()) {
      throw new BadEvent(0, null, "has no features; the first event tells which columns there are");
    }
    for (String name : found.keySet()) {
      if (JsonEvents.halfCharacter(name) >= 0) {
        throw new BadEvent(0, null, "has a member with half a surrogate pair in its name");
      }
    }
    List<Column> columns = new ArrayList<>();
    found.forEach(
        (name, token) ->
            columns.add(
                (token.isNumeric() || token == JsonToken.VALUE_NULL
                        ? Column.numeric(name)
                        : Column.category(name))
                    .withMissing(true)));
    return of(columns);
  }

  private static void look(JsonParser p, EventFields fields, Map<String, JsonToken> found)
      throws IOException {
    while (p.nextToken() != JsonToken.END_OBJECT) {
      String name = p.currentName();
      JsonToken t = p.nextToken();
      if (t == JsonToken.START_OBJECT && name.equals(JsonEvents.FEATURES)) {
        look(p, new EventFields("", "", "", "", ""), found);
      } else if (t == JsonToken.START_OBJECT || t == JsonToken.START_ARRAY) {
        p.skipChildren();
      } else if (!fields.isOwn(name)) {
        found.merge(
            name, t, (old, now) -> old == JsonToken.VALUE_NULL || !now.isNumeric() ? now : old);
      }
    }
  }
}
