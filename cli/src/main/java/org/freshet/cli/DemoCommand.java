package org.freshet.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateFiles;
import org.freshet.engine.LabelPlan;
import org.freshet.evaluate.EvaluateOptions;
import org.freshet.evaluate.Evaluation;
import org.freshet.evaluate.Evaluator;
import org.freshet.evaluate.report.EvaluationHtml;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The first thing to try: a model that keeps learning beside a frozen copy of itself. */
@Command(
    name = "demo",
    description =
        "Watch a model that keeps learning beat a frozen copy of itself on a real electricity market.")
final class DemoCommand implements Runnable {
  private static final String DATA = "examples/data/electricity.arff.gz";
  private static final long EVENTS = 45_312;
  private static final long FROZEN_AFTER = EVENTS / 10;
  private static final String MODEL = "adaptive_random_forest";

  private final Console console;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads (default: as many as there are cores, at most 4).")
  int threads = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));

  @Option(names = "--seed", paramLabel = "N", description = "Seed (default: 1).")
  long seed = 1;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Where the report goes (default: freshet-demo.html here).")
  Path report;

  @Option(names = "--limit", paramLabel = "N", description = "Stop after so many half-hours.")
  Long limit;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Streams.checkCount("--limit", limit);
    Streams.checkSeed(seed);
    Streams.checkThreads(threads);
    Outputs.check("--report", report);
    Path page = report != null ? report : page();
    Spec source = org.freshet.streams.Sources.spec(data().toString(), Map.of());
    Plan plan = new Plan("electricity", source, Spec.of(MODEL), LabelPlan.IMMEDIATE, seed, threads);
    EvaluateOptions options =
        EvaluateOptions.DEFAULT.withFreezeAfter(FROZEN_AFTER).withLimit(limit == null ? 0 : limit);
    introduce();
    Evaluation e;
    try (DemoScreen screen =
        new DemoScreen(console, limit == null ? EVENTS : Math.min(limit, EVENTS))) {
      e = new Evaluator(plan.job(null, options.limit()), options).onProgress(screen::show).run();
    }
    summarize(e);
    StateFiles.write(page, EvaluationHtml.of(e).getBytes(StandardCharsets.UTF_8));
    console.out().println("Report: " + page.toAbsolutePath());
    console.out().println("Next: freshet evaluate --data FILE --label COLUMN");
  }

  private Path data() {
    if (console.home() == null) {
      throw new ConfigException(
          "", "the folder of Freshet is not known; start the demo with its ./freshet launcher");
    }
    Path data = console.home().resolve(DATA);
    if (!Files.isReadable(data)) {
      throw new ConfigException(
          data.toString(), "is missing; the demo needs a whole checkout of Freshet");
    }
    return data;
  }

  private static Path page() {
    Path here = Path.of("freshet-demo.html");
    return Files.isWritable(Path.of("").toAbsolutePath())
        ? here
        : Path.of(System.getProperty("java.io.tmpdir")).resolve(here);
  }

  private void introduce() {
    for (String line :
        List.of(
            "Electricity market of New South Wales, 1996-98: 45,312 half-hours. Will the price be above or below",
            "the mean of the last day? A random forest answers at every half-hour, then learns what was true.",
            "Beside it runs a copy that stopped learning after the first 10 %, and 'no change': the last answer again.",
            "")) {
      console.out().println(line);
    }
    console.out().flush();
  }

  private void summarize(Evaluation e) {
    TextTable t = new TextTable("", ">accuracy", ">kappa", ">kappa-T");
    row(t, "keeps learning", e.metrics());
    row(t, "frozen after 10 %", e.frozen().metrics());
    row(t, "no change", e.baselines().get("no_change"));
    row(t, "majority", e.baselines().get("majority"));
    console.out().println();
    t.lines().forEach(console.out()::println);
    console.out().println();
    double gain = 100 * (e.metrics().get("accuracy") - e.frozen().metrics().get("accuracy"));
    console
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "Learning on was worth %.1f points of accuracy. %,d drifts were found in single trees;"
                    + " %.1f s of learning, %,.0f half-hours a second.",
                gain,
                e.driftsTotal(),
                e.seconds(),
                e.eventsPerSecond()));
  }

  private static void row(TextTable t, String name, Map<String, Double> m) {
    t.row(name, percent(m.get("accuracy")), number(m.get("kappa")), number(m.get("kappa_t")));
  }

  private static String percent(Double x) {
    return x == null ? "" : String.format(Locale.ROOT, "%.2f %%", 100 * x);
  }

  private static String number(Double x) {
    return x == null ? "" : String.format(Locale.ROOT, "%.3f", x);
  }
}
