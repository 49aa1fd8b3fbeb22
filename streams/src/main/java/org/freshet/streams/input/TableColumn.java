package org.freshet.streams.input;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;

/**
 * A column as the source has it, before it is given a role.
 *
 * @param type of its values
 * @param declared names of its categories in the order of their codes; null when they are open
 * @param missing whether a value may be missing
 * @param times how a DATE is read, else null
 */
public record TableColumn(
    String name, Type type, List<String> declared, boolean missing, Times times) {
  /** What the text of a column means. */
  public enum Type {
    NUMBER,
    CATEGORY,
    TEXT,
    DATE
  }

  public static TableColumn of(String name, Type type, boolean missing) {
    return new TableColumn(name, type, null, missing, null);
  }

  boolean isClosed() {
    return declared != null;
  }

  Column asFeature() {
    return switch (type) {
      case NUMBER, DATE -> Column.numeric(name).withMissing(missing);
      case CATEGORY -> new Column(name, Column.Kind.CATEGORY, dictionary(), missing);
      case TEXT -> Column.text(name);
    };
  }

  Dictionary dictionary() {
    return declared == null ? new Dictionary() : new Dictionary(declared);
  }
}
