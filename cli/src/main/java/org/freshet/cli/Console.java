package org.freshet.cli;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command writes, and whether a person is watching. Results go to {@code out}, everything
 * about the work in progress to {@code err}.
 *
 * @param live whether {@code err} is a terminal that can redraw lines
 * @param width columns of the terminal, 100 where there is none
 * @param home folder of the program, where its examples lie, or null when it is not known
 */
record Console(PrintStream out, PrintStream err, boolean live, int width, Path home) {
  private static final int DEFAULT_WIDTH = 100;

  /** No terminal: tests, logs. */
  static Console plain(PrintStream out, PrintStream err) {
    return new Console(out, err, false, DEFAULT_WIDTH, homeOf(System.getProperty("freshet.home")));
  }

  /**
   * What the launcher found out: {@code freshet.terminal} is the terminal's width, absent without
   * one.
   */
  static Console ofProcess(PrintStream out, PrintStream err) {
    int width = 0;
    try {
      width = Integer.parseInt(System.getProperty("freshet.terminal", "0"));
    } catch (NumberFormatException notGiven) {
      width = 0;
    }
    boolean live = width > 0 && !"dumb".equals(System.getenv("TERM"));
    return new Console(
        out,
        err,
        live,
        width >= 40 ? width : DEFAULT_WIDTH,
        homeOf(System.getProperty("freshet.home")));
  }

  private static Path homeOf(String given) {
    return given == null || !Files.isDirectory(Path.of(given)) ? null : Path.of(given);
  }
}
