package org.freshet.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Spilled rows in files of a folder, {@code rows-<writer>-<n>.spill}, to which records are only
 * appended: what a snapshot refers to never changes, so any moment that was saved can be gone back
 * to. Several may write to one folder, each to files of its own. A file whose records were all
 * removed is deleted at once if no snapshot can refer to it; the others are by {@link #sweep}.
 *
 * <p>A record is its length (int 32), its CRC32C (int 32), and its bytes; little endian.
 */
public final class SpillFolder implements Spill {
  private static final String PREFIX = "rows-";
  private static final String SUFFIX = ".spill";
  private static final int HEADER = 8;
  private static final int LARGEST = 64 << 20;

  /** Garbage up to this much is left alone. */
  private final long slack;

  private final long fileBytes;

  /** Files the writers of this process refer to: not to be swept. */
  private static final Set<SpillFolder> OPEN = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final String writer = UUID.randomUUID().toString().substring(0, 13);
  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final List<Part> parts = new ArrayList<>(); // null where one was given up
  private final CRC32C crc = new CRC32C();
  private Part head;
  private int written; // files made
  private ByteBuffer buffer = order(ByteBuffer.allocate(256 << 10)); // the end of the head
  private ByteBuffer record = order(ByteBuffer.allocate(4096));
  private long total;
  private long live;
  private long lastAt = -1;
  private int lastLength;

  /** A file; {@code size} counts what is still in the buffer. */
  private static final class Part {
    final String name;
    final FileChannel channel;
    final int number;
    long size;
    long live;
    boolean saved; // a snapshot may refer to it
    boolean dirty; // written to since it was forced to the disk

    Part(String name, FileChannel channel, int number) {
      this.name = name;
      this.channel = channel;
      this.number = number;
    }
  }

  /**
   * @param folder made when the first record is put
   */
  public SpillFolder(Path folder) {
    this(folder, 32L << 20);
  }

  /** With files of a given size. */
  SpillFolder(Path folder, long fileBytes) {
    this.folder = folder;
    this.fileBytes = fileBytes;
    this.slack = 2 * fileBytes;
    OPEN.add(this);
  }

  private static ByteBuffer order(ByteBuffer b) {
    return b.order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public long put(ByteBuffer bytes) {
    int length = HEADER + bytes.remaining();
    if (length > LARGEST) {
      throw new UncheckedIOException(
          new IOException("a row of " + length + " bytes is too long to be spilled"));
    }
    try {
      if (head == null || head.size + length > fileBytes && head.size > 0) {
        flush();
        head = create();
      }
      if (buffer.remaining() < length) {
        flush();
      }
      if (buffer.capacity() < length) {
        buffer = order(ByteBuffer.allocate(length));
      }
    } catch (IOException e) {
      throw failed("write", folder.toString(), e);
    }
    crc.reset();
    crc.update(bytes.duplicate());
    buffer.putInt(bytes.remaining()).putInt((int) crc.getValue()).put(bytes);
    long at = (long) head.number << 32 | head.size;
    head.size += length;
    head.live += length;
    total += length;
    live += length;
    return at;
  }

  private Part create() throws IOException {
    Files.createDirectories(folder);
    while (true) {
      String name = PREFIX + writer + "-" + written++ + SUFFIX;
      names.add(name);
      try {
        FileChannel c =
            FileChannel.open(
                folder.resolve(name),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Part part = new Part(name, c, parts.size());
        parts.add(part);
        return part;
      } catch (FileAlreadyExistsException taken) {
        names.remove(name);
      }
    }
  }

  /** Writes the buffer at its place; after a failure the same is tried again. */
  private void flush() throws IOException {
    if (head == null || buffer.position() == 0) {
      return;
    }
    ByteBuffer out = buffer.duplicate().flip();
    long at = head.size - out.remaining();
    head.dirty = true;
    while (out.hasRemaining()) {
      at += head.channel.write(out, at);
    }
    buffer.clear();
  }

  private static UncheckedIOException failed(String what, String where, IOException e) {
    return new UncheckedIOException(
        "cannot " + what + " spilled rows in " + where + ": " + e.getMessage(), e);
  }

  @Override
  public ByteBuffer get(long at) {
    Part part = parts.get(part(at));
    long offset = at & 0xFFFFFFFFL;
    try {
      ByteBuffer header = read(part, offset, HEADER);
      int length = header.getInt();
      int sum = header.getInt();
      if (length < 0 || length > LARGEST || offset + HEADER + length > part.size) {
        throw damaged(part, offset);
      }
      ByteBuffer bytes = read(part, offset + HEADER, length);
      crc.reset();
      crc.update(bytes.duplicate());
      if ((int) crc.getValue() != sum) {
        throw damaged(part, offset);
      }
      lastAt = at;
      lastLength = HEADER + length;
      return bytes;
    } catch (IOException e) {
      throw failed("read", folder.resolve(part.name).toString(), e);
    }
  }

  private static IOException damaged(Part part, long offset) {
    return new IOException("the record at byte " + offset + " is damaged");
  }

  private ByteBuffer read(Part part, long offset, int n) throws IOException {
    long buffered = part == head ? part.size - buffer.position() : part.size;
    if (offset >= buffered) {
      return order(buffer.duplicate().position((int) (offset - buffered)))
          .limit((int) (offset - buffered) + n);
    }
    if (record.capacity() < n) {
      record = order(ByteBuffer.allocate(Math.max(n, 2 * record.capacity())));
    }
    record.clear().limit(n);
    while (record.hasRemaining()) {
      int got = part.channel.read(record, offset + record.position());
      if (got < 0) {
        throw new IOException("the file " + part.name + " is cut off");
      }
    }
    return record.flip();
  }

  private int length(long at) {
    if (at == lastAt) {
      return lastLength; // what is removed was mostly just read
    }
    Part part = parts.get(part(at));
    try {
      return HEADER + read(part, at & 0xFFFFFFFFL, HEADER).getInt();
    } catch (IOException e) {
      throw failed("read", folder.resolve(part.name).toString(), e);
    }
  }

  @Override
  public void remove(long at) {
    Part part = parts.get(part(at));
    int length = length(at);
    part.live -= length;
    live -= length;
    if (part.live == 0 && part != head) {
      giveUp(part);
    }
  }

  private void giveUp(Part part) {
    parts.set(part.number, null);
    total -= part.size;
    try {
      part.channel.close();
      if (!part.saved) {
        Files.deleteIfExists(folder.resolve(part.name));
      }
    } catch (IOException e) {
      throw failed("delete", folder.resolve(part.name).toString(), e);
    }
    names.remove(part.name);
  }

  @Override
  public int worn() {
    if (total - live <= Math.max(live, slack)) {
      return -1;
    }
    Part worst = null;
    for (Part p : parts) {
      if (p != null
          && p != head
          && (worst == null || (double) p.live / p.size < (double) worst.live / worst.size)) {
        worst = p;
      }
    }
    return worst == null ? -1 : worst.number;
  }

  @Override
  public int part(long at) {
    return (int) (at >>> 32);
  }

  @Override
  public boolean holds(long at) {
    int part = part(at);
    return at >= 0
        && part < parts.size()
        && parts.get(part) != null
        && (at & 0xFFFFFFFFL) + HEADER <= parts.get(part).size;
  }

  @Override
  public Set<String> files() {
    return Set.copyOf(names);
  }

  @Override
  public long bytes() {
    return total;
  }

  @Override
  public void save(StateWriter out) {
    try {
      flush();
      for (Part p : parts) {
        if (p != null && p.dirty) {
          p.channel.force(false);
          p.dirty = false;
        }
      }
    } catch (IOException e) {
      throw failed("write", folder.toString(), e);
    }
    List<Part> all = parts.stream().filter(p -> p != null && p.live > 0).toList();
    for (Part p : all) {
      p.saved = true;
    }
    out.put("files", all.stream().map(p -> p.name).toArray(String[]::new));
    out.put("numbers", all.stream().mapToInt(p -> p.number).toArray());
    out.put("sizes", all.stream().mapToLong(p -> p.size).toArray());
    out.put("live", all.stream().mapToLong(p -> p.live).toArray());
  }

  @Override
  public void load(StateReader in) {
    String[] files = in.strings("files");
    int[] numbers = in.ints("numbers", files.length);
    long[] sizes = in.longs("sizes", files.length);
    long[] alive = in.longs("live", files.length);
    for (int i = 0; i < files.length; i++) {
      boolean fits =
          files[i] != null
              && files[i].matches(PREFIX + "[0-9a-f-]+" + SUFFIX.replace(".", "\\."))
              && numbers[i] >= parts.size()
              && numbers[i] < 1 << 24
              && alive[i] > 0
              && alive[i] <= sizes[i];
      if (!fits) {
        throw in.corrupt("files", "has an impossible file " + files[i]);
      }
      names.add(files[i]);
      while (parts.size() < numbers[i]) {
        parts.add(null);
      }
      parts.add(open(in, files[i], numbers[i], sizes[i], alive[i]));
    }
  }

  private Part open(StateReader in, String name, int number, long size, long alive) {
    Path file = folder.resolve(name);
    try {
      FileChannel c = FileChannel.open(file, StandardOpenOption.READ);
      long found = c.size();
      if (found < size) {
        c.close();
        throw in.corrupt(
            "files", "refers to " + size + " bytes of " + file + ", which has " + found);
      }
      Part part = new Part(name, c, number);
      part.size = size;
      part.live = alive;
      part.saved = true;
      total += size;
      live += alive;
      return part;
    } catch (IOException e) {
      throw in.corrupt("files", "refers to " + file + ", which cannot be read: " + e.getMessage());
    }
  }

  /** Names of the files that a state refers to, of whatever engines are in it. */
  public static Set<String> files(StateReader state) {
    String end = "/spill/files/text";
    Set<String> all = new HashSet<>();
    for (String path : state.paths()) {
      if (path.endsWith(end)) {
        String spill = path.substring(0, path.length() - "/files/text".length());
        all.addAll(List.of(state.root().child(spill).strings("files")));
      }
    }
    return all;
  }

  /**
   * Deletes the files of a folder that nothing refers to: no snapshot, and nobody who writes or
   * reads in this process.
   *
   * @param saved names of the files that the snapshots kept refer to
   * @return how many were deleted
   */
  public static int sweep(Path folder, Collection<String> saved) {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    int deleted = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        boolean ours = name.startsWith(PREFIX) && name.endsWith(SUFFIX);
        if (ours && !saved.contains(name) && OPEN.stream().noneMatch(s -> s.names.contains(name))) {
          deleted += Files.deleteIfExists(file) ? 1 : 0;
        }
      }
    } catch (IOException e) {
      throw failed("delete", folder.toString(), e);
    }
    return deleted;
  }

  /** Closes the files; they stay as they are for snapshots that refer to them. */
  @Override
  public void close() {
    OPEN.remove(this);
    String trouble =
        parts.stream()
            .filter(p -> p != null)
            .map(SpillFolder::close)
            .filter(m -> m != null)
            .collect(Collectors.joining(", "));
    parts.clear();
    head = null;
    if (!trouble.isEmpty()) {
      throw new UncheckedIOException(
          new IOException("cannot close spilled rows in " + folder + ": " + trouble));
    }
  }

  private static String close(Part part) {
    try {
      part.channel.close();
      return null;
    } catch (IOException e) {
      return part.name + ": " + e.getMessage();
    }
  }
}
