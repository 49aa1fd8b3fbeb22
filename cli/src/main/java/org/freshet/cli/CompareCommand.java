package org.freshet.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateFiles;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setting;
import org.freshet.evaluate.Comparer;
import org.freshet.evaluate.Comparison;
import org.freshet.evaluate.EvaluateOptions;
import org.freshet.evaluate.report.ComparisonHtml;
import org.freshet.evaluate.report.ComparisonJson;
import org.freshet.evaluate.report.ComparisonText;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Several models on several streams, with ranks and tests. */
@Command(
    name = "compare",
    sortOptions = false,
    abbreviateSynopsis = true,
    description =
        "Compare models on the same events: table, average ranks, paired tests, intervals.",
    footer = {
      "",
      "Example: freshet compare --data elec.csv.gz --stream 'sea(events=50000)' --model gaussian_nb --model hoeffding_tree"
    })
final class CompareCommand implements Runnable {
  private final Console console;

  @Parameters(
      arity = "0..*",
      paramLabel = "PIPELINE.yaml",
      description = "Pipeline files: each adds its model and its stream.")
  List<Path> files = new ArrayList<>();

  @Option(names = "--model", paramLabel = "SPEC", description = "A model; may be repeated.")
  List<String> models = new ArrayList<>();

  @Option(names = "--data", paramLabel = "FILE", description = "A file of events; may be repeated.")
  List<String> data = new ArrayList<>();

  @Option(names = "--stream", paramLabel = "SPEC", description = "A generator; may be repeated.")
  List<String> generators = new ArrayList<>();

  @ArgGroup(validate = false, heading = "%nHow the data are read:%n")
  DataOptions columns = new DataOptions();

  @Option(
      names = "--delay",
      paramLabel = "N|DURATION",
      description = "From an event to its label, for all.")
  String delay;

  @Option(
      names = "--seeds",
      paramLabel = "N,N,…",
      split = ",",
      description = "Seeds each model is run with; scores are their mean (default: 1).")
  List<Long> seeds = List.of(1L);

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads a model may use (default: 1).")
  int threads = 1;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Read at most so many events of each stream.")
  Long limit;

  @Mixin RunOptions.Files outputs;

  CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Streams.checkCount("--limit", limit);
    Streams.checkThreads(threads);
    seeds.forEach(Streams::checkSeed);
    outputs.check();
    EvaluateOptions options = EvaluateOptions.DEFAULT.withLimit(limit == null ? 0 : limit);
    Map<String, Spec> pipelines = new LinkedHashMap<>();
    models.forEach(m -> put(pipelines, Plan.model(m, "--model")));
    List<Plan> streams = streams(pipelines);
    LabelPlan labels = streams.isEmpty() ? LabelPlan.IMMEDIATE : streams.get(0).labels();
    for (Plan p : streams) {
      p.check(options.limit(), true);
      if (!p.labels().equals(labels)) {
        throw new ConfigException(
            p.name(),
            "has the label delay "
                + p.labels()
                + ", another file has "
                + labels
                + "; give one with --delay");
      }
    }
    List<Comparer.Stream> named =
        streams.stream()
            .map(p -> new Comparer.Stream(p.streamName(), () -> p.open(options.limit())))
            .toList();
    tell(
        compare(
            new Comparer(List.copyOf(pipelines.values()), named, labels, seeds, threads, options),
            options));
  }

  private static void put(Map<String, Spec> pipelines, Spec model) {
    pipelines.put(model.toString(), model);
  }

  private List<Plan> streams(Map<String, Spec> pipelines) {
    List<Setting> set = new ArrayList<>();
    if (delay != null) {
      set.add(new Setting("labels.delay", delay, "--delay"));
    } else if (columns.labelTime != null) {
      set.add(new Setting("labels.delay", LabelPlan.LABEL_TIME, "--label-time"));
    }
    Map<String, Plan> all = new LinkedHashMap<>();
    for (Path f : files) {
      Plan p = Plan.of(PipelineFile.read(f, set), threads);
      put(pipelines, p.model());
      all.put(p.source() + " " + p.protocol(), p);
    }
    List<Spec> sources = new ArrayList<>();
    data.forEach(d -> sources.add(Plan.checked(columns.source(d), List.of(Kind.SOURCE))));
    generators.forEach(
        g -> sources.add(Plan.checked(Spec.parse(g, "--stream"), List.of(Kind.SOURCE))));
    if (sources.isEmpty() && all.isEmpty()) {
      throw new ConfigException(
          "", "no stream is given; name '--data FILE', '--stream SPEC' or pipeline files");
    }
    if (pipelines.size() < 2) {
      throw new ConfigException(
          "",
          "a comparison needs two different models or more, found "
              + pipelines.size()
              + "; repeat '--model SPEC'");
    }
    Spec any = pipelines.values().iterator().next();
    for (Spec s : sources) {
      all.put(s.toString(), Plan.of(PipelineFile.of(settings(s, any, set)), threads));
    }
    return List.copyOf(all.values());
  }

  private List<Setting> settings(Spec source, Spec model, List<Setting> more) {
    List<Setting> all = new ArrayList<>(more);
    all.add(new Setting("source", source.toString(), "--data"));
    all.add(new Setting("pipeline", model.toString(), "--model"));
    all.add(new Setting("seed", seeds.get(0).toString(), "--seeds"));
    return all;
  }

  private Comparison compare(Comparer comparer, EvaluateOptions options) {
    try (Runs runs = new Runs(console, options.limit())) {
      return comparer.onProgress((what, p) -> runs.at(what, p.events())).run();
    }
  }

  /** One progress after the other, as the runs come. */
  private static final class Runs implements AutoCloseable {
    private final Console console;
    private final long total;
    private String current = "";
    private Progress progress;

    Runs(Console console, long total) {
      this.console = console;
      this.total = total;
    }

    void at(String what, long events) {
      if (!what.equals(current)) {
        close();
        current = what;
        progress = new Progress(console, what, total);
      }
      progress.at(events, "");
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }

  private void tell(Comparison c) {
    boolean jsonOut = Outputs.isStandardOutput(outputs.json);
    console.out().print(jsonOut ? ComparisonJson.text(c) : ComparisonText.of(c));
    if (outputs.json != null && !jsonOut) {
      StateFiles.write(outputs.json, ComparisonJson.text(c).getBytes(StandardCharsets.UTF_8));
    }
    if (outputs.report != null) {
      StateFiles.write(outputs.report, ComparisonHtml.of(c).getBytes(StandardCharsets.UTF_8));
      console.err().println("report: " + outputs.report);
    }
  }
}
