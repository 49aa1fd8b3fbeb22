package org.freshet.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.freshet.core.ConfigException;
import org.freshet.engine.ClusterRunner;
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
    for (ClusterRunner runner : ServiceLoader.load(ClusterRunner.class)) {
      if (runner.name().equals("flink")) {
        PrintWriter out = new PrintWriter(console.out(), true, StandardCharsets.UTF_8);
        return runner.run(words.toArray(new String[0]), out);
      }
    }
    throw new ConfigException(
        "",
        "the connector of Flink is not on the class path; the script 'freshet' puts it there, with"
            + " java it is connectors/flink/target/lib");
  }
}
