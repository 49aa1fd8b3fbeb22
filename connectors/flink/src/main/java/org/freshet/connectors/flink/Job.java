package org.freshet.connectors.flink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.engine.Lint;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setting;

/** Makes a job of a pipeline file: sources, codes, engines, sinks. */
final class Job {
  /** The most tasks of what is not divided into parts. */
  static final int MOST_TASKS = 32768;

  /** Under which the state of the engines is found in a savepoint. */
  static final String ENGINES = "engines";

  static final SimpleType<Item> ITEM = new SimpleType<>(Item.class, ItemSerializer.INSTANCE);
  private static final SimpleType<Answer> ANSWER =
      new SimpleType<>(Answer.class, AnswerSerializer.INSTANCE);

  private static final SimpleType<Vote> VOTE =
      new SimpleType<>(Vote.class, VoteSerializer.INSTANCE);

  private final PipelineFile file;
  private final Path folder;
  private final Plan plan;

  private Job(PipelineFile file, Path folder, Plan plan) {
    this.file = file;
    this.folder = folder;
    this.plan = plan;
  }

  /**
   * Reads a file and finds whatever is wrong with it, before anything is submitted.
   *
   * @param parts the most parts events are divided into; as many tasks at most
   * @param history snapshot of the single process to begin with; null for none
   * @throws ConfigException with all faults
   */
  static Job of(Path path, List<Setting> settings, int parts, Path history)
      throws InterruptedException {
    PipelineFile file = PipelineFile.read(path, settings);
    List<ConfigException.Fault> faults =
        Lint.check(file, true).stream()
            .filter(Lint.Finding::error)
            .map(f -> new ConfigException.Fault(f.where(), f.message()))
            .toList();
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    Distribution.checkSources(file);
    Schema schema = schema(file);
    int divided = Distribution.parts(file, parts);
    Distribution.check(file, schema, divided);
    Path folder = path.getParent() == null ? Path.of("") : path.getParent();
    if (history != null) {
      new BeginWith(history).check(file, schema);
    }
    return new Job(file, folder, new Plan(file, folder, settings, schema, divided, history));
  }

  /** The columns of the events; a topic that declares none is looked at, and waited for. */
  private static Schema schema(PipelineFile file) throws InterruptedException {
    if (Distribution.isSource(file.source())) {
      try (org.freshet.core.Source source =
          Components.create(
              file.source(), Build.of(null).withSeed(file.seed()), org.freshet.core.Source.class)) {
        return source.schema();
      }
    }
    try (var feed = KafkaStream.feed(file.source())) {
      return feed.schema();
    }
  }

  Plan plan() {
    return plan;
  }

  String name() {
    return file.name();
  }

  /** Adds the job to an environment. */
  DataStream<Answer> build(StreamExecutionEnvironment env) {
    DataStream<Answer> answers = answers(coded(env));
    int tasks = plan.byMember() ? 1 : Math.min(plan.parts(), env.getParallelism());
    Sinks.add(file, folder, answers, tasks, plan.parts());
    return answers;
  }

  /** From records with codes to answers. */
  private DataStream<Answer> answers(SingleOutputStreamOperator<Item> coded) {
    return plan.byMember()
        ? combined(engines(coded, VOTE, Part::vote), ANSWER, CombinerOperator<Answer>::answer)
        : engines(coded, ANSWER, Part::answer);
  }

  /** From records, in the order in which they are learnt from, to answers. */
  DataStream<Answer> answersTo(DataStream<Item> items) {
    return answers(coded(items));
  }

  /**
   * Adds the job to an environment without its sinks, gives what each record brought instead, and
   * the end of the stream, for {@link Scores}.
   *
   * @throws ConfigException for what would be scored otherwise in one process
   */
  DataStream<Vote> replay(StreamExecutionEnvironment env) {
    Distribution.checkReplay(file, plan.byMember() ? 1 : plan.parts());
    plan.replay();
    DataStream<Vote> given = engines(coded(env), VOTE, new Outcome.OfParts(plan.byMember()));
    return plan.byMember() ? combined(given, VOTE, new Outcome.Joined()) : given;
  }

  private SingleOutputStreamOperator<Item> coded(StreamExecutionEnvironment env) {
    // Part of the state: the same whatever the number of tasks, and whatever is chained to what.
    env.setMaxParallelism(MOST_TASKS);
    DataStream<Item> items = stream(env, file.source(), false);
    if (file.live().labelSource() != null) {
      items = items.union(stream(env, file.live().labelSource(), true));
    }
    return coded(items);
  }

  private SingleOutputStreamOperator<Item> coded(DataStream<Item> items) {
    SingleOutputStreamOperator<Item> coded;
    if (plan.direct()) {
      coded = items.process(new DirectCodes(plan)).setParallelism(items.getParallelism());
    } else {
      // All under one key, in one task: chained to a source that is one task too.
      KeyedStream<Item, Integer> all =
          items.getParallelism() == 1
              ? DataStreamUtils.reinterpretAsKeyedStream(items, item -> 0, Types.INT)
              : items.keyBy(item -> 0, Types.INT);
      coded = all.process(new Codes(plan)).setParallelism(1);
    }
    return coded.returns(ITEM).name("codes").uid(Codes.UID);
  }

  private <T> DataStream<T> combined(
      DataStream<Vote> votes, SimpleType<T> type, CombinerOperator.Handing<T> handing) {
    return votes
        .transform("combiner", type, new CombinerOperator<>(plan, handing))
        .uid(CombinerOperator.UID)
        .setParallelism(1)
        .setMaxParallelism(plan.parts()); // as of the engines, which it may be chained to
  }

  private <T> SingleOutputStreamOperator<T> engines(
      SingleOutputStreamOperator<Item> items,
      SimpleType<T> type,
      EngineOperator.Handing<T> handing) {
    int[] keys = PartKeys.of(plan.parts());
    int most = items.getExecutionEnvironment().getParallelism();
    KeyedStream<Item, Integer> keyed = items.keyBy(item -> keys[item.part], Types.INT);
    SingleOutputStreamOperator<T> engines =
        plan.merged()
            ? keyed.transform(ENGINES, type, new MergedEngines.Factory<>(plan, handing))
            : keyed.transform(ENGINES, type, new EngineOperator<>(plan, handing));
    return engines
        .uid(ENGINES)
        .setParallelism(Math.min(plan.parts(), most))
        .setMaxParallelism(plan.parts());
  }

  private DataStream<Item> stream(StreamExecutionEnvironment env, Spec spec, boolean labels) {
    boolean read = Distribution.isSource(spec);
    Source<Item, ?, ?> source =
        read ? new FileStream(plan) : KafkaStream.source(plan, spec, labels);
    String name = labels ? "labels" : "events";
    SingleOutputStreamOperator<Item> stream =
        env.fromSource(source, watermarks(), name, ITEM).uid(name);
    return read ? stream.setParallelism(1) : stream;
  }

  /** The clock of a source is the largest time seen; a partition without events holds nobody up. */
  private static WatermarkStrategy<Item> watermarks() {
    return WatermarkStrategy.<Item>forMonotonousTimestamps()
        .withTimestampAssigner(
            (item, before) -> item.time == Features.NO_TIME ? Long.MIN_VALUE + 1 : item.time)
        .withIdleness(Duration.ofSeconds(30));
  }
}
