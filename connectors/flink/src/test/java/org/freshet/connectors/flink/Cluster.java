package org.freshet.connectors.flink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointStatsCounts;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** A cluster in this JVM, whose task managers can be killed. */
final class Cluster implements AutoCloseable {
  private final MiniCluster cluster;
  private final Path checkpoints;

  Cluster(Path folder, int taskManagers) throws Exception {
    this(folder, taskManagers, false);
  }

  /**
   * @param tight whether little is on its way between tasks: a job that is slow reads slowly
   */
  Cluster(Path folder, int taskManagers, boolean tight) throws Exception {
    checkpoints = folder.resolve("checkpoints");
    Configuration c = new Configuration();
    c.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
    c.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    if (tight) {
      c.set(TaskManagerOptions.MEMORY_SEGMENT_SIZE, MemorySize.parse("4kb"));
    }
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(c)
                .setNumTaskManagers(taskManagers)
                .setNumSlotsPerTaskManager(1)
                .withRandomPorts()
                .build());
    cluster.start();
  }

  /**
   * Submits a pipeline file.
   *
   * @param from savepoint, or null
   */
  JobID submit(Path file, int parallelism, int parts, String from) throws Exception {
    return submit(file, parallelism, parts, from, answers -> {});
  }

  /**
   * The same.
   *
   * @param more what is to be done with the answers, besides what the file says
   */
  JobID submit(
      Path file, int parallelism, int parts, String from, Consumer<DataStream<Answer>> more)
      throws Exception {
    Configuration c = new Configuration();
    c.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    c.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100));
    c.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    c.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ofMebiBytes(1)); // one file
    c.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    c.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1000);
    c.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
    if (from != null) {
      c.set(StateRecoveryOptions.SAVEPOINT_PATH, from);
    }
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(c);
    env.setParallelism(parallelism);
    env.getConfig().enableObjectReuse();
    Job job = Job.of(file, List.of(), parts, null);
    more.accept(job.build(env));
    StreamGraph graph = env.getStreamGraph();
    graph.setJobName(job.name());
    cluster.submitJob(graph).get();
    JobID id = graph.getJobID();
    for (JobStatus now = status(id); now != JobStatus.RUNNING; now = status(id)) {
      if (now.isTerminalState()) {
        await(id); // throws what it failed of
        break;
      }
      Thread.sleep(20);
    }
    return id;
  }

  /** How often a job was restarted, checkpoints it completed, that failed, and that it is at. */
  long[] counts(JobID job) throws Exception {
    CheckpointStatsCounts c =
        cluster.getArchivedExecutionGraph(job).get().getCheckpointStatsSnapshot().getCounts();
    return new long[] {
      c.getNumberOfRestoredCheckpoints(),
      c.getNumberOfCompletedCheckpoints(),
      c.getNumberOfFailedCheckpoints(),
      c.getNumberOfInProgressCheckpoints()
    };
  }

  /** Its REST interface. */
  String rest() throws Exception {
    return "127.0.0.1:" + cluster.getRestAddress().get().getPort();
  }

  Path checkpoints() {
    return checkpoints;
  }

  /** Waits for the end of a job that reads what has one. */
  void await(JobID job) throws Exception {
    cluster.requestJobResult(job).get().toJobExecutionResult(getClass().getClassLoader());
  }

  JobStatus status(JobID job) throws Exception {
    return cluster.getJobStatus(job).get();
  }

  /** Stops a job with a savepoint; gives its address. */
  String stop(JobID job, Path to) throws Exception {
    return cluster
        .stopWithSavepoint(job, to.toUri().toString(), false, SavepointFormatType.CANONICAL)
        .get();
  }

  void cancel(JobID job) throws Exception {
    cluster.cancelJob(job).get();
  }

  /** A task manager is gone, with all its slots and its state; another takes its place. */
  void killTaskManager(int number) throws Exception {
    cluster.terminateTaskManager(number).get();
    cluster.startTaskManager();
  }

  @Override
  public void close() throws Exception {
    cluster.close();
  }
}
