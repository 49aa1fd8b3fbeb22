package org.freshet.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.freshet.core.ConfigException;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateFiles;
import org.freshet.engine.Engine;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setup;
import org.freshet.engine.Snapshot;
import org.freshet.engine.Snapshots;
import org.freshet.runtime.contest.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry of versions in a state folder: a file with the model of each, as it was when it
 * began to answer, an index of them, and what the pipeline began with where that was history. A
 * file that the journal refers to is never deleted while that part of the journal is kept.
 */
final class VersionStore {
  private static final Logger LOG = LoggerFactory.getLogger(VersionStore.class);
  static final String INDEX = "index.jsonl";
  static final String HISTORY = "history.freshet";

  private final Path folder;
  private final VersionIndex index;
  private final int keep;
  private final boolean wholeJournal;

  /** Versions that commands on their way to the journal, or just in it, refer to. */
  private final Set<Integer> asked = new HashSet<>();

  private VersionStore(Path folder, int keep, boolean wholeJournal) {
    this.folder = folder;
    this.index = new VersionIndex(folder.resolve(INDEX));
    this.keep = keep;
    this.wholeJournal = wholeJournal;
  }

  static VersionStore of(PipelineFile file) {
    Path state = Path.of(file.live().state().directory());
    return new VersionStore(
        state.resolve("versions"),
        file.live().state().versions(),
        file.live().state().keepJournal());
  }

  List<KeptVersion> all() {
    return index.all();
  }

  /** The version of a number whose model is kept; null where there is none. */
  KeptVersion kept(int number) {
    return all().stream()
        .filter(k -> k.version().number() == number && k.file() != null)
        .findFirst()
        .orElse(null);
  }

  /** The newest version of a replica, with the model as it is now. */
  static byte[] toBytes(Replica replica, String program) {
    Version v = replica.contest().versionOf(replica.contest().version());
    Engine engine = replica.contest().engineOf(v.model());
    Setup all = replica.setup();
    return Snapshots.toBytes(
        program,
        new Setup(all.stream(), all.source(), Spec.parse(v.spec()), all.seed(), all.labels()),
        replica.schema(),
        out -> {
          out.put("version", v.number());
          out.put("name", v.name());
          out.put("why", v.why());
          out.put("entry", v.entry());
          out.put("event", v.event());
          out.put("time", v.time());
          out.put("recent", v.recent());
          engine.saveModel(out.child("engine"));
        });
  }

  /**
   * Notes a version.
   *
   * @param model made by {@link #toBytes}; null where it cannot be kept
   */
  void write(Version v, byte[] model) {
    make();
    long now = System.currentTimeMillis();
    if (model == null) {
      index.put(new KeptVersion(v, now, null, null, 0));
      return;
    }
    Path file = folder.resolve(name(v.number()));
    StateFiles.write(file, model);
    index.put(new KeptVersion(v, now, file.getFileName().toString(), checksum(file), model.length));
  }

  private static String name(int number) {
    return String.format(Locale.ROOT, "version-%08d.freshet", number);
  }

  private void make() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder " + folder + ": " + e.getMessage(), e);
    }
  }

  /** Whether a version is noted already. */
  boolean has(Version v) {
    return all().stream().anyMatch(k -> k.version().equals(v));
  }

  /**
   * Keeps what a pipeline begins with.
   *
   * @return its checksum
   */
  String begin(Path history) {
    make();
    try {
      StateFiles.write(folder.resolve(HISTORY), Files.readAllBytes(history));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + history + ": " + e.getMessage(), e);
    }
    return checksum(folder.resolve(HISTORY));
  }

  /**
   * Reads a file the journal names.
   *
   * @throws StateException when it is missing, or another
   */
  Snapshot open(String name, String checksum) {
    Path file = folder.resolve(name);
    if (!file.normalize().startsWith(folder.normalize()) || !Files.isRegularFile(file)) {
      throw new StateException(
          Verdict.CORRUPT,
          file + ": corrupt: is missing, but the journal refers to it; restore it");
    }
    if (!checksum(file).equals(checksum)) {
      throw new StateException(
          Verdict.CORRUPT,
          file
              + ": corrupt: has the checksum "
              + checksum(file)
              + ", the journal refers to one with "
              + checksum
              + "; restore that");
    }
    return Snapshots.read(file);
  }

  /**
   * SHA-256 of a file, in hexadecimal digits. A CRC32C will not do: a container ends with its own,
   * behind which that of the whole is the same for all.
   */
  static String checksum(Path file) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has it
    }
    ByteBuffer part = ByteBuffer.allocate(1 << 16);
    try (FileChannel c = FileChannel.open(file, StandardOpenOption.READ)) {
      while (c.read(part.clear()) >= 0) {
        digest.update(part.flip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * What goes into the journal for a command: {@code rollback N} names the file it needs.
   *
   * @throws ConfigException when the model of that version is not kept
   */
  synchronized String journalled(String command) {
    if (!command.matches("rollback \\d{1,9}")) {
      return command;
    }
    int number = Integer.parseInt(command.substring("rollback ".length()));
    KeptVersion k = kept(number);
    if (k == null) {
      List<String> names = new ArrayList<>();
      all().stream()
          .filter(v -> v.file() != null)
          .forEach(v -> names.add("" + v.version().number()));
      throw new ConfigException(
          "version",
          "the model of version "
              + number
              + " is not kept; "
              + (names.isEmpty() ? "none is" : "kept are " + String.join(", ", names)));
    }
    asked.add(number); // until the index has what comes of it, nobody else knows
    return Command.restore(number, k.checksum(), k.file());
  }

  /**
   * Deletes models beyond the newest few that no kept part of the journal refers to.
   *
   * @param entry from which on the journal is kept
   */
  synchronized void prune(long entry) {
    Set<Integer> needed = new HashSet<>(asked);
    for (KeptVersion k : all()) {
      if (k.version().from() > 0 && (wholeJournal || k.version().entry() >= entry)) {
        needed.add(k.version().from());
      }
    }
    List<KeptVersion> kept =
        all().stream()
            .filter(k -> k.file() != null)
            .sorted(Comparator.comparingInt((KeptVersion k) -> k.version().number()).reversed())
            .toList();
    List<Integer> gone = new ArrayList<>();
    for (int i = keep; i < kept.size(); i++) {
      if (!needed.contains(kept.get(i).version().number())) {
        gone.add(kept.get(i).version().number());
      }
    }
    index.lost(gone); // first: a process that dies in between leaves a file too many, not too few
    for (KeptVersion k : all()) {
      if (k.file() == null) {
        delete(name(k.version().number()));
      }
    }
    if (entry > 0 && !wholeJournal) {
      delete(HISTORY);
    }
  }

  private void delete(String name) {
    try {
      Files.deleteIfExists(folder.resolve(name));
    } catch (IOException e) {
      LOG.warn("cannot delete {}: {}", folder.resolve(name), e.getMessage()); // the next time, then
    }
  }
}
