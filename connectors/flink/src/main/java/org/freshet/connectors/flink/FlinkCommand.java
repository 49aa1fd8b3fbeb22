package org.freshet.connectors.flink;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.FlinkException;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.engine.ReplayScorer;
import org.freshet.engine.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a pipeline file on Apache Flink. */
@Command(
    name = "freshet flink",
    sortOptions = false,
    abbreviateSynopsis = true,
    mixinStandardHelpOptions = true,
    description = "Run a pipeline file on Apache Flink, the same file as 'freshet run' takes.",
    footer = {
      "",
      "Example: freshet flink examples/electricity.yaml --local --set sink.jsonl.path=answers"
    })
final class FlinkCommand implements Callable<Integer> {
  private final PrintWriter out;
  private final ReplayScorer scorer; // null where nobody scores

  @Parameters(index = "0", paramLabel = "PIPELINE.yaml", description = "A pipeline file.")
  Path pipeline;

  @Option(
      names = "--local",
      description = "Run on a small cluster inside this process, until the job ends.")
  boolean local;

  @Option(
      names = "--cluster",
      paramLabel = "HOST:PORT",
      description = "REST address of the cluster the job goes to (default: that of 'flink run').")
  String cluster;

  @Option(
      names = "--jar",
      paramLabel = "FILE",
      description =
          "The job's jar, which goes to the cluster with the job (default: that of the checkout).")
  Path jar;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Tasks of each kind, as many as slots are free (default: 1).")
  int parallelism = 1;

