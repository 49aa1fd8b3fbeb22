package org.freshet.connectors.experts;

import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;

/** The classes an expert chooses from. */
final class Classes {
  private Classes() {}

  /** Those given, else those the stream declares. */
  static List<String> of(String component, List<String> given, Schema schema) {
    if (given != null && !given.isEmpty()) {
      return List.copyOf(given);
    }
    if (schema.labels() == null || schema.declaredLabels() == 0) {
      throw new ConfigException(
          "",
          component
              + " needs 'classes', a list to choose from: the stream does not declare those of '"
              + schema.labelName()
              + "'");
    }
    return schema.labels().names().subList(0, schema.declaredLabels());
  }

  /** The class of this name, whatever its case; null where there is none. */
  static String find(List<String> classes, String said) {
    String name = said.strip();
    if (classes.contains(name)) {
      return name;
    }
    for (String c : classes) {
      if (c.equalsIgnoreCase(name)) {
        return c;
      }
    }
    return null;
  }
}
