package org.freshet.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root command: help, version, and the list of all others. */
@Command(
    name = "freshet",
    versionProvider = Freshet.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    header = "Machine learning that keeps learning.",
    footer = {
      "",
      "Start with 'freshet demo', then 'freshet evaluate --data FILE --label COLUMN' on your own data.",
      "Exit codes: 0 done, 1 the work failed (disk, network), 2 what was given is wrong."
    })
final class Freshet implements Runnable {
  @Option(names = "--version", versionHelp = true, description = "Print the version.")
  boolean version;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of what went wrong.")
  boolean debug;

  @CommandLine.Spec CommandLine.Model.CommandSpec spec;

  /** Adds the commands, in the order in which help shows them. */
  static void addCommands(CommandLine line) {
    for (Class<?> c :
        List.of(
            EvaluateCommand.class,
            CompareCommand.class,
            DemoCommand.class,
            PredictCommand.class,
            ListCommand.class,
            ShowCommand.class,
            LintCommand.class,
            TestCommand.class,
            CreateCommand.class,
            GenerateCommand.class,
            InspectCommand.class,
            DoctorCommand.class)) {
      line.addSubcommand(c);
    }
    for (String name : LaterCommand.NAMES) {
      line.addSubcommand(name, new LaterCommand());
    }
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "no command is given");
  }

  /** Version of the program, written by the build. */
  static final class Version implements CommandLine.IVersionProvider {
    static String number() {
      try (InputStream in = Freshet.class.getResourceAsStream("version.txt")) {
        return in == null
            ? "unknown"
            : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String[] getVersion() {
      return new String[] {"freshet " + number()};
    }
  }
}
