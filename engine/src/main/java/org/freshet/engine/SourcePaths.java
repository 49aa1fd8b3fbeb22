package org.freshet.engine;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;

/** Relative paths a file gives to its components are relative to the file. */
final class SourcePaths {
  /** Parameters that name a file or a folder. */
  private static final Set<String> PATHS =
      Set.of(
          "path",
          "file",
          "vocabulary",
          "folder",
          "directory",
          "dead_letter",
          "tokens",
          "certificate",
          "private_key",
          "schema_file",
          "properties_file",
          "label_file");

  private SourcePaths() {}

  /**
   * The component with its paths, and those of components inside it and of its steps, under the
   * folder of {@code file}.
   */
  static Spec under(Path folder, String file, Spec source) {
    Map<String, Value> values = new LinkedHashMap<>();
    source.values().forEach((key, v) -> values.put(key, value(folder, file, key, v)));
    List<Spec> steps = source.steps().stream().map(s -> under(folder, file, s)).toList();
    return new Spec(source.name(), values, steps, source.where());
  }

  private static Value value(Path folder, String file, String key, Value v) {
    if (v.raw() instanceof Spec s) {
      Spec moved = under(folder, file, s);
      return new Value(moved, moved.toString(), v.where());
    }
    if (v.raw() instanceof List<?>) {
      List<Value> items = v.elements().stream().map(e -> value(folder, file, "", e)).toList();
      return new Value(items, v.text(), v.where());
    }
    boolean ownPath =
        PATHS.contains(key) && v.where().source().equals(file) && !v.text().equals("-");
    if (!ownPath || v.raw() == null || Path.of(v.text()).isAbsolute()) {
      return v;
    }
    String moved = folder.resolve(v.text()).normalize().toString();
    return new Value(moved, moved, v.where());
  }
}
