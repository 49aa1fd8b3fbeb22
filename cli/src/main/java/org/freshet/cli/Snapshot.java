package org.freshet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateFiles;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.evaluate.EvaluateOptions;
import org.freshet.evaluate.Evaluator;

/**
 * The file of {@code --save}: what was evaluated and how, the columns with their dictionaries, and
 * the whole state of the run.
 */
final class Snapshot {
  /** Version of what this class writes, raised when it changes. */
  private static final int VERSION = 1;

  private static final long LARGEST = Integer.MAX_VALUE - 64;

  private final Path file;
  private final StateReader in;
  private final StateReader setup;

  private Snapshot(Path file, StateReader in) {
    this.file = file;
    this.in = in;
    this.setup = in.child("setup");
  }

  /** Writes a run at its stop; an older file stays whole if that fails. */
  static void write(Path file, Plan plan, EvaluateOptions options, Evaluator.Stop stop) {
    StateWriter out = new StateWriter();
    out.put("version", VERSION);
    about(out.child("about"));
    StateWriter setup = out.child("setup");
    setup.put("stream", plan.streamName());
    setup.put("source", plan.source().toString());
    setup.put("model", plan.model().toString());
    setup.put("full", FullSpec.of(plan.model()).toString());
    setup.put("seed", plan.seed());
    setup.put("delay", plan.labels().toString());
    setup.put("pending", plan.labels().pending());
    setup.put("window", options.window());
    setup.put("fading", options.fading());
    setup.put("near-future", options.nearFuture());
    schema(out.child("schema"), stop.schema());
    stop.save(out.child("run"));
    StateFiles.write(file, out.toBytes());
  }

