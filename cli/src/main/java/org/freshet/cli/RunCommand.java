package org.freshet.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.freshet.connectors.jdbc.JdbcQuestions;
import org.freshet.core.ConfigException;
import org.freshet.core.Source;
import org.freshet.core.ask.QuestionStore;
import org.freshet.core.ask.QuestionStore.Terms;
import org.freshet.core.component.Build;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Sink;
import org.freshet.engine.Lint;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setting;
import org.freshet.engine.ask.Annotator;
import org.freshet.engine.section.QueueSection;
import org.freshet.engine.section.StateSection;
import org.freshet.engine.section.StateSection.Durability;
import org.freshet.runtime.Live;
import org.freshet.runtime.SourceFeed;
import org.freshet.serve.Server;
import org.freshet.serve.ask.Questions;
import org.freshet.serve.meter.Meters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a pipeline file live until it is told to stop. */
@Command(
    name = "run",
    sortOptions = false,
    abbreviateSynopsis = true,
    description =
        "Run a pipeline live: events in, answers out, labels learnt from whenever they arrive.",
    footer = {"", "Example: freshet run examples/payments.yaml --port 0"})
final class RunCommand implements Runnable {
  private final Console console;

  @Parameters(index = "0", paramLabel = "PIPELINE.yaml", description = "A pipeline file.")
  Path pipeline;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the HTTP server; 0 takes a free one.")
  Integer port;

  @Option(
      names = "--from",
      paramLabel = "SNAPSHOT",
      description =
          "Begin, in a new state folder, with what 'evaluate --save' wrote, or a version of another pipeline.")
  Path from;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads the learner may use (default: 1).")
  int threads = 1;

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

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Logs.live(log, console.err());
    Streams.checkThreads(threads);
    List<Setting> set = new ArrayList<>();
    settings.forEach(s -> set.add(Setting.parse(s)));
    if (port != null) {
      set.add(new Setting("serve.port", "" + port, "--port"));
    }
    PipelineFile file = PipelineFile.read(pipeline, set);
    check(file);
    Meters meters = new Meters(file);
    Live live = new Live(file, feeds(file), threads, Freshet.Version.number(), meters);
    if (from != null) {
      live.beginWith(from);
    }
    Questions queue = queue(file);
    if (queue != null) {
      live.keep(queue);
      meters.questions(queue);
    }
    meters.watch(live);
    Thread atExit = new Thread(live::close, "drain");
    try (Server server = server(live, meters, queue, file)) {
      live.start(sinks(file));
      Runtime.getRuntime().addShutdownHook(atExit);
      if (server == null) {
        announce(file.name() + " runs");
      } else {
        server.ready();
      }
      live.ended().get();
      live.close(); // where another thread drains it, until that is done
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
    }
  }

  /** What is wrong is said with its place before anything is opened. */
  static void check(PipelineFile file) {
    List<ConfigException.Fault> faults =
        Lint.live(file).stream()
            .filter(Lint.Finding::error)
            .map(f -> new ConfigException.Fault(f.where(), f.message()))
            .toList();
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
  }

  private Server server(Live live, Meters meters, Questions queue, PipelineFile file) {
    return file.live().serve().enabled()
        ? Server.start(
            live, file.live().serve(), Freshet.Version.number(), meters, queue, this::announce)
        : null;
  }

  /** The queue of open questions; null where the file names none. */
  private static Questions queue(PipelineFile file) {
    QueueSection.Parameters q = file.live().queue();
    if (q == null) {
      return null;
    }
    Map<String, Double> prices = new HashMap<>();
    if (file.labels().ask() != null) {
      for (Spec s : file.labels().ask().annotators()) {
        Annotator a = Components.create(s, Build.of(null), Annotator.class);
        prices.put(a.name(), a.price());
      }
    }
    Terms terms =
        new Terms(
            q.lease().length(),
            q.keep().length(),
            q.audit().length(),
            q.limit(),
            q.price(),
            prices);
    StateSection.Parameters state = file.live().state();
    QuestionStore store =
        q.url() == null
            ? JdbcQuestions.sqlite(
                Path.of(state.directory()).resolve("questions.db"),
                state.durability() == Durability.MACHINE,
                terms)
            : JdbcQuestions.postgres(q.url(), q.userVariable(), q.passwordVariable(), terms);
    store.open(file.name());
    return new Questions(store, q);
  }

  private void announce(String line) {
    console.out().println(line);
    console.out().flush();
  }

  /** The source of events and, where there is one, of labels. */
  static List<Feed> feeds(PipelineFile file) {
    List<Feed> feeds = new ArrayList<>();
    if (file.source() == null) {
      throw new ConfigException(file.file(), "has no 'source'; say where the events come from");
    }
    feeds.add(feed(file.source(), file.seed()));
    if (file.live().labelSource() != null) {
      feeds.add(feed(file.live().labelSource(), file.seed()));
    }
    return feeds;
  }

  /** A feed by its name, else a source that is read to its end. */
  static Feed feed(Spec spec, long seed) {
    boolean live =
        Components.find(spec.name() + "_" + Kind.FEED).map(ComponentProvider::kinds).isPresent();
    return live
        ? Components.create(spec, Build.of(null), Feed.class)
        : new SourceFeed(Components.create(spec, Build.of(null).withSeed(seed), Source.class));
  }

  private static List<Sink> sinks(PipelineFile file) {
    List<Sink> sinks = new ArrayList<>();
    file.live().sinks().forEach(s -> sinks.add(Components.create(s, Build.of(null), Sink.class)));
    return sinks;
  }
}