  @Option(
      names = "--parts",
      paramLabel = "N",
      description =
          "Parts a divided stream has, each with its own engine; the most tasks it can ever have."
              + " Part of the state (default: 32).")
  int parts = 32;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "TIME",
      description = "Time between checkpoints, such as 10s (default: that of the file's state).")
  String every;

  @Option(
      names = "--checkpoints",
      paramLabel = "DIR",
      description = "Folder or address of checkpoints and savepoints, seen by all processes.")
  String checkpoints;

  @Option(
      names = "--state",
      paramLabel = "NAME",
      description = "Where state lives between checkpoints: rocksdb or hashmap (default: rocksdb).")
  String state = "rocksdb";

  @Option(
      names = "--from",
      paramLabel = "STATE",
      description =
          "Go on from a savepoint or a retained checkpoint, a folder; or begin with a snapshot of"
              + " the single process, a file.")
  String from;

  @Option(
      names = "--export",
      paramLabel = "FILE",
      description =
          "Write the model of the savepoint given by --from as a snapshot for 'freshet run --from',"
              + " and run nothing.")
  Path export;

  @Option(names = "--detached", description = "Return once the job is submitted.")
  boolean detached;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Give a field of the file another value; repeatable.")
  List<String> settings = new ArrayList<>();

  @Option(
      names = "--evaluate",
      description =
          "Run the stream to its end and tell how good the predictions were, as 'freshet evaluate'"
              + " does; no sinks, no checkpoints.")
  boolean evaluate;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "With --evaluate: write the result for programs; '-' prints it.")
  Path json;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "With --evaluate: write one self-contained page with curves.")
  Path report;

  @Option(
      names = "--window",
      paramLabel = "N",
      description = "With --evaluate: labels the rolling metrics look back on (default: 1000).")
  Integer window;

  FlinkCommand(PrintWriter out, ReplayScorer scorer) {
    this.out = out;
    this.scorer = scorer;
  }

  @Override
  public Integer call() throws Exception {
    between("--parallelism", parallelism, 1, 32768);
    between("--parts", parts, 1, 32768);
    checkEvaluate();
    List<Setting> set = new ArrayList<>();
    settings.forEach(given -> set.add(Setting.parse(given)));
    if (every != null) {
      set.add(new Setting("state.every", every, "--checkpoint-every"));
    }
    Path history = from != null && Files.isRegularFile(Path.of(from)) ? Path.of(from) : null;
    Job job = Job.of(pipeline, set, parts, history);
    String savepoint = history == null ? from : null;
    if (savepoint != null) {
      Savepoint.check(savepoint, job.plan());
    }
    StreamExecutionEnvironment env = environment(job, savepoint);
    if (export != null) {
      export(job, env, history);
      return 0;
    }
    env.setParallelism(parallelism);
    env.getConfig().enableObjectReuse();
    if (evaluate) {
      evaluate(job, env);
      return 0;
    }
    job.build(env);
    JobClient client = submit(env, job.name());
    out.println(job.name() + " is job " + client.getJobID());
    out.flush();
    if (!detached) {
      await(client);
    }
    return 0;
  }

  private JobClient submit(StreamExecutionEnvironment env, String name) throws Exception {
    try {
      return env.executeAsync(name);
    } catch (FlinkException e) {
      String where = cluster == null ? "" : " at " + cluster;
      throw Failures.of("the cluster" + where + " did not take the job", e);
    }
  }

  private static void between(String option, int n, int least, int most) {
    if (n < least || n > most) {
      throw new ConfigException(option, "is " + n + ", allowed " + least + " to " + most);
    }
  }

  private void checkEvaluate() {
    boolean goesWith = json != null || report != null || window != null;
    if (!evaluate && goesWith) {
      String option = json != null ? "--json" : report != null ? "--report" : "--window";
      throw new ConfigException(option, "belongs to --evaluate, which is not given");
    }
    if (!evaluate) {
      return;
    }
    if (scorer == null) {
      throw new ConfigException(
          "--evaluate", "needs the command 'freshet flink', which scores; 'flink run' does not");
    }
    if (from != null || detached || export != null) {
      throw new ConfigException(
          from != null ? "--from" : detached ? "--detached" : "--export",
          "cannot be given beside --evaluate, which runs the whole stream and waits for its end");
    }
  }

  private void evaluate(Job job, StreamExecutionEnvironment env) throws Exception {
    DataStream<Vote> given = job.replay(env);
    Schema schema = job.plan().schema();
    ReplayScorer.Report wanted = new ReplayScorer.Report(json, report, window);
    try (ReplayScorer.Board board = scorer.begin(job.plan().file(), schema, wanted)) {
      Scores scores = new Scores(job.plan(), schema, board);
      try (CloseableIterator<Vote> all = given.collectAsync()) {
        submit(env, job.name());
        while (next(all)) {
          scores.take(all.next());
        }
      }
      scores.end();
    }
  }

  private static boolean next(CloseableIterator<Vote> all) throws Exception {
    try {
      return all.hasNext();
    } catch (RuntimeException e) { // what Flink wraps a failed job in
      throw Failures.of("the job failed", e);
    }
  }

  private void export(Job job, StreamExecutionEnvironment env, Path history) throws Exception {
    if (from == null || history != null) {
      throw new ConfigException("--export", "needs the savepoint, a folder; give it with --from");
    }
    new Export(job.plan()).write(env, export);
    out.println("the model of " + job.name() + " is in " + export);
  }

  private StreamExecutionEnvironment environment(Job job, String savepoint) {
    Configuration c = new Configuration();
    c.set(StateBackendOptions.STATE_BACKEND, state);
    if (!evaluate) {
      c.set(
          CheckpointingOptions.CHECKPOINTING_INTERVAL,
          Duration.ofMillis(Math.max(10, job.plan().file().live().state().every().length())));
    }
    c.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    c.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, state.equals("rocksdb"));
    // A minute without a failure, and the next restart waits a second again, not up to ten.
    c.set(RestartStrategyOptions.RESTART_STRATEGY, evaluate ? "none" : "exponential-delay");
    c.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
        Duration.ofSeconds(10));
    c.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
        Duration.ofMinutes(1));
    if (checkpoints != null) {
      String address = checkpoints.contains(":/") ? checkpoints : Path.of(checkpoints).toUri() + "";
      c.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
      c.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, address);
    }
    if (savepoint != null) {
      c.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
      // What was checked has its state; that of a sink which is no more has nobody.
      c.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
    }
    if (local || export != null) {
      c.set(TaskManagerOptions.NUM_TASK_SLOTS, parallelism);
      c.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(128));
      c.set(RestOptions.BIND_PORT, "0");
      c.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
      return StreamExecutionEnvironment.createLocalEnvironment(parallelism, c);
    }
    if (cluster != null) {
      int colon = cluster.lastIndexOf(':');
      if (colon < 1 || !cluster.substring(colon + 1).matches("\\d{1,5}")) {
        throw new ConfigException("--cluster", "is '" + cluster + "', expected HOST:PORT");
      }
      c.set(DeploymentOptions.TARGET, "remote");
      c.set(RestOptions.ADDRESS, cluster.substring(0, colon));
      c.set(RestOptions.PORT, Integer.parseInt(cluster.substring(colon + 1)));
      c.set(PipelineOptions.JARS, List.of(jar().toUri().toString()));
      return new StreamExecutionEnvironment(c);
    }
    return StreamExecutionEnvironment.getExecutionEnvironment(c);
  }

  /** The one given, else that of the checkout whose script 'freshet' runs. */
  private Path jar() {
    String home = System.getProperty("freshet.home");
    Path file = jar;
    if (file == null && home != null) {
      file = Path.of(home, "connectors", "flink", "target", "freshet-flink.jar");
    }
    if (file == null || !Files.isRegularFile(file)) {
      throw new ConfigException(
          "--jar",
          (file == null ? "is missing" : "there is no file " + file)
              + "; name the job's jar, which 'mvn -P job -pl connectors/flink -am package' makes");
    }
    return file;
  }

  private static void await(JobClient client) throws Exception {
    try {
      client.getJobExecutionResult().get();
    } catch (ExecutionException e) {
      throw Failures.of("the job failed", e);
    }
  }
}
