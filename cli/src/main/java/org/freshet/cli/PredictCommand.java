package org.freshet.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.zip.GZIPOutputStream;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.MultiLabelClassifier;
import org.freshet.core.MultiTargetRegressor;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Parameter;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;
import org.freshet.core.component.Where;
import org.freshet.engine.Engine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Scores a file with a saved model; nothing is learnt. */
@Command(
    name = "predict",
    sortOptions = false,
    abbreviateSynopsis = true,
    description =
        "Score a file with a saved model, without learning: one predicted label (or value) per line.",
    footer = {"", "Example: freshet predict model.snapshot --data new.csv --output answers.txt"})
final class PredictCommand implements Runnable {
  private static final int BLOCK = 1024;

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "SNAPSHOT",
      description = "A file written by 'evaluate --save'.")
  Path snapshot;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description =
          "Rows to score, with the columns the model was saved with; '-' is standard input.")
  String data;

  @ArgGroup(validate = false, heading = "%nHow the data are read:%n")
  DataOptions columns = new DataOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the answers go (default: standard output).")
  Path output = Path.of("-");

  @Option(
      names = "--scores",
      description = "Write CSV with the probability of every class beside the answer.")
  boolean withScores;

  @Option(
      names = "--explain",
      description =
          "Write a line of JSON a row: the answer, the base value and what each column adds (a tree or a forest).")
  boolean explain;

  @Option(names = "--limit", paramLabel = "N", description = "Score at most so many rows.")
  Long limit;

  PredictCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Streams.checkCount("--limit", limit);
    Outputs.check("--output", output);
    if (explain && withScores) {
      throw new ConfigException("--explain", "goes without --scores; give one of the two");
    }
    Snapshot s = Snapshot.read(snapshot);
    Schema schema = s.whole().schema();
    try (Source source = Components.create(reader(schema), Build.of(null), Source.class);
        Engine engine = s.engine()) {
      SavedColumns mapped = new SavedColumns(schema, source.schema(), source.name());
      write(source, mapped, engine.model(), schema);
    }
  }

  /** The reader of the file, told which kinds the columns had. */
  private Spec reader(Schema schema) {
    if (columns.label == null) {
      columns.label = "none";
    }
    Spec given = columns.source(data);
    List<Value> numeric = new ArrayList<>();
    List<Value> categorical = new ArrayList<>();
    for (Column c : schema.columns()) {
      List<Value> list =
          c.isCategory() ? categorical : c.kind() == Column.Kind.NUMERIC ? numeric : List.of();
      if (c.kind() != Column.Kind.TEXT) {
        list.add(new Value(c.name(), c.name(), Where.NOWHERE));
      }
    }
    List<String> takes =
        Components.find(given.name())
            .map(c -> c.parameters().stream().map(Parameter::name).toList())
            .orElse(List.of());
    if (takes.contains("numeric") && takes.contains("categorical")) {
      given = with(with(given, "numeric", numeric), "categorical", categorical);
    }
    return Plan.checked(given, List.of(Kind.SOURCE));
  }

  private static Spec with(Spec s, String name, List<Value> list) {
    return list.isEmpty() ? s : s.with(name, list);
  }

  private void write(Source source, SavedColumns mapped, Learner model, Schema schema) {
    if (Outputs.isStandardOutput(output)) {
      try {
        Writer out =
            new BufferedWriter(new OutputStreamWriter(console.out(), StandardCharsets.UTF_8));
        score(source, mapped, model, schema, out);
        out.flush();
      } catch (IOException e) {
        throw Outputs.failed(output, e);
      }
      return;
    }
    long n;
    try (Outputs.Whole file = Outputs.open(output)) {
      boolean zipped = output.toString().endsWith(".gz");
      GZIPOutputStream gz = zipped ? new GZIPOutputStream(file, 1 << 16) : null;
      Writer out =
          new BufferedWriter(new OutputStreamWriter(zipped ? gz : file, StandardCharsets.UTF_8));
      n = score(source, mapped, model, schema, out);
      out.flush();
      if (zipped) {
        gz.finish();
      }
      file.done();
    } catch (IOException e) {
      throw Outputs.failed(output, e);
    }
    console.err().println(String.format(Locale.ROOT, "wrote %,d answers to %s", n, output));
  }

  private long score(Source source, SavedColumns mapped, Learner model, Schema schema, Writer out)
      throws IOException {
    Batch read = new Batch(source.schema(), BLOCK);
    Batch rows = new Batch(schema, BLOCK);
    long left = limit == null ? Long.MAX_VALUE : limit;
    long done = 0;
    Answers answers = new Answers(model, schema, withScores);
    Explanations explanations =
        explain ? new Explanations(SavedTrees.answering(model, schema, "--explain"), schema) : null;
    answers.head(out);
    try (Progress progress = new Progress(console, source.name(), limit == null ? 0 : limit)) {
      while (left > 0) {
        int n = source.read(read, (int) Math.min(BLOCK, left));
        if (n == 0) {
          break;
        }
        mapped.map(read, rows);
        for (int r = 0; r < n; r++) {
          if (explanations != null) {
            explanations.write(rows.row(r), out);
            out.write('\n');
          } else {
            answers.write(rows.row(r), out);
          }
        }
        left -= n;
        done += n;
        progress.at(done, "");
      }
    }
    return done;
  }

  /** Writes what the model answers. */
  private static final class Answers {
    private final Learner model;
    private final Schema schema;
    private final boolean withScores;
    private final double[] scores;

    Answers(Learner model, Schema schema, boolean withScores) {
      this.model = model;
      this.schema = schema;
      this.withScores = withScores;
      if (withScores && !(model instanceof Classifier)) {
        throw new ConfigException("--scores", "needs a classifier; this model predicts a number");
      }
      this.scores =
          model instanceof Classifier c
              ? new double[Math.max(1, c.labels())]
              : new double[schema.outputs().size()];
    }

    void head(Writer out) throws IOException {
      if (withScores) {
        out.write("label");
        for (int k = 0; k < scores.length; k++) {
          out.write(",p(" + name(k) + ")");
        }
        out.write('\n');
      }
    }

    void write(Features x, Writer out) throws IOException {
      if (schema.hasTruths()) {
        several(x, out);
      } else if (model instanceof Regressor r) {
        out.write(StreamFormat.number(r.predict(x)));
      } else {
        Classifier c = (Classifier) model;
        c.scores(x, scores);
        int answer = c.labels() == 0 ? -1 : Kernels.argmax(scores, c.labels());
        out.write(answer < 0 ? "" : name(answer));
        for (int k = 0; withScores && k < scores.length; k++) {
          out.write(',');
          out.write(Double.toString(scores[k]));
        }
      }
      out.write('\n');
    }

    /** The values of all targets, or the names of the labels answered, parted by commas. */
    private void several(Features x, Writer out) throws IOException {
      StringJoiner all = new StringJoiner(",");
      if (model instanceof MultiTargetRegressor r) {
        r.predict(x, scores);
      } else {
        ((MultiLabelClassifier) model).scores(x, scores);
      }
      for (int k = 0; k < scores.length; k++) {
        if (schema.target() == Schema.Target.NUMBERS) {
          all.add(StreamFormat.number(scores[k]));
        } else if (scores[k] >= 0.5) {
          all.add(schema.outputs().get(k));
        }
      }
      out.write(all.toString());
    }

    private String name(int code) {
      return code < schema.labels().size() ? schema.labels().name(code) : "#" + code;
    }
  }
}
