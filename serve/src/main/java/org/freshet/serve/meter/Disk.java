package org.freshet.serve.meter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Bytes in the folder of state: of the journal, and of all. */
record Disk(long journal, long all) {
  static final Disk NONE = new Disk(0, 0);

  static Disk of(String folder) {
    Path root = Path.of(folder);
    if (!Files.isDirectory(root)) {
      return NONE;
    }
    try (Stream<Path> walk = Files.walk(root)) {
      List<Path> files = walk.filter(Files::isRegularFile).toList();
      Path journal = root.resolve("journal");
      long ofJournal = 0;
      long all = 0;
      for (Path f : files) {
        long size = size(f);
        all += size;
        ofJournal += f.startsWith(journal) ? size : 0;
      }
      return new Disk(ofJournal, all);
    } catch (IOException | UncheckedIOException e) {
      return NONE; // deleted while looked at; the next look finds it
    }
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException pruned) {
      return 0;
    }
  }
}
