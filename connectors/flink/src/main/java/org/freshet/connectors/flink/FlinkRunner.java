package org.freshet.connectors.flink;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.freshet.core.ConfigException;
import org.freshet.core.FreshetException;
import org.freshet.engine.ClusterRunner;
import org.freshet.engine.JobPage;
import org.freshet.engine.ReplayScorer;
import picocli.CommandLine;

/** The command {@code freshet flink}. */
public final class FlinkRunner implements ClusterRunner {
  @Override
  public String name() {
    return "flink";
  }

  /** Where nobody scores and there is no page. */
  int run(String[] args, PrintWriter out) throws Exception {
    return run(args, out, null, null);
  }

  @Override
  public int run(String[] args, PrintWriter out, ReplayScorer scorer, JobPage page)
      throws Exception {
    Exception[] failure = new Exception[1];
    CommandLine line =
        new CommandLine(new FlinkCommand(out, scorer, page))
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

  /**
   * The entry of the job's jar, for {@code flink run}.
   *
   * @throws ProgramParametrizationException for what a user can mend: Flink's client prints its
   *     words, and no stack trace
   */
  public static void main(String[] args) throws Exception {
    PrintWriter out =
        new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
    try {
      new FlinkRunner().run(args, out);
    } catch (FreshetException | IOException e) {
      throw new ProgramParametrizationException(e.getMessage());
    }
  }
}
