package org.freshet.connectors.flink;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.FlinkException;
import org.freshet.core.ConfigException;
import org.freshet.core.FreshetException;
import org.freshet.core.Schema;
import org.freshet.engine.JobPage;
import org.freshet.engine.PipelineFile;
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
  private final JobPage page; // null where there is none

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

  @Option(
      names = "--watch",
      description =
          "Serve the page of a job, where the file's 'serve' says: of the one on the cluster that has"
              + " the file's name, which goes on as it is; with --local of the one that is run.")
  boolean watch;

  @Option(
      names = "--job",
      paramLabel = "ID",
      description = "With --watch: another job of the cluster.")
  String watched;

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "With --watch: port of the page; 0 takes a free one (default: that of 'serve').")
  Integer port;

  FlinkCommand(PrintWriter out, ReplayScorer scorer, JobPage page) {
    this.out = out;
    this.scorer = scorer;
    this.page = page;
  }

  @Override
  public Integer call() throws Exception {
    between("--parallelism", parallelism, 1, 32768);
    between("--parts", parts, 1, 32768);
    checkEvaluate();
    checkWatch();
    List<Setting> set = new ArrayList<>();
    settings.forEach(given -> set.add(Setting.parse(given)));
    if (every != null) {
      set.add(new Setting("state.every", every, "--checkpoint-every"));
    }
    if (port != null) {
      set.add(new Setting("serve.port", "" + port, "--port"));
    }
    if (watch && !local) {
      show(
          PipelineFile.read(pipeline, set),
          Surroundings.address(cluster),
          watched,
          new CompletableFuture<>());
      return 0;
    }
    Path history = from != null && Files.isRegularFile(Path.of(from)) ? Path.of(from) : null;
    Job job = Job.of(pipeline, set, parts, history);
    String savepoint = history == null ? from : null;
    if (savepoint != null) {
      Savepoint.check(savepoint, job.plan());
    }
    // Else checkpoints would be kept in memory, and a part may have 5 MB there.
    boolean own = local && checkpoints == null && !evaluate;
    try (Scratch scratch = own ? new Scratch() : null) {
      if (scratch != null) {
        checkpoints = scratch.folder().toString();
      }
      return run(job, history, savepoint);
    }
  }

  private int run(Job job, Path history, String savepoint) throws Exception {
    int rest = watch ? freePort() : 0;
    StreamExecutionEnvironment env = new Surroundings(this).of(job, savepoint, rest);
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
    say(job.name() + " is job " + client.getJobID());
    if (watch) {
      CompletableFuture<?> end = client.getJobExecutionResult();
      try {
        show(job.plan().file(), "127.0.0.1:" + rest, client.getJobID().toString(), end);
      } catch (IOException e) { // there is nothing to see of a job that was over at once
        if (!end.isDone()) {
          throw e;
        }
      }
    }
    if (!detached) {
      await(client, savepoint);
    }
    return 0;
  }

  /** Serves the page of a job until something is done. */
  private void show(PipelineFile file, String at, String id, CompletableFuture<?> until)
      throws Exception {
    JobWatch job = new JobWatch(new Rest(at), file.name(), id, Distribution.copies(file) > 0);
    try (JobPage.Showing showing = page.open(file, this::say)) {
      job.follow(showing, until);
    }
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
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

  private void checkWatch() {
    if (local && detached) {
      throw new ConfigException(
          "--detached", "leaves a job to its cluster; with --local the job ends with the command");
    }
    if (!watch && (watched != null || port != null)) {
      throw new ConfigException(
          watched != null ? "--job" : "--port", "belongs to --watch, which is not given");
    }
    if (!watch) {
      return;
    }
    if (page == null) {
      throw new ConfigException(
          "--watch", "needs the command 'freshet flink', which has the page; 'flink run' has not");
    }
    if (evaluate || export != null || detached) {
      throw new ConfigException(
          "--watch",
          "cannot be given beside "
              + (evaluate ? "--evaluate" : export != null ? "--export" : "--detached"));
    }
    if (!local && cluster == null) {
      throw new ConfigException("--watch", "needs --cluster HOST:PORT, or --local");
    }
    if (local && watched != null) {
      throw new ConfigException("--job", "is a job of a cluster; with --local there is one only");
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
    try {
      new Export(job.plan(), from).write(env, export);
    } catch (FlinkException | RuntimeException e) { // what Flink wraps a failed job in
      throw e instanceof FreshetException ? e : Failures.of("the job failed", from, e);
    }
    out.println("the model of " + job.name() + " is in " + export);
  }

  private static void await(JobClient client, String savepoint) throws Exception {
    try {
      client.getJobExecutionResult().get();
    } catch (ExecutionException e) {
      throw Failures.of("the job failed", savepoint, e);
    }
  }
}
