package org.freshet.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs commands in this process and keeps what they print. */
record Cli(int code, String out, String err) {
  /** The checkout. */
  static final Path HOME = Path.of("").toAbsolutePath().getParent();

  static final Path DATA = HOME.resolve("examples/data");
  static final String ELECTRICITY = DATA.resolve("electricity.arff.gz").toString();
  static final String PHISHING = DATA.resolve("phishing.csv.gz").toString();

  static Cli run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code;
    // The test runner's own standard input is its command channel.
    System.setIn(new ByteArrayInputStream(new byte[0]));
    try (PrintStream o = new PrintStream(out, false, StandardCharsets.UTF_8);
        PrintStream e = new PrintStream(err, false, StandardCharsets.UTF_8)) {
      code = Main.run(args, new Console(o, e, false, 100, HOME));
    }
    return new Cli(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Lines on standard error, notes about defaults left out. */
  List<String> errors() {
    return err.lines().filter(l -> !l.startsWith("no --model given")).toList();
  }

  static Path write(Path file, String... lines) {
    try {
      return Files.write(file, List.of(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
