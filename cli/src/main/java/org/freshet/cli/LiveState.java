package org.freshet.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.freshet.core.ConfigException;
import org.freshet.core.state.StateReader;
import org.freshet.engine.Snapshots;
import org.freshet.runtime.KeptVersion;
import org.freshet.runtime.contest.Version;
import org.freshet.runtime.journal.Segments;

/** What the state folder of a live pipeline holds, or one of its snapshots. Takes no lock. */
final class LiveState {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final ObjectNode facts = JSON.createObjectNode();

  /**
   * @param path of a folder or a snapshot
   */
  LiveState(Path path) {
    facts.put("file", path.toString());
    if (Files.isDirectory(path)) {
      folder(path);
    } else {
      snapshot(path, facts);
    }
  }

  /** Whether a file is a snapshot of a live pipeline, by its name. */
  static boolean isSnapshot(Path file) {
    return Files.isRegularFile(file)
        && file.getFileName().toString().matches("snapshot-\\d{20}\\.freshet");
  }

  private void folder(Path state) {
    List<Segments.Segment> segments = Segments.list(state.resolve("journal"));
    if (segments.isEmpty() && !Files.isDirectory(state.resolve("snapshots"))) {
      throw new ConfigException(
          state.toString(), "holds no live pipeline: neither 'journal' nor 'snapshots'");
    }
    long bytes = segments.stream().mapToLong(s -> size(s.file())).sum();
    ObjectNode journal = facts.putObject("journal");
    journal.put("segments", segments.size()).put("bytes", bytes);
    if (!segments.isEmpty()) {
      journal.put("from_entry", segments.get(0).entry());
    }
    ArrayNode snapshots = facts.putArray("snapshots");
    for (Path p : snapshots(state.resolve("snapshots"))) {
      snapshot(p, snapshots.addObject().put("file", p.getFileName().toString()));
    }
    ArrayNode versions = facts.putArray("versions");
    KeptVersion.of(state).forEach(k -> version(k, versions.addObject()));
  }

  private static List<Path> snapshots(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(LiveState::isSnapshot).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the folder " + folder + ": " + e.getMessage(), e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException deletedMeanwhile) {
      return 0;
    }
  }

  /** Checks it whole; one that is damaged says so in the place of what it holds. */
  private static void snapshot(Path file, ObjectNode to) {
    to.put("bytes", size(file));
    try {
      org.freshet.engine.Snapshot s = Snapshots.read(file);
      StateReader run = s.run();
      to.put("state", s.verdict().toString().toLowerCase(Locale.ROOT));
      to.put("written", s.about("written"));
      to.put("freshet", s.about("freshet"));
      to.put("entry", run.longValue("entry"));
      to.put("answers", run.longValue("answers"));
      to.put("models", String.join(", ", run.child("models").strings("names")));
      if (run.has("given-up") && run.strings("given-up").length > 0) {
        to.put("given_up", String.join("; ", run.strings("given-up")));
      }
    } catch (org.freshet.core.StateException e) {
      to.put("state", e.getMessage());
    }
  }

  private static void version(KeptVersion k, ObjectNode to) {
    Version v = k.version();
    to.put("version", v.number()).put("name", v.name());
    to.put("made", Instant.ofEpochMilli(k.made()).toString());
    to.put("entry", v.entry()).put("event", v.event());
    if (!Double.isNaN(v.recent())) {
      to.put("recent", v.recent());
    }
    to.put("why", v.why()).put("pipeline", v.spec());
    if (k.file() != null) {
      to.put("file", k.file()).put("bytes", k.bytes());
    }
  }

  String json() {
    return facts.toPrettyString() + "\n";
  }

  /** A line a fact, a table of versions. */
  String text() {
    List<String> lines = new ArrayList<>();
    facts
        .fields()
        .forEachRemaining(
            f -> {
              if (f.getKey().equals("versions")) {
                lines.add("versions");
                f.getValue().forEach(v -> lines.add("  " + line((ObjectNode) v)));
              } else if (f.getValue().isArray()) {
                f.getValue().forEach(v -> lines.add(words(f.getKey(), inner((ObjectNode) v))));
              } else if (f.getValue().isObject()) {
                lines.add(words(f.getKey(), inner((ObjectNode) f.getValue())));
              } else {
                lines.add(words(f.getKey(), f.getValue().asText()));
              }
            });
    return String.join("\n", lines) + "\n";
  }

  private static String words(String name, String value) {
    return String.format(Locale.ROOT, "%-10s  %s", name, value);
  }

  private static String inner(ObjectNode o) {
    List<String> words = new ArrayList<>();
    o.fields().forEachRemaining(f -> words.add(f.getKey() + " " + f.getValue().asText()));
    return String.join(", ", words);
  }

  private static String line(ObjectNode v) {
    return String.format(
        Locale.ROOT,
        "%-16s %s  event %d  recent %s  %s%s",
        v.get("name").asText(),
        v.get("made").asText(),
        v.get("event").asLong(),
        v.has("recent") ? String.format(Locale.ROOT, "%.4f", v.get("recent").asDouble()) : "-",
        v.get("why").asText(),
        v.has("file") ? "" : " (model not kept)");
  }
}
