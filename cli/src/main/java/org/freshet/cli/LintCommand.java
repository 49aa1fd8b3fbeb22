package org.freshet.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.freshet.core.ConfigException;
import org.freshet.core.FreshetException;
import org.freshet.engine.Lint;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks pipeline files whole, without running them. */
@Command(
    name = "lint",
    description =
        "Check pipeline files whole: fields, components, parameters, and whether the steps fit the columns.")
final class LintCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Pipeline files.")
  List<Path> files;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Override a field; may be repeated.")
  List<String> settings = new ArrayList<>();

  @Option(
      names = "--no-data",
      description = "Do not open the source: columns are then not checked.")
  boolean withoutData;

  LintCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<Setting> set = settings.stream().map(Setting::parse).toList();
    int code = Main.DONE;
    for (Path file : files) {
      try {
        boolean fine = true;
        PipelineFile read = PipelineFile.read(file, set);
        for (ConfigException.Fault f : ExpectedMetrics.faults(read)) {
          console.err().println(placed(file, f.toString()));
          fine = false;
        }
        for (Lint.Finding f : Lint.check(read, !withoutData)) {
          console.err().println(placed(file, f.toString()));
          fine &= !f.error();
        }
        if (fine) {
          console.out().println(file + ": fine");
        } else {
          code = Main.WRONG;
        }
      } catch (FreshetException e) {
        e.getMessage().lines().forEach(line -> console.err().println(placed(file, line)));
        code = Main.WRONG;
      }
    }
    return code;
  }

  /** Every line names the file, also where the fault has no place in it. */
  private static String placed(Path file, String line) {
    return line.startsWith(file.toString()) ? line : file + ": " + line;
  }
}
