package org.freshet.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.freshet.core.ConfigException;
import org.freshet.engine.ClusterRunner;
import org.freshet.serve.JobServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Hands its words to the connector of Flink, which is there only where it was asked for. */
@Command(
    name = "flink",
    description = "Run a pipeline file on Apache Flink, when one machine is not enough.")
final class FlinkCommand implements Callable<Integer> {
  private final Console console;

  @Unmatched List<String> words = new ArrayList<>();

  FlinkCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Logs.live(Logs.Form.TEXT, console.err());
    ClusterRunner runner = runner();
    if (runner == null) {
      throw new ConfigException(
          "",
          "the connector of Flink is not on the class path; the script 'freshet' puts it there, with"
              + " java it is connectors/flink/target/lib");
    }
    return run(runner, words.toArray(new String[0]), console);
  }

  /** Its own help, if that was asked for and the connector is there, which knows its options. */
  static boolean helped(String[] args, Console console) throws Exception {
    List<String> given = List.of(args);
    boolean asked = given.contains("--help") || given.contains("-h");
    ClusterRunner runner = asked && given.get(0).equals("flink") ? runner() : null;
    if (runner != null) {
      run(runner, new String[] {"--help"}, console);
    }
    return runner != null;
  }

  private static int run(ClusterRunner runner, String[] words, Console console) throws Exception {
    return runner.run(
        words,
        new PrintWriter(console.out(), true, StandardCharsets.UTF_8),
        new ClusterScores(console),
        new JobServer());
  }

  /** The connector; null where it is not there. */
  private static ClusterRunner runner() {
    for (ClusterRunner runner : ServiceLoader.load(ClusterRunner.class)) {
      if (runner.name().equals("flink")) {
        return runner;
      }
    }
    return null;
  }
}
