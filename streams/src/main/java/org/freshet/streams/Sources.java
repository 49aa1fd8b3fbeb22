package org.freshet.streams;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;
import org.freshet.core.component.Where;
import org.freshet.streams.image.Idx;
import org.freshet.streams.input.Content;

/** Opens a file, or standard input, with the reader its name or else its content asks for. */
public final class Sources {
  private static final int PEEK = 1 << 14;
  private static final Pattern PAIRS =
      Pattern.compile("\\S+(\\s+qid:\\d+)?(\\s+\\d+:[-+.\\dEe]+)+\\s*(#.*)?");

  private static final Map<String, String> BY_NAME =
      Map.ofEntries(
          Map.entry("csv", "csv"),
          Map.entry("tsv", "csv"),
          Map.entry("tab", "csv"),
          Map.entry("arff", "arff"),
          Map.entry("jsonl", "jsonl"),
          Map.entry("ndjson", "jsonl"),
          Map.entry("json", "jsonl"),
          Map.entry("libsvm", "libsvm"),
          Map.entry("svm", "libsvm"),
          Map.entry("svmlight", "libsvm"),
          Map.entry("idx", "idx"),
          Map.entry("zip", "images"),
          Map.entry("tar", "images"),
          Map.entry("tgz", "images"),
          Map.entry("vw", "vw"));

  private Sources() {}

  /** Opens a path with all defaults. */
  public static Source open(String path) {
    return open(path, Map.of());
  }

  /**
   * Opens a path with some parameters given, by the names they have in files; a value is text of
   * the grammar's types or a list.
   *
   * @param path a file, or {@code -} for standard input
   * @throws org.freshet.core.ConfigException when the reader has no such parameter
   * @throws org.freshet.core.DataException when the file cannot be read
   */
  public static Source open(String path, Map<String, ?> parameters) {
    return Components.create(spec(path, parameters), Build.of(null), Source.class);
  }

  /** The reader for a path with its parameters, as a pipeline file would say it. */
  public static Spec spec(String path, Map<String, ?> parameters) {
    Spec spec = Spec.of(format(path)).with("path", path);
    for (Map.Entry<String, ?> e : parameters.entrySet()) {
      spec = spec.with(e.getKey(), raw(e.getValue()));
    }
    return spec;
  }

  private static Object raw(Object value) {
    if (value instanceof Integer n) {
      return n.longValue();
    }
    return value instanceof List<?> list
        ? list.stream().map(v -> new Value(v, String.valueOf(v), Where.NOWHERE)).toList()
        : value;
  }

  /** Name of the reader for a path: by its name without .gz, else by its first lines, else csv. */
  public static String format(String path) {
    String name = Content.plainName(path);
    String known = BY_NAME.get(name.substring(name.lastIndexOf('.') + 1));
    if (known != null && name.indexOf('.') >= 0) {
      return known;
    }
    if (name.matches(".*-idx\\d-ubyte")) {
      return "idx";
    }
    byte[] head = Content.peek(path, PEEK);
    return Idx.isIdx(head) ? "idx" : sniff(new String(head, StandardCharsets.ISO_8859_1));
  }

  private static String sniff(String text) {
    if (text.toLowerCase(Locale.ROOT)
        .lines()
        .anyMatch(l -> l.stripLeading().startsWith("@relation"))) {
      return "arff";
    }
    String first =
        text.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).findFirst().orElse("").strip();
    if (first.startsWith("{")) {
      return "jsonl";
    }
    if (PAIRS.matcher(first).matches()) {
      return "libsvm";
    }
    return isVowpal(first) ? "vw" : "csv";
  }

  /** Numbers and a tag before the first bar, and a name or blank right behind it. */
  private static boolean isVowpal(String line) {
    int bar = line.indexOf('|');
    return bar >= 0
        && line.substring(0, bar).matches("([-+.\\dEe]+\\s+){0,3}('?\\S+)?\\s*")
        && line.substring(bar + 1).matches("(\\S+)?(\\s+[^\\s|]+)+.*")
        && !line.contains(",");
  }
}
