package org.freshet.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** The commands by name, in the order in which help shows them. */
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
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
            RunCommand.class,
            MergeCommand.class,
            FlinkCommand.class,
            LabelCommand.class,
            TokenCommand.class,
            InspectCommand.class,
            DoctorCommand.class)) {
      COMMANDS.put(c.getAnnotation(Command.class).name(), c);
    }
  }

  /**
   * Adds the command asked for, or all of them when none is: each costs time to set up.
   *
   * @param args as given; the first word that is no option names the command
   */
  static void addCommands(CommandLine line, String[] args) {
    String asked = Arrays.stream(args).filter(a -> !a.startsWith("-")).findFirst().orElse("");
    Class<?> one = COMMANDS.get(asked);
    if (one != null) {
      line.addSubcommand(one);
      return;
    }
    COMMANDS.values().forEach(line::addSubcommand);
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

    static String line() {
      return "freshet " + number();
    }

    @Override
    public String[] getVersion() {
      return new String[] {line()};
    }
  }
}
