package org.freshet.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;
import org.freshet.core.state.StateFiles;
import org.freshet.engine.PipelineFile;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a first pipeline file for the user's own data. */
@Command(
    name = "create",
    sortOptions = false,
    abbreviateSynopsis = true,
    description =
        "Write a first pipeline file for your data: looks at the columns, and checks what it wrote.",
    footer = {
      "",
      "Example: freshet create fraud.yaml --data transactions.csv.gz --label fraud --time date"
    })
final class CreateCommand implements Runnable {
  private static final int SHOWN = 40;

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "FILE.yaml",
      description = "The file to write; must not exist yet.")
  Path file;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "The data the pipeline reads.")
  String data;

  @ArgGroup(validate = false, heading = "%nHow the data are read:%n")
  DataOptions columns = new DataOptions();

  @Option(
      names = "--model",
      paramLabel = "SPEC",
      description = "The model (default: a tree, or a linear model for --task regression).")
  String model;

  @Option(names = "--force", description = "Replace the file if it exists.")
  boolean force;

  CreateCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Outputs.check("FILE.yaml", file);
    if (Files.exists(file) && !force) {
      throw new ConfigException(
          file.toString(), "exists; give another name, or --force to replace it");
    }
    if (data.equals("-")) {
      throw new ConfigException(
          "--data", "is standard input, which a pipeline file cannot be made from; give a file");
    }
    Spec source = Plan.checked(columns.source(data), List.of(Kind.SOURCE));
    Spec pipeline =
        Plan.model(model != null ? model : PlanOptions.usual(columns.isRegression()), "--model");
    String text;
    try (Source open = Components.create(source, Build.of(null), Source.class)) {
      text = text(source, pipeline, open.schema());
    }
    Path folder = file.toAbsolutePath().getParent();
    PipelineFile.parse(file.toString(), text, folder, List.of());
    StateFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    console.out().println("wrote " + file + "; next: freshet evaluate " + file);
  }

  private String text(Spec source, Spec pipeline, Schema schema) {
    StringBuilder s = new StringBuilder();
    String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    s.append("name: ").append(quoted(name)).append('\n');
    s.append("seed: 1\n\n");
    s.append("# ")
        .append(schema.isSparse() ? "sparse rows" : schema.width() + " columns")
        .append(":\n");
    int shown = Math.min(SHOWN, schema.width());
    for (Column c : schema.columns().subList(0, shown)) {
      s.append("#   ")
          .append(c.name().replace('\n', ' '))
          .append(": ")
          .append(kind(c))
          .append('\n');
    }
    if (shown < schema.width()) {
      s.append("#   and ").append(schema.width() - shown).append(" more\n");
    }
    s.append("# label: ")
        .append(schema.labelName())
        .append(
            switch (schema.target()) {
              case CLASS -> ", a class\n";
              case LABELS -> ", labels of which any number hold\n";
              case NUMBERS -> ", numbers\n";
              default -> ", a number\n";
            });
    s.append("source:\n  ").append(source.name()).append(":\n");
    for (Map.Entry<String, Value> e : relative(source).values().entrySet()) {
      s.append("    ")
          .append(e.getKey())
          .append(": ")
          .append(yaml(e.getValue().raw()))
          .append('\n');
    }
    s.append("\npipeline:\n");
    for (Spec step : pipeline.asSteps()) {
      s.append("  - ").append(step.name()).append(step.values().isEmpty() ? ": {}\n" : ":\n");
      step.values()
          .forEach(
              (k, v) ->
                  s.append("      ").append(k).append(": ").append(yaml(v.raw())).append('\n'));
    }
    s.append(
        "\n# When the label of an event arrives: at once, or for example '48 events' or '7d'.\n");
    s.append("labels:\n  delay: ")
        .append(columns.labelTime == null ? "0" : "label_time")
        .append('\n');
    tests(s, schema, pipeline);
    return s.toString();
  }

  /** A test on the same kind of label that every working pipeline passes. */
  private static void tests(StringBuilder s, Schema schema, Spec pipeline) {
    boolean simple =
        !schema.isSparse()
            && !schema.hasTruths()
            && pipeline.asSteps().stream().allMatch(p -> p.values().isEmpty());
    if (!simple) {
      return;
    }
    boolean classes = schema.target() == Schema.Target.CLASS;
    s.append("\n# 'freshet test' runs these.\ntests:\n");
    s.append("  - name: learns a clean concept\n");
    s.append("    source: ")
        .append(
            classes ? "{ sea: { noise: 0, events: 5000 } }\n" : "{ friedman: { events: 5000 } }\n");
    s.append("    expect: ").append(classes ? "{ accuracy: \">= 0.80\" }\n" : "{ r2: \"> 0\" }\n");
  }

  /** Paths in a pipeline file are relative to it. */
  private Spec relative(Spec source) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    Path path = Path.of(data);
    String from =
        path.isAbsolute() ? data : folder.relativize(path.toAbsolutePath().normalize()).toString();
    return source.with("path", from);
  }

  private static String kind(Column c) {
    String missing = c.mayBeMissing() ? ", may be missing" : "";
    return c.kind().name().toLowerCase(java.util.Locale.ROOT) + missing;
  }

  private static String yaml(Object raw) {
    if (raw instanceof List<?> list) {
      return "["
          + String.join(", ", list.stream().map(v -> yaml(((Value) v).raw())).toList())
          + "]";
    }
    if (raw instanceof String s) {
      return quoted(s);
    }
    if (raw instanceof Spec s) {
      return quotedSpec(s);
    }
    return raw == null ? "none" : Spec.of("x").with("v", raw).values().get("v").text();
  }

  private static String quotedSpec(Spec s) {
    StringBuilder b = new StringBuilder("{ ").append(s.name()).append(": {");
    String separator = " ";
    for (Map.Entry<String, Value> e : s.values().entrySet()) {
      b.append(separator).append(e.getKey()).append(": ").append(yaml(e.getValue().raw()));
      separator = ", ";
    }
    return b.append(s.values().isEmpty() ? "} }" : " } }").toString();
  }

  private static String quoted(String s) {
    return s.matches("[A-Za-z_][A-Za-z0-9_./-]*")
            && !s.matches("(?i)true|false|yes|no|on|off|null|none|y|n")
        ? s
        : "\""
            + s.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
            + "\"";
  }
}