  private static void about(StateWriter about) {
    about.put("freshet", Freshet.Version.number());
    about.put("written", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    about.put("java", System.getProperty("java.version"));
    about.put("machine", System.getProperty("os.arch"));
    about.put("kernels", "scalar");
  }

  private static void schema(StateWriter out, Schema schema) {
    out.put("fingerprint", schema.fingerprint());
    out.put("sparse", schema.isSparse());
    out.put("target", schema.target().name());
    out.put("label", schema.labelName());
    int n = schema.width();
    String[] names = new String[n];
    String[] kinds = new String[n];
    for (int i = 0; i < n; i++) {
      Column c = schema.column(i);
      names[i] = c.name();
      kinds[i] = c.kind().name() + (c.mayBeMissing() ? "?" : "");
      if (c.isCategory()) {
        dictionary(out.child("column-" + i), c.dictionary());
      }
    }
    out.put("names", names);
    out.put("kinds", kinds);
    if (schema.labels() != null) {
      dictionary(out.child("labels"), schema.labels());
    }
  }

  private static void dictionary(StateWriter out, Dictionary d) {
    out.put("declared", d.declared());
    out.put("limit", d.limit());
    out.put("names", d.names().toArray(new String[0]));
  }

  /** Opens a snapshot; everything in it is checked before it is believed. */
  static Snapshot read(Path file) {
    byte[] bytes;
    try {
      if (Files.isDirectory(file)) {
        throw new ConfigException(file.toString(), "is a folder, expected a snapshot");
      }
      if (Files.size(file) > LARGEST) {
        throw new StateException(
            Verdict.CORRUPT, file + ": corrupt: larger than any snapshot can be");
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException(
          file.toString(), "there is no such file, expected a snapshot written by --save");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(Failures.reason(e), e);
    }
    StateReader in = StateReader.open(file.toString(), bytes);
    if (!in.has("version") || !in.has("setup")) {
      throw new StateException(
          Verdict.CORRUPT,
          file + ": corrupt: a Freshet state, but not one that 'evaluate --save' wrote");
    }
    if (in.longValue("version") > VERSION) {
      throw new StateException(
          Verdict.TOO_NEW,
          file
              + ": too new: snapshot version "
              + in.longValue("version")
              + ", this program reads up to "
              + VERSION
              + "; use the newer Freshet that wrote it");
    }
    return new Snapshot(file, in);
  }

  Path file() {
    return file;
  }

  /** All entries. */
  StateReader entries() {
    return in;
  }

  /** The state of the evaluation. */
  StateReader run() {
    return in.child("run");
  }

  String about(String what) {
    return in.child("about").string(what);
  }

  String stream() {
    return setup.string("stream");
  }

  String source() {
    return setup.string("source");
  }

  String model() {
    return setup.string("model");
  }

  String delay() {
    return setup.string("delay");
  }

  int pending() {
    return setup.intValue("pending", 1, Integer.MAX_VALUE);
  }

  long seed() {
    return setup.longValue("seed");
  }

  int window() {
    return setup.intValue("window", 1, Integer.MAX_VALUE);
  }

  int nearFuture() {
    return setup.intValue("near-future", EvaluateOptions.AUTO, Integer.MAX_VALUE);
  }

  long fingerprint() {
    return in.child("schema").longValue("fingerprint");
  }

  /** The columns as they were, with the codes of their categories. */
  Schema schema() {
    StateReader s = in.child("schema");
    String[] names = s.strings("names");
    String[] kinds = s.strings("kinds");
    if (names.length != kinds.length) {
      throw s.corrupt("kinds", "does not fit the names");
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      columns.add(column(s, i, names[i], kinds[i]));
    }
    String label = s.string("label");
    Schema schema =
        switch (s.string("target")) {
          case "CLASS" -> Schema.classification(columns, label, dictionary(s.child("labels")));
          case "NUMBER" -> Schema.regression(columns, label);
          default -> throw s.corrupt("target", "is none of CLASS and NUMBER");
        };
    return s.bool("sparse") ? schema.withSparse(columns) : schema;
  }

  private static Column column(StateReader s, int i, String name, String kind) {
    boolean missing = kind.endsWith("?");
    return switch (missing ? kind.substring(0, kind.length() - 1) : kind) {
      case "NUMERIC" -> Column.numeric(name).withMissing(missing);
      case "TEXT" -> Column.text(name).withMissing(missing);
      case "CATEGORY" ->
          new Column(name, Column.Kind.CATEGORY, dictionary(s.child("column-" + i)), missing);
      default -> throw s.corrupt("kinds", "has the kind '" + kind + "'");
    };
  }

  private static Dictionary dictionary(StateReader in) {
    String[] names = in.strings("names");
    int declared = in.intValue("declared", 0, names.length);
    Dictionary d =
        new Dictionary(
            List.of(names).subList(0, declared),
            in.intValue("limit", names.length, Integer.MAX_VALUE));
    for (int i = declared; i < names.length; i++) {
      if (d.code(names[i]) != i) {
        throw in.corrupt("names", "has '" + names[i] + "' twice");
      }
    }
    return d;
  }

  /** Refuses to go on with another model, seed, delay, window or set of columns. */
  void check(Plan plan, EvaluateOptions options) {
    same("model", setup.string("full"), FullSpec.of(plan.model()).toString());
    same("seed", seed(), plan.seed());
    same("delay", delay(), plan.labels().toString());
    same("pending", pending(), plan.labels().pending());
    same("window", window(), options.window());
    same("near-future", nearFuture(), options.nearFuture());
  }

  private void same(String what, Object saved, Object given) {
    if (!saved.equals(given)) {
      throw new StateException(
          Verdict.OTHER_PARAMETERS,
          file
              + ": other parameters: saved with "
              + what
              + " '"
              + saved
              + "', given '"
              + given
              + "'; leave it out to go on, or start anew without --resume");
    }
  }

  /** Refuses a stream with other columns. */
  void check(Schema found) {
    if (found.fingerprint() == fingerprint()) {
      return;
    }
    throw new StateException(
        Verdict.OTHER_SCHEMA,
        file
            + ": other schema: "
            + difference(schema(), found)
            + "; give the stream it was saved with");
  }

  private static String difference(Schema saved, Schema found) {
    if (saved.isSparse() != found.isSparse()) {
      return "saved with "
          + (saved.isSparse() ? "sparse" : "dense")
          + " rows, found "
          + (found.isSparse() ? "sparse" : "dense");
    }
    if (saved.width() != found.width()) {
      return "saved with " + saved.width() + " columns, found " + found.width();
    }
    for (int i = 0; i < saved.width(); i++) {
      Column a = saved.column(i);
      Column b = found.column(i);
      if (!a.name().equals(b.name()) || a.kind() != b.kind()) {
        return "column "
            + (i + 1)
            + " was '"
            + a.name()
            + "' ("
            + word(a)
            + "), found '"
            + b.name()
            + "' ("
            + word(b)
            + ")";
      }
    }
    return "the label was '"
        + saved.labelName()
        + "' ("
        + saved.target()
        + "), found '"
        + found.labelName()
        + "' ("
        + found.target()
        + ")";
  }

  private static String word(Column c) {
    return c.kind().name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The components of the model, in words. */
  static List<String> steps(Spec model) {
    return model.asSteps().stream()
        .map(s -> s.name() + Components.find(s.name()).map(c -> " (" + c.family() + ")").orElse(""))
        .toList();
  }
}
