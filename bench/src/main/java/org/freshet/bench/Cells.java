package org.freshet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What the cells of a long table gave, kept in a file as soon as each is done, so that a run that
 * was stopped goes on: lines of what names the cell, a tab, and its numbers.
 */
final class Cells {
  private final Path file;
  private final Map<String, double[]> known = new HashMap<>();

  Cells(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        int tab = line.lastIndexOf('\t');
        known.put(
            line.substring(0, tab),
            Arrays.stream(line.substring(tab + 1).split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray());
      }
    }
  }

  /** The numbers of a cell, null while it is not done. */
  synchronized double[] get(String key) {
    return known.get(key);
  }

  synchronized void put(String key, double[] numbers) {
    StringBuilder line = new StringBuilder(key).append('\t');
    for (int i = 0; i < numbers.length; i++) {
      line.append(i == 0 ? "" : " ").append(numbers[i]);
    }
    known.put(key, numbers);
    try {
      Files.writeString(
          file, line.append('\n'), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IllegalStateException("cannot write " + file, e);
    }
  }
}
