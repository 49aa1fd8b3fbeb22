package org.freshet.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.state.StateFiles;
import org.freshet.runtime.contest.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The list of versions as a file of JSON lines, for people and programs that look at the folder. It
 * can be made again from the journal and the files beside it, but for the time of the wall clock.
 */
final class VersionIndex {
  private static final Logger LOG = LoggerFactory.getLogger(VersionIndex.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Lines kept; a few kilobytes. */
  private static final int MOST = 100;

  private final Path file;
  private List<KeptVersion> all;

  VersionIndex(Path file) {
    this.file = file;
  }

  /** The versions, the newest last. */
  synchronized List<KeptVersion> all() {
    if (all == null) {
      all = read();
    }
    return List.copyOf(all);
  }

  private List<KeptVersion> read() {
    List<KeptVersion> found = new ArrayList<>();
    if (!Files.exists(file)) {
      return found;
    }
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank()) {
          found.add(parse(line));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("{} cannot be read and is made anew: {}", file, e.getMessage());
    }
    return found;
  }

  /** Writes a version in the place of one of its number, behind those before it. */
  synchronized void put(KeptVersion v) {
    List<KeptVersion> next = new ArrayList<>(all());
    next.removeIf(k -> k.version().number() >= v.version().number());
    next.add(v);
    write(next);
  }

  /** Notes that the files of some versions are no more. */
  synchronized void lost(List<Integer> numbers) {
    List<KeptVersion> next = new ArrayList<>();
    boolean other = false;
    for (KeptVersion k : all()) {
      boolean gone = k.file() != null && numbers.contains(k.version().number());
      other |= gone;
      next.add(gone ? k.withoutFile() : k);
    }
    if (other) {
      write(next);
    }
  }

  private void write(List<KeptVersion> next) {
    while (next.size() > MOST) {
      next.remove(0);
    }
    StringBuilder text = new StringBuilder();
    next.forEach(k -> text.append(line(k)).append('\n'));
    StateFiles.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    all = next;
  }

  private static String line(KeptVersion k) {
    Version v = k.version();
    ObjectNode o = JSON.createObjectNode();
    o.put("version", v.number());
    o.put("name", v.name());
    o.put("why", v.why());
    o.put("made", Instant.ofEpochMilli(k.made()).toString());
    o.put("entry", v.entry());
    o.put("event", v.event());
    if (v.time() != Long.MIN_VALUE) {
      o.put("time", v.time());
    }
    if (!Double.isNaN(v.recent())) {
      o.put("recent", v.recent());
    }
    if (v.from() > 0) {
      o.put("restored_from", v.from());
    }
    o.put("model", v.model());
    o.put("pipeline", v.spec());
    if (k.file() != null) {
      o.put("file", k.file()).put("checksum", k.checksum()).put("bytes", k.bytes());
    }
    return o.toString();
  }

  private static KeptVersion parse(String line) {
    try {
      JsonNode o = JSON.readTree(line);
      Version v =
          new Version(
              o.required("version").asInt(),
              o.required("model").asText(),
              o.required("pipeline").asText(),
              o.required("why").asText(),
              o.required("entry").asLong(),
              o.required("event").asLong(),
              o.has("time") ? o.get("time").asLong() : Long.MIN_VALUE,
              o.has("recent") ? o.get("recent").asDouble() : Double.NaN,
              o.path("restored_from").asInt(0));
      long made = Instant.parse(o.required("made").asText()).toEpochMilli();
      return o.has("file")
          ? new KeptVersion(
              v,
              made,
              o.get("file").asText(),
              o.path("checksum").asText(),
              o.path("bytes").asLong())
          : new KeptVersion(v, made, null, null, 0);
    } catch (JsonProcessingException | java.time.DateTimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Reads the index of a state folder.
   *
   * @param state folder
   */
  static List<KeptVersion> of(Path state) {
    try {
      return new VersionIndex(state.resolve("versions").resolve(VersionStore.INDEX)).all();
    } catch (UncheckedIOException e) {
      return List.of();
    }
  }
}
