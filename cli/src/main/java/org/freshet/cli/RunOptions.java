package org.freshet.cli;

import java.nio.file.Path;
import org.freshet.core.ConfigException;
import org.freshet.evaluate.EvaluateOptions;
import picocli.CommandLine.Option;

/** Flags that say how an evaluation runs. */
final class RunOptions {
  @Option(names = "--limit", paramLabel = "N", description = "Read at most so many events.")
  Long limit;

  @Option(
      names = "--passes",
      paramLabel = "N",
      description = "Repeat from a fresh model, report the last pass (default: 1).")
  int passes = 1;

  @Option(
      names = "--in-memory",
      description = "Read and parse the stream first: times then hold learning alone.")
  boolean inMemory;

  @Option(
      names = "--window",
      paramLabel = "N",
      description = "Labels the rolling metrics look back on (default: 1000).")
  Integer window;

  @Option(
      names = "--near-future",
      paramLabel = "N|auto",
      description =
          "Also the accuracy with labels N events late; auto takes the shift at which the last label is no better than chance.")
  String nearFuture;

  EvaluateOptions options(Snapshot from) {
    Streams.checkCount("--limit", limit);
    EvaluateOptions o =
        EvaluateOptions.DEFAULT
            .withLimit(limit == null ? 0 : limit)
            .withPasses(passes)
            .withInMemory(inMemory)
            .withNearFuture(nearFuture());
    if (from != null && nearFuture == null) {
      o = o.withNearFuture(from.nearFuture());
    }
    if (window != null) {
      return o.withWindow(window);
    }
    return from == null ? o : o.withWindow(from.window());
  }

  private int nearFuture() {
    if (nearFuture == null) {
      return EvaluateOptions.OFF;
    }
    if (nearFuture.equals("auto")) {
      return EvaluateOptions.AUTO;
    }
    if (nearFuture.matches("\\d{1,9}")) {
      return Integer.parseInt(nearFuture);
    }
    throw new ConfigException(
        "--near-future", "is '" + nearFuture + "', allowed a number of events, or auto");
  }

  /** Files a run may write. */
  static final class Files {
    @Option(
        names = "--json",
        paramLabel = "FILE",
        description = "Write the result for programs; '-' prints it instead of the table.")
    Path json;

    @Option(
        names = "--report",
        paramLabel = "FILE.html",
        description = "Write one self-contained page with curves.")
    Path report;

    void check() {
      Outputs.check("--json", json);
      Outputs.check("--report", report);
    }
  }
}
