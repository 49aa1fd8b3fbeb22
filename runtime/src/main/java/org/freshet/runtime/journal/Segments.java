package org.freshet.runtime.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a journal: {@code journal-<entries before it>.log}, in order. */
public final class Segments {
  private static final Pattern NAME = Pattern.compile("journal-(\\d{20})\\.log");

  private Segments() {}

  /** A file and the number of its first entry. */
  public record Segment(Path file, long entry) {}

  static Path file(Path folder, long entry) {
    return folder.resolve(String.format(Locale.ROOT, "journal-%020d.log", entry));
  }

  /** All segments in a folder, oldest first. */
  public static List<Segment> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(Segments::segment)
          .filter(s -> s != null)
          .sorted(Comparator.comparingLong(Segment::entry))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the folder " + folder + ": " + e.getMessage(), e);
    }
  }

  /** First entry of the newest segment that begins before an entry; -1 without one. */
  static long before(Path folder, long entry) {
    return list(folder).stream().mapToLong(Segment::entry).filter(e -> e < entry).max().orElse(-1);
  }

  private static Segment segment(Path file) {
    Matcher m = NAME.matcher(file.getFileName().toString());
    return m.matches() ? new Segment(file, Long.parseLong(m.group(1))) : null;
  }

  /** Deletes the segments that hold nothing from {@code entry} on; the newest always stays. */
  public static void prune(Path folder, long entry) {
    List<Segment> all = list(folder);
    for (int i = 0; i + 1 < all.size(); i++) {
      if (all.get(i + 1).entry() <= entry) {
        try {
          Files.deleteIfExists(all.get(i).file());
        } catch (IOException e) {
          throw new UncheckedIOException(
              "cannot delete " + all.get(i).file() + ": " + e.getMessage(), e);
        }
      }
    }
  }
}
