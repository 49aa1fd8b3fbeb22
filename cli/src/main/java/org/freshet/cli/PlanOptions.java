package org.freshet.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setting;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Flags that say which model runs on which stream. */
final class PlanOptions {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PIPELINE.yaml",
      description = "A pipeline file; flags override its fields.")
  Path file;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description =
          "Events to read: CSV, ARFF, JSON lines, LIBSVM or VW text, IDX images, plain or gzipped; '-' is standard input.")
  String data;

  @Option(
      names = "--stream",
      paramLabel = "SPEC",
      description = "A generator instead, such as 'sea(concept=1, events=100000)'.")
  String stream;

  @ArgGroup(validate = false, heading = "%nHow the data are read:%n")
  DataOptions columns = new DataOptions();

  @Option(
      names = "--model",
      paramLabel = "SPEC",
      description = "The model, such as 'standard_scaler | logistic_regression'.")
  String model;

  @Option(
      names = "--protocol",
      paramLabel = "SPEC",
      description =
          "Divide the stream into tasks, and test what is kept of each: 'class_incremental(tasks=5)' ('freshet list protocol').")
  String protocol;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "Events the protocol tests (default: a share of the stream is held back).")
  String test;

  @Option(
      names = "--delay",
      paramLabel = "N|DURATION",
      description = "From an event to its label: 48, '48 events', 30m, 7d.")
  String delay;

  @Option(
      names = "--budget",
      paramLabel = "SHARE",
      description = "Learn only labels asked for: 10%%, or '{count: 200, window: 1d}'.")
  String budget;

  @Option(
      names = "--ask",
      paramLabel = "SPEC",
      description =
          "Which labels to ask for within the budget, such as 'variable_uncertainty(step=0.01)' ('freshet list query_strategy'; default: random).")
  String ask;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of everything random (default: 1).")
  Long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads the model may use (default: 1); the result is the same.")
  int threads = 1;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Override a field of the pipeline file; may be repeated.")
  List<String> settings = new ArrayList<>();

  private static final String TREE = "hoeffding_tree";
  private static final String LABELS = "classifier_chain";
  private static final String TARGETS = "isoup_tree";
  private static final String LINEAR = "standard_scaler | linear_regression";

  /** Whether anything names a stream or a model. */
  boolean namesStream() {
    return file != null || data != null || stream != null;
  }

  boolean namesModel() {
    return file != null || model != null;
  }

  /**
   * Reads and checks everything.
   *
   * @param from what is taken where nothing is said, or null
   */
  Plan plan(Snapshot from, Console console) {
    if (data != null && stream != null) {
      throw new ConfigException("--stream", "cannot be given beside --data: give one of them");
    }
    Streams.checkThreads(threads);
    if (data == null && !columns.given().isEmpty()) {
      throw new ConfigException(columns.given().get(0), "belongs to --data, which is not given");
    }
    List<Setting> all = settings(from, console);
    PipelineFile read = file == null ? PipelineFile.of(all) : PipelineFile.read(file, all);
    Plan plan = Plan.of(read, threads);
    return test == null ? plan : plan.withTest(test);
  }

  private List<Setting> settings(Snapshot from, Console console) {
    List<Setting> all = new ArrayList<>();
    String source = source(from);
    if (source != null) {
      all.add(
          new Setting(
              "source",
              source,
              data != null ? "--data" : stream != null ? "--stream" : "--resume"));
    }
    String pipeline = model(from, console);
    if (pipeline != null) {
      all.add(new Setting("pipeline", pipeline, model != null ? "--model" : "--resume"));
    }
    if (protocol != null) {
      Spec tasks = Plan.checked(Spec.parse(protocol, "--protocol"), List.of(Kind.PROTOCOL));
      all.add(new Setting("protocol", tasks.toString(), "--protocol"));
    }
    if (delay != null) {
      all.add(new Setting("labels.delay", delay, "--delay"));
    } else if (columns.labelTime != null) {
      all.add(new Setting("labels.delay", "label_time", "--label-time"));
    } else if (from != null && file == null) {
      all.add(new Setting("labels.delay", from.setup().labels().toString(), "--resume"));
    }
    if (from != null && file == null) {
      all.add(
          new Setting(
              "labels.pending", Integer.toString(from.setup().labels().pending()), "--resume"));
      from.setup()
          .labels()
          .waiting()
          .forEach((field, value) -> all.add(new Setting("labels." + field, value, "--resume")));
    }
    if (budget != null) {
      all.add(new Setting("labels.budget", budget, "--budget"));
    }
    if (ask != null) {
      all.add(new Setting("labels.ask", ask, "--ask"));
    }
    if (seed != null) {
      Streams.checkSeed(seed);
      all.add(new Setting("seed", seed.toString(), "--seed"));
    } else if (from != null && file == null) {
      all.add(new Setting("seed", Long.toString(from.setup().seed()), "--resume"));
    }
    settings.stream().map(Setting::parse).filter(s -> !isOfReader(s)).forEach(all::add);
    return all;
  }

  /** The reader of --data, with what --set says of its parameters. */
  private Spec reader() {
    Spec reader = columns.source(data);
    for (String text : settings) {
      Setting s = Setting.parse(text);
      if (isOfReader(s)) {
        String parameter = s.path().substring(s.path().lastIndexOf('.') + 1);
        Spec one = Spec.parse(reader.name() + "(" + parameter + "=" + s.value() + ")", s.flag());
        Map<String, Value> values = new LinkedHashMap<>(reader.values());
        values.putAll(one.values());
        reader = new Spec(reader.name(), values, List.of(), reader.where());
      }
    }
    return reader;
  }

  private boolean isOfReader(Setting s) {
    return data != null && s.path().startsWith("source." + columns.source(data).name() + ".");
  }

  private String source(Snapshot from) {
    if (data != null) {
      return Plan.checked(reader(), List.of(Kind.SOURCE)).toString();
    }
    if (stream != null) {
      return Plan.checked(Spec.parse(stream, "--stream"), List.of(Kind.SOURCE)).toString();
    }
    if (file != null) {
      return null;
    }
    if (from != null) {
      return from.setup().source().toString();
    }
    throw new ConfigException(
        "", "no stream is given; name a pipeline file, or '--data FILE', or '--stream SPEC'");
  }

  private String model(Snapshot from, Console console) {
    if (model != null) {
      return Plan.model(model, "--model").toString();
    }
    if (file != null) {
      return null;
    }
    if (from != null) {
      return from.setup().pipeline().toString();
    }
    String usual =
        columns.label == null || !columns.label.contains(",")
            ? usual(columns.isRegression())
            : columns.isRegression() ? TARGETS : LABELS;
    console.err().println("no --model given: taking '" + usual + "'");
    return usual;
  }

  /** The model taken when none is given. */
  static String usual(boolean regression) {
    return regression ? LINEAR : TREE;
  }
}
