package org.freshet.connectors.flink;

import java.io.PrintWriter;
import org.freshet.core.ConfigException;
import org.freshet.engine.ClusterRunner;
import org.freshet.engine.ReplayScorer;
import picocli.CommandLine;

/** The command {@code freshet flink}. */
public final class FlinkRunner implements ClusterRunner {
  @Override
  public String name() {
    return "flink";
  }

  /** Where nobody scores. */
  int run(String[] args, PrintWriter out) throws Exception {
    return run(args, out, null);
  }

  @Override
  public int run(String[] args, PrintWriter out, ReplayScorer scorer) throws Exception {
    Exception[] failure = new Exception[1];
    CommandLine line =
        new CommandLine(new FlinkCommand(out, scorer))
            .setOut(out)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(
                (e, a) -> {
                  failure[0] =
                      new ConfigException("", e.getMessage() + "; see 'freshet flink --help'");
                  return 2;
                })
            .setExecutionExceptionHandler(
                (e, l, r) -> {
                  failure[0] = e;
                  return 1;
                });
    int code = line.execute(args);
    out.flush();
    if (failure[0] != null) {
      throw failure[0];
    }
    return code;
  }

  /** The entry of the job's jar, for {@code flink run}. */
  public static void main(String[] args) throws Exception {
    new FlinkRunner()
        .run(
            args,
            new PrintWriter(
                new java.io.OutputStreamWriter(System.out, java.nio.charset.StandardCharsets.UTF_8),
                true));
  }
}
