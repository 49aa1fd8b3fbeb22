package org.freshet.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.live.Exchange;
import org.freshet.core.live.Feed;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setting;
import org.freshet.engine.section.PlaceSection;
import org.freshet.runtime.Merger;
import org.freshet.runtime.SourceFeed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Merges what processes at the edge have learnt, until it is told to stop. */
@Command(
    name = "merge",
    description =
        "Merge what several 'freshet run' of one file have learnt, which meet by 'place.over'.",
    footer = {"", "Example: freshet merge examples/federated.yaml"})
final class MergeCommand implements Runnable {
  private final Console console;

  @Parameters(index = "0", paramLabel = "PIPELINE.yaml", description = "The file they run.")
  Path pipeline;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Give a field of the file another value; repeatable.")
  List<String> settings = new ArrayList<>();

  @Option(
      names = "--log",
      paramLabel = "FORM",
      description = "How to write what happens to standard error: text or json (default: text).")
  Logs.Form log = Logs.Form.TEXT;

  MergeCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Logs.live(log, console.err());
    PipelineFile file = PipelineFile.read(pipeline, settings.stream().map(Setting::parse).toList());
    RunCommand.check(file);
    PlaceSection.Parameters place = file.live().place();
    if (place == null || !place.meets()) {
      throw new ConfigException(
          file.file(),
          "names no place to meet; give 'place: { merged: 2, over: { kafka: { topic: models } } }'");
    }
    Exchange exchange = Components.create(place.over(), Build.of(null), Exchange.class);
    Merger merger = new Merger(file, columns(file), exchange);
    Runtime.getRuntime().addShutdownHook(new Thread(merger::close, "close"));
    console.out().println(file.name() + " is merged over " + exchange.name());
    console.out().flush();
    merger.run();
  }

  /** The columns as the source declares them; no event is read. */
  private static Schema columns(PipelineFile file) {
    try (Feed feed = RunCommand.feed(file.source(), file.seed())) {
      return feed instanceof SourceFeed s ? s.schema() : feed.declared();
    }
  }
}
