package org.freshet.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;
import org.freshet.core.component.Where;
import picocli.CommandLine.Option;

/** Flags that say how a data file is read; each stands for a parameter of the reader. */
final class DataOptions {
  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description =
          "Column of the label: its name, its number counted from 1, or last (default); several by commas.")
  String label;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "classification (default) or regression.")
  String task;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "csv, arff, jsonl, libsvm, vw, idx or images (default: by name or content).")
  String format;

  @Option(
      names = "--header",
      paramLabel = "yes|no",
      description = "Whether the first line names the columns (default: found out).")
  String header;

  @Option(
      names = "--separator",
      paramLabel = "CHAR",
      description =
          "What separates the cells: a character, tab, comma, semicolon, space (default: found out).")
  String separator;

  @Option(
      names = "--missing",
      paramLabel = "MARK",
      split = ",",
      description = "More marks of a missing value, such as -999.")
  List<String> missing;

  @Option(
      names = "--ignore",
      paramLabel = "COLUMN",
      split = ",",
      description = "Columns to leave out.")
  List<String> ignore;

  @Option(names = "--time", paramLabel = "COLUMN", description = "Column of the event's time.")
  String time;

  @Option(
      names = "--time-format",
      paramLabel = "FORMAT",
      description = "How times are written (default: found out).")
  String timeFormat;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Zone of times that name none (default: UTC).")
  String zone;

  @Option(
      names = "--id",
      paramLabel = "COLUMN",
      description = "Column of the event's id; a later line of the id may bring its label.")
  String id;

  @Option(
      names = "--key",
      paramLabel = "COLUMN",
      description = "Column that says whose event it is.")
  String key;

  @Option(names = "--weight", paramLabel = "COLUMN", description = "Column of the event's weight.")
  String weight;

  @Option(
      names = "--label-time",
      paramLabel = "COLUMN",
      description = "Column of the time at which the label arrives.")
  String labelTime;

  @Option(
      names = "--on-error",
      paramLabel = "fail|skip",
      description = "What becomes of a bad record (default: fail).")
  String onError;

  /** The reader for a file, with the parameters given. */
  Spec source(String data) {
    Map<String, Value> values = new LinkedHashMap<>();
    put(values, "path", data, "--data");
    values.putAll(columns());
    String reader = format != null ? format : Streams.format(data);
    return new Spec(reader, values, List.of(), at(format != null ? "--format" : "--data"));
  }

  private Map<String, Value> columns() {
    Map<String, Value> values = new LinkedHashMap<>();
    put(values, "label", label, "--label");
    put(values, "task", task, "--task");
    put(values, "header", header, "--header");
    put(values, "separator", separator, "--separator");
    put(values, "missing", missing, "--missing");
    put(values, "ignore", ignore, "--ignore");
    put(values, "time", time, "--time");
    put(values, "time_format", timeFormat, "--time-format");
    put(values, "zone", zone, "--zone");
    put(values, "id", id, "--id");
    put(values, "key", key, "--key");
    put(values, "weight", weight, "--weight");
    put(values, "label_time", labelTime, "--label-time");
    put(values, "on_error", onError, "--on-error");
    return values;
  }

  /** Flags given that only a file can obey. */
  List<String> given() {
    return columns().values().stream().map(v -> v.where().source()).toList();
  }

  boolean isRegression() {
    return "regression".equals(task);
  }

  private static void put(Map<String, Value> values, String name, String text, String flag) {
    if (text != null) {
      values.put(name, new Value(text, text, at(flag)));
    }
  }

  private static void put(Map<String, Value> values, String name, List<String> texts, String flag) {
    if (texts != null) {
      List<Value> list = texts.stream().map(t -> new Value(t, t, at(flag))).toList();
      values.put(name, new Value(list, String.join(",", texts), at(flag)));
    }
  }

  private static Where at(String flag) {
    return new Where(flag, 0, 0);
  }
}
