package org.freshet.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.component.SpecParser;
import org.freshet.core.state.StateFiles;
import org.freshet.engine.LabelPlan;
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

/** Several models on several streams, with ranks, paired tests and intervals. */
@Command(
    name = "compare",
    sortOptions = false,
    abbreviateSynopsis = true,
    description =
        "Evaluate several models on several streams, on the same events in the same order, and tell which differ.",
    footer = {
      "",
      "Example: freshet compare --data elec.csv.gz --stream 'sea(events=50000)' --model gaussian_nb --model hoeffding_tree"
    })
final class CompareCommand implements Runnable {
  private final Console console;

  @Option(
      names = "--model",
      paramLabel = "SPEC",
      required = true,
      description = "A model, such as 'standard_scaler | logistic_regression'; give two or more.")
  List<String> models = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "Events to read, as in evaluate; may be repeated.")
  List<String> data = new ArrayList<>();

  @Option(
      names = "--stream",
      paramLabel = "SPEC",
      description = "A generator, such as 'sea(concept=1, events=100000)'; may be repeated.")
  List<String> streams = new ArrayList<>();

  @ArgGroup(validate = false, heading = "%nHow the data are read:%n")
  DataOptions columns = new DataOptions();

  @Option(
      names = "--delay",
      paramLabel = "N|DURATION",
      description = "From an event to its label: 48, '48 events', 30m, 7d.")
  String delay;

  @Option(
      names = "--seeds",
      paramLabel = "N,N,…",
      split = ",",
      description = "Seeds each model is run with (default: 1).")
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

  @Mixin RunOptions.Files files;

  CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    files.check();
    Streams.checkThreads(threads);
    Streams.checkCount("--limit", limit);
    seeds.forEach(Streams::checkSeed);
    List<Spec> specs = models.stream().map(m -> Plan.model(m, "--model")).toList();
    EvaluateOptions options = EvaluateOptions.DEFAULT.withLimit(limit == null ? 0 : limit);
    Comparer comparer = new Comparer(specs, sources(), labels(), seeds, threads, options);
    Comparison c;
    try (Progress progress = new Progress(console, "compare", 0)) {
      comparer.onProgress((what, p) -> progress.at(p.events(), what));
      c = comparer.run();
    }
    tell(c);
  }

  private List<Comparer.Stream> sources() {
    List<Comparer.Stream> all = new ArrayList<>();
    for (String d : data) {
      add(all, Plan.checked(columns.source(d), List.of(Kind.SOURCE)));
    }
    for (String s : streams) {
      add(all, Plan.checked(Spec.parse(s, "--stream"), List.of(Kind.SOURCE)));
    }
    if (all.isEmpty()) {
      throw new ConfigException(
          "", "no stream is given; name one with '--data FILE' or '--stream SPEC'");
    }
    return all;
  }

  private void add(List<Comparer.Stream> all, Spec source) {
    // A stream is the same for every model and seed: a generator's own seed, else that of the first
    // run.
    Plan plan = new Plan("", source, Spec.of("majority"), LabelPlan.IMMEDIATE, seeds.get(0), 1);
    plan.check(limit == null ? 0 : limit, true);
    all.add(new Comparer.Stream(plan.streamName(), plan::open));
  }

  private LabelPlan labels() {
    if (columns.labelTime != null) {
      return LabelPlan.atLabelTime();
    }
    if (delay == null) {
      return LabelPlan.IMMEDIATE;
    }
    Object raw = SpecParser.scalar(delay);
    if (raw instanceof Span span) {
      return LabelPlan.after(span);
    }
    if (raw instanceof Long n && n >= 0) {
      return LabelPlan.afterEvents(n);
    }
    throw new ConfigException(
        "--delay",
        "is '" + delay + "', allowed a number of events or a duration such as 30m or 7d");
  }

  private void tell(Comparison c) {
    if (Outputs.isStandardOutput(files.json)) {
      console.out().print(ComparisonJson.text(c));
    } else {
      console.out().print(ComparisonText.of(c));
    }
    if (files.json != null && !Outputs.isStandardOutput(files.json)) {
      StateFiles.write(files.json, ComparisonJson.text(c).getBytes(StandardCharsets.UTF_8));
    }
    if (files.report != null) {
      StateFiles.write(files.report, ComparisonHtml.of(c).getBytes(StandardCharsets.UTF_8));
      console.err().println("report: " + files.report);
    }
  }
}
