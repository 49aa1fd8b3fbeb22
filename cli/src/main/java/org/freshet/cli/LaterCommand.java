package org.freshet.cli;

import java.util.List;
import org.freshet.core.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Stands for commands that are planned: says so instead of 'unknown'. */
@Command(hidden = true, description = "Not in this version yet.")
final class LaterCommand implements Runnable {
  static final List<String> NAMES = List.of("bench");

  @CommandLine.Spec CommandLine.Model.CommandSpec spec;

  @CommandLine.Unmatched List<String> anything;

  @Parameters(arity = "0..*", hidden = true)
  List<String> arguments;

  @Override
  public void run() {
    throw new ConfigException(
        "",
        "'"
            + spec.name()
            + "' is not in this version yet; '"
            + "freshet --help' shows what there is");
  }
}
