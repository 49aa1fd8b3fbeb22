package org.freshet.core;

import java.util.Objects;

/**
 * One feature column.
 *
 * @param name its name, unique in the schema
 * @param kind what its values are
 * @param dictionary names of the categories, null unless {@code kind} is CATEGORY
 * @param mayBeMissing whether NaN may occur in it
 */
public record Column(String name, Kind kind, Dictionary dictionary, boolean mayBeMissing) {

  /** What the values of a column are. */
  public enum Kind {
    /** A double; NaN is missing. */
    NUMERIC,
    /** A code of the column's open dictionary; NaN is missing. */
    CATEGORY,
    /** Text carried by reference beside the numbers, see {@link Features#attachment}. */
    TEXT
  }

  public Column {
    Objects.requireNonNull(name);
    Objects.requireNonNull(kind);
    if ((kind == Kind.CATEGORY) != (dictionary != null)) {
      throw new SchemaException(
          "column '" + name + "' of kind " + kind + " has a wrong dictionary");
    }
  }

  public static Column numeric(String name) {
    return new Column(name, Kind.NUMERIC, null, false);
  }

  public static Column category(String name, String... declared) {
    return new Column(name, Kind.CATEGORY, new Dictionary(java.util.List.of(declared)), false);
  }

  public static Column text(String name) {
    return new Column(name, Kind.TEXT, null, true);
  }

  public Column withMissing(boolean missing) {
    return new Column(name, kind, dictionary, missing);
  }

  public boolean isCategory() {
    return kind == Kind.CATEGORY;
  }
}
