package org.freshet.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Parameter;
import org.freshet.engine.PipelineSchema;

/**
 * Writes {@code docs/reference}: a page for each component, an index, and the JSON schema of the
 * pipeline file, all from what the components say of themselves.
 *
 * <pre>{@code
 * java -cp 'cli/target/lib/*' org.freshet.cli.ReferencePages docs/reference
 * }</pre>
 */
public final class ReferencePages {
  private ReferencePages() {}

  /** Writes the pages to the folder given, and removes pages of components that are gone. */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: ReferencePages FOLDER");
      System.exit(Main.WRONG);
    }
    Path folder = Path.of(args[0]);
    Map<String, String> pages = pages(Components.all());
    Files.createDirectories(folder);
    for (Path old : pagesIn(folder)) {
      if (!pages.containsKey(old.getFileName().toString())) {
        Files.delete(old);
      }
    }
    for (Map.Entry<String, String> page : pages.entrySet()) {
      Files.writeString(folder.resolve(page.getKey()), page.getValue(), StandardCharsets.UTF_8);
    }
  }

  /** The generated files of a folder. */
  static List<Path> pagesIn(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(f -> f.toString().endsWith(".md") || f.toString().endsWith(".json"))
          .sorted()
          .toList();
    }
  }

  /** Content by file name. */
  static Map<String, String> pages(Iterable<ComponentProvider> components) {
    Map<String, String> pages = new TreeMap<>();
    List<ComponentProvider> all = new ArrayList<>();
    components.forEach(all::add);
    for (ComponentProvider c : all) {
      pages.put(Components.page(c) + ".md", page(c));
    }
    pages.put("README.md", index(all));
    pages.put(
        "pipeline.schema.json",
        PipelineSchema.make().toPrettyString().replace("\r\n", "\n") + "\n");
    return pages;
  }

  private static String index(List<ComponentProvider> all) {
    StringBuilder s =
        new StringBuilder("# Reference\n\nGenerated from the components; do not edit.\n");
    s.append(
        "[pipeline.schema.json](pipeline.schema.json) describes the pipeline file to editors.\n");
    for (Kind kind : Kind.values()) {
      List<ComponentProvider> some = all.stream().filter(c -> c.kinds().get(0) == kind).toList();
      if (some.isEmpty()) {
        continue;
      }
      s.append("\n## ")
          .append(title(kind))
          .append("\n\n| name | family | what it does |\n|---|---|---|\n");
      for (ComponentProvider c : some) {
        s.append("| [")
            .append(c.name())
            .append("](")
            .append(Components.page(c))
            .append(".md) | ")
            .append(c.family());
        s.append(" | ").append(cell(ComponentPages.summary(c))).append(" |\n");
      }
    }
    return s.toString();
  }

  private static String title(Kind kind) {
    String words = kind.toString().replace('_', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1) + "s";
  }

  private static String page(ComponentProvider c) {
    StringBuilder s = new StringBuilder("# ").append(c.name()).append("\n\n");
    s.append("| | |\n|---|---|\n");
    row(s, "made as", String.join(", ", c.kinds().stream().map(Kind::toString).toList()));
    row(s, "family", c.family());
    row(
        s,
        "traits",
        String.join(", ", c.traits().stream().map(ComponentPages::word).sorted().toList()));
    row(s, "state version", Integer.toString(c.version()));
    row(s, "class", "`" + c.className() + "`");
    s.append('\n').append(c.documentation().strip()).append('\n');
    if (!c.parameters().isEmpty()) {
      s.append(
          "\n## Parameters\n\n| name | meaning | allowed | default | origin |\n|---|---|---|---|---|\n");
      for (Parameter q : c.parameters()) {
        String def = q.required() ? "required" : "`" + q.def() + "`";
        row(s, "`" + q.name() + "`", q.meaning(), ComponentPages.allowed(q), def, q.origin());
      }
    }
    return s.toString();
  }

  private static void row(StringBuilder s, String... cells) {
    for (String c : cells) {
      s.append("| ").append(cell(c)).append(' ');
    }
    s.append("|\n");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace('\n', ' ');
  }
}
