package org.freshet.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Protocol;
import org.freshet.core.component.Spec;
import org.freshet.core.state.HeapModelStore;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.LiveSettings;
import org.freshet.engine.MemoryBudget;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setup;
import org.freshet.engine.section.LimitsSection;
import org.freshet.evaluate.Job;
import org.freshet.evaluate.protocol.TaskProtocol;
import org.freshet.runtime.contest.Contest;
import org.freshet.runtime.journal.JournalSource;

/**
 * A model on a stream, as pipeline file, flags or snapshot say it; checked.
 *
 * @param name of the stream for reports: what the file says, else the stream's own name
 * @param protocol divides the stream into tasks; null for the stream as it is
 * @param live what the file says about running live, of which {@code limits.memory} is obeyed here
 *     too, so that a recorded run is predicted as it was; null where there is no file
 */
record Plan(
    String name,
    Spec source,
    Spec model,
    LabelPlan labels,
    long seed,
    int threads,
    Spec protocol,
    LiveSettings live) {

  Plan(String name, Spec source, Spec model, LabelPlan labels, long seed, int threads) {
    this(name, source, model, labels, seed, threads, null, null);
  }

  static Plan of(PipelineFile file, int threads) {
    return new Plan(
        file.name(),
        file.source(),
        file.pipeline(),
        file.labels(),
        file.seed(),
        threads,
        file.protocol(),
        file.live());
  }

  /** Tests the tasks of the protocol on another file, read like the stream. */
  Plan withTest(String file) {
    if (protocol == null) {
      throw new ConfigException(
          "--test", "belongs to a protocol, which is not given: '--protocol SPEC' names one");
    }
    if (!source.values().containsKey("path")) {
      throw new ConfigException(
          "--test",
          "is a file that is read like the stream, which is '" + source.name() + "', no file");
    }
    Spec tested = protocol.with("test", source.with("path", file));
    return new Plan(name, source, model, labels, seed, threads, tested, live);
  }

  /**
   * The stream, divided into the tasks of the protocol if there is one.
   *
   * @param limit the most events a protocol reads; 0 is all
   */
  Source open(long limit) {
    Build build = Build.of(null).withSeed(seed);
    Source stream = Components.create(source, build, Source.class);
    if (protocol == null) {
      return stream;
    }
    Protocol p;
    try {
      p = Components.create(protocol, build, Protocol.class);
    } catch (RuntimeException wrong) {
      stream.close();
      throw wrong;
    }
    return ((TaskProtocol) p).over(stream, limit, protocol.toString());
  }

  /**
   * @param from the snapshot it goes on from, whose columns the stream must have; or null
   * @param limit the most events a protocol reads; 0 is all
   */
  Job job(Snapshot from, long limit) {
    return new Job(
        streamName(),
        () -> opened(from, limit),
        model.toString(),
        this::engine,
        labels,
        seed,
        threads);
  }

  private Engine engine(Schema schema, LabelPlan plan) {
    Engine engine = made(schema, plan);
    if (engine.asksOutside() && source.name().equals("journal")) {
      if (JournalSource.hasReplies(Path.of(source.values().get("path").text()))) {
        int inFlight = live == null ? LimitsSection.IN_FLIGHT : live.limits().inFlight();
        engine.answersLater(Contest.MAIN, inFlight); // nobody is asked
      }
    }
    return engine;
  }

  private Engine made(Schema schema, LabelPlan plan) {
    if (live == null || live.limits().memory() == 0) {
      return new Engine(schema, model, plan, seed, threads);
    }
    Build build =
        Build.of(schema)
            .withSeed(seed)
            .withWorkers(new Workers(threads))
            .withStore(new HeapModelStore());
    return MemoryBudget.of(live.limits().memory(), MemoryBudget.models(live), schema, plan)
        .engine(model, plan, build);
  }

  private Source opened(Snapshot from, long limit) {
    Source s = open(limit);
    if (from != null) {
      try {
        from.adopt(s.schema());
      } catch (RuntimeException other) {
        s.close();
        throw other;
      }
    }
    return s;
  }

  Setup setup() {
    return new Setup(streamName(), source, model, seed, labels);
  }

  /** The name given, else the file's name, else the generator as it was asked for. */
  String streamName() {
    if (!name.isEmpty()) {
      return name;
    }
    var path = source.values().get("path");
    return path == null ? source.toString() : path.text().equals("-") ? "stdin" : path.text();
  }

  /** Refuses an endless stream without a limit, and a second reading of standard input. */
  void check(long limit, boolean readTwice) {
    if (limit == 0 && Streams.isEndless(source)) {
      throw new ConfigException(
          "",
          "the stream '"
              + source
              + "' has no end; give '--limit N', or 'events=N' to "
              + source.name());
    }
    var path = source.values().get("path");
    if (readTwice && path != null && path.text().equals("-")) {
      throw new ConfigException(
          "",
          "standard input can be read only once; write it to a file, or add '--in-memory' to '--passes'");
    }
  }

  /** Refuses a model that is none, naming the flag. */
  static Spec model(String text, String flag) {
    return checked(Spec.parse(text, flag), Kind.SUPERVISED);
  }

  static Spec checked(Spec spec, List<Kind> kinds) {
    List<ConfigException.Fault> faults = new ArrayList<>();
    Components.check(spec, kinds, faults);
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    return spec;
  }
}
