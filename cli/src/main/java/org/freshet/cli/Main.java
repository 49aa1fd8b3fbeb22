package org.freshet.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The {@code freshet} program. */
public final class Main {
  /** The work was done. */
  public static final int DONE = 0;

  /** The surroundings failed: disk, network, memory; or Freshet itself did. */
  public static final int FAILED = 1;

  /** What the user gave is wrong: command, file, data, snapshot. */
  public static final int WRONG = 2;

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Output out = new Output(new FileOutputStream(FileDescriptor.out));
    Output err = new Output(new FileOutputStream(FileDescriptor.err));
    Console console = Console.ofProcess(stream(out), stream(err));
    int code = run(args, console);
    console.out().flush();
    console.err().flush();
    if (out.failure() != null && code == DONE) {
      code = FAILED;
      if (!out.closedByReader()) {
        console
            .err()
            .println("freshet: cannot write to standard output: " + out.failure().getMessage());
      }
    }
    console.err().flush();
    System.exit(code);
  }

  private static PrintStream stream(Output to) {
    return new PrintStream(to, false, StandardCharsets.UTF_8);
  }

  /**
   * Runs one command, without a terminal.
   *
   * @return the exit code
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return run(args, Console.plain(out, err));
  }

  static int run(String[] args, Console console) {
    if (args.length == 1 && args[0].equals("--version")) {
      console.out().println(Freshet.Version.line());
      console.out().flush();
      return DONE;
    }
    CommandLine line = new CommandLine(new Freshet(), new Commands(console));
    Freshet.addCommands(line, args);
    line.setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedOptionsAllowed(false)
        .setUsageHelpWidth(Math.max(80, Math.min(console.width(), 120)))
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setOut(new java.io.PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new java.io.PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler((e, given) -> Failures.wrongCommandLine(e, console));
    line.setExecutionExceptionHandler((e, command, parsed) -> Failures.failed(e, console, args));
    try {
      return FlinkCommand.helped(args, console) ? DONE : line.execute(args);
    } catch (Throwable e) {
      return Failures.failed(e, console, args);
    } finally {
      console.out().flush();
      console.err().flush();
    }
  }
}
