package org.freshet.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.freshet.core.ConfigException;
import org.freshet.engine.Expectation;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.PipelineTest;
import org.freshet.engine.Setting;
import org.freshet.evaluate.EvaluateOptions;
import org.freshet.evaluate.Evaluation;
import org.freshet.evaluate.Evaluator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the tests written in pipeline files. */
@Command(
    name = "test",
    description = "Run the tests written in pipeline files; exit code 2 when one is not met.")
final class TestCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Pipeline files.")
  List<Path> files;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Override a field; may be repeated.")
  List<String> settings = new ArrayList<>();

  TestCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<Setting> set = settings.stream().map(Setting::parse).toList();
    List<PipelineFile> read = files.stream().map(f -> PipelineFile.read(f, set)).toList();
    List<ConfigException.Fault> faults =
        read.stream().flatMap(f -> ExpectedMetrics.faults(f).stream()).toList();
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    int tests = 0;
    int failed = 0;
    for (PipelineFile file : read) {
      if (file.tests().isEmpty()) {
        console.out().println(file.file() + ": has no tests");
      }
      for (PipelineTest test : file.tests()) {
        tests++;
        failed += passes(file, test) ? 0 : 1;
      }
    }
    console
        .out()
        .println(
            tests
                + (tests == 1 ? " test, " : " tests, ")
                + (failed == 0 ? "all passed" : failed + " failed"));
    return failed == 0 ? Main.DONE : Main.WRONG;
  }

  private boolean passes(PipelineFile file, PipelineTest test) {
    Plan plan = new Plan("", test.source(), test.pipeline(), test.labels(), test.seed(), 1);
    plan.check(0, false);
    EvaluateOptions options = EvaluateOptions.DEFAULT;
    Evaluation e =
        Evaluations.run(
            new Evaluator(plan.job(null, options.limit()), options), console, plan, options);
    boolean fine = true;
    for (Expectation x : test.expect()) {
      double found = metric(e, x);
      boolean met = x.holds(found);
      fine &= met;
      console
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "%-6s %s: %s: %s is %.4f, expected %s",
                  met ? "ok" : "FAILED",
                  file.file(),
                  test.name(),
                  x.metric(),
                  found,
                  x.text()));
    }
    return fine;
  }

  private static double metric(Evaluation e, Expectation x) {
    Map<String, Double> all = e.metrics();
    Double found = all.get(x.metric());
    if (found == null) {
      throw new ConfigException(
          x.where().toString(),
          "metric '"
              + x.metric()
              + "' does not apply here; there are "
              + String.join(", ", all.keySet()));
    }
    return found;
  }
}
