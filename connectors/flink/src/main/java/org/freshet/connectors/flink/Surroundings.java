package org.freshet.connectors.flink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.state.rocksdb.RocksDBConfigurableOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.freshet.core.ConfigException;

/** Where a job runs, and with which of Flink's settings, as the command says. */
final class Surroundings {
  private final FlinkCommand command;

  Surroundings(FlinkCommand command) {
    this.command = command;
  }

  /**
   * @param savepoint to go on from; null for none
   * @param rest port of the REST interface of a cluster inside this process; 0 for any
   */
  StreamExecutionEnvironment of(Job job, String savepoint, int rest) {
    Configuration c = new Configuration();
    c.set(StateBackendOptions.STATE_BACKEND, command.state);
    if (!command.evaluate) {
      c.set(
          CheckpointingOptions.CHECKPOINTING_INTERVAL,
          Duration.ofMillis(Math.max(10, job.plan().file().live().state().every().length())));
    }
    c.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    c.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, command.state.equals("rocksdb"));
    c.set(RocksDBConfigurableOptions.USE_BLOOM_FILTER, true); // a key is in few of its files
    // A minute without a failure, and the next restart waits a second again, not up to ten.
    c.set(RestartStrategyOptions.RESTART_STRATEGY, command.evaluate ? "none" : "exponential-delay");
    c.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
        Duration.ofSeconds(10));
    c.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
        Duration.ofMinutes(1));
    if (command.checkpoints != null) {
      String address =
          command.checkpoints.contains(":/")
              ? command.checkpoints
              : Path.of(command.checkpoints).toUri() + "";
      c.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
      c.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, address);
    }
    if (savepoint != null) {
      c.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
      // What was checked has its state; that of a sink which is no more has nobody.
      c.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
    }
    if (command.local || command.export != null) {
      c.set(TaskManagerOptions.NUM_TASK_SLOTS, command.parallelism);
      c.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(128));
      c.set(RestOptions.BIND_PORT, Integer.toString(rest));
      c.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ofSeconds(1));
      c.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
      return StreamExecutionEnvironment.createLocalEnvironment(command.parallelism, c);
    }
    if (command.cluster != null) {
      int colon = address(command.cluster).lastIndexOf(':');
      c.set(DeploymentOptions.TARGET, "remote");
      c.set(RestOptions.ADDRESS, command.cluster.substring(0, colon));
      c.set(RestOptions.PORT, Integer.parseInt(command.cluster.substring(colon + 1)));
      c.set(PipelineOptions.JARS, List.of(jar().toUri().toString()));
      return new StreamExecutionEnvironment(c);
    }
    return StreamExecutionEnvironment.getExecutionEnvironment(c);
  }

  /** Of the cluster, as it was given. */
  static String address(String cluster) {
    if (!cluster.matches("[\\w.-]{1,255}:\\d{1,5}|\\[[0-9a-fA-F:]{2,40}\\]:\\d{1,5}")) {
      throw new ConfigException("--cluster", "is '" + cluster + "', expected HOST:PORT");
    }
    return cluster;
  }

  /** The one given, else that of the checkout whose script 'freshet' runs. */
  private Path jar() {
    String home = System.getProperty("freshet.home");
    Path file = command.jar;
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
}
