package org.freshet.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.FreshetException;
import org.freshet.core.component.Suggest;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what was thrown into lines for the user and an exit code. */
final class Failures {
  private Failures() {}

  /** A command, option or option's value that does not exist. */
  static int wrongCommandLine(ParameterException e, Console console) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName(" ");
    String message =
        e instanceof UnmatchedArgumentException u ? unmatched(u, command) : oneLine(e.getMessage());
    String help = message.endsWith("?") ? "" : "; '" + name + " --help' shows what there is";
    console.err().println(name + ": " + decapitalize(message) + help);
    return Main.WRONG;
  }

  private static String unmatched(UnmatchedArgumentException e, CommandLine line) {
    List<String> all = e.getUnmatched();
    boolean command = !line.getSubcommands().isEmpty() && !all.get(0).startsWith("-");
    String word =
        all.stream()
            .filter(w -> !command && w.startsWith("-") && w.length() > 1)
            .findFirst()
            .orElse(all.get(0));
    if (word.startsWith("-")) {
      String bare = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
      List<String> known = new ArrayList<>();
      for (OptionSpec o : line.getCommandSpec().options()) {
        if (!o.hidden()) {
          known.addAll(Arrays.asList(o.names()));
        }
      }
      return "unknown option '" + bare + "'" + Suggest.didYouMean(bare, known);
    }
    if (command) {
      return "unknown command '"
          + word
          + "'"
          + Suggest.didYouMean(word, line.getSubcommands().keySet());
    }
    return "one argument too many: '" + word + "'";
  }

  /** Anything a command threw. */
  static int failed(Throwable e, Console console, String[] args) {
    console.out().flush();
    boolean debug = Arrays.asList(args).contains("--debug");
    int code = tell(e, console);
    if (debug) {
      e.printStackTrace(console.err());
    }
    return code;
  }

  private static int tell(Throwable e, Console console) {
    if (e instanceof ParameterException wrong) {
      return wrongCommandLine(wrong, console);
    }
    if (e instanceof FreshetException) {
      e.getMessage().lines().forEach(line -> console.err().println("freshet: " + line));
      return Main.WRONG;
    }
    if (e instanceof UncheckedIOException || e instanceof IOException) {
      console.err().println("freshet: " + ofSurroundings(e));
      return Main.FAILED;
    }
    if (e instanceof OutOfMemoryError) {
      console
          .err()
          .println(
              "freshet: out of memory ("
                  + (Runtime.getRuntime().maxMemory() >> 20)
                  + " MB of heap); give more with FRESHET_JVM_OPTS=-Xmx4g, or a smaller max_bytes to the model");
      return Main.FAILED;
    }
    console
        .err()
        .println(
            "freshet: this is a bug in Freshet: "
                + oneLine(e.toString())
                + place(e)
                + "; please report it with what '--debug' adds to the command prints");
    return Main.FAILED;
  }

  private static String ofSurroundings(Throwable e) {
    Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
    String own = e.getMessage();
    boolean told =
        e instanceof UncheckedIOException && own != null && !own.equals(cause.toString());
    if (told) {
      return oneLine(own);
    }
    return oneLine(reason((IOException) cause));
  }

  /** What an I/O failure means in words; the JDK's messages are often only a path. */
  static String reason(IOException e) {
    if (e instanceof java.nio.file.NoSuchFileException f) {
      return f.getFile() + ": no such file or folder";
    }
    if (e instanceof java.nio.file.AccessDeniedException f) {
      return f.getFile() + ": permission denied";
    }
    if (e instanceof java.nio.file.NotDirectoryException f) {
      return f.getFile() + ": is not a folder";
    }
    if (e instanceof FileSystemException f) {
      return f.getFile()
          + ": "
          + (f.getReason() == null ? "the file system refused" : f.getReason());
    }
    if (e instanceof FileNotFoundException) {
      return e.getMessage();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static String place(Throwable e) {
    for (StackTraceElement s : e.getStackTrace()) {
      if (s.getClassName().startsWith("org.freshet.")) {
        return " at " + s.getFileName() + ":" + s.getLineNumber();
      }
    }
    return "";
  }

  private static String oneLine(String s) {
    return s == null
        ? ""
        : s.strip()
            .replaceAll("\\s*\\R\\s*", " ")
            .replaceAll("is not an? (long|int)\\b", "is not a whole number");
  }

  private static String decapitalize(String s) {
    boolean word =
        s.length() > 1 && Character.isUpperCase(s.charAt(0)) && !Character.isUpperCase(s.charAt(1));
    return word ? Character.toLowerCase(s.charAt(0)) + s.substring(1) : s;
  }
}
