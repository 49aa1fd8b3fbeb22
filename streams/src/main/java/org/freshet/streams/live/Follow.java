package org.freshet.streams.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.freshet.core.ConfigException;
import org.freshet.core.DataException;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a file as it grows, as {@code tail -F} does: events, labels, or both, one record a line,
 * as JSON lines or as CSV with names in the first line. The file need not be there yet.
 *
 * <p>A line counts when its end was written; half a line waits. When the file is renamed and a new
 * one takes its place (as logrotate does), the old one is read to its end first; when it is cut
 * off, reading begins again at its start. The position is the byte behind the last record consumed,
 * with a hash of the file's first kilobyte: after a restart reading goes on there, also when the
 * file was renamed meanwhile, as long as it lies in the same folder, is named {@code <path>…} and
 * is not zipped; then the files between are read in the order of their times. Cut-off while nobody
 * reads is noticed by the hash. What a file held that is gone is lost, and a line in the log says
 * so.
 *
 * <p>Where no column is declared, the lines there are at the start (at most 1,000) tell which there
 * are; the start waits for the first. CSV: a cell in quotes may hold separators, but no line end.
 * Bad records that came behind the last good one before a crash are counted (and written to the
 * dead-letter file) again.
 *
 * <pre>{@code
 * source: { follow: { path: events.jsonl, numeric: [amount], categorical: [country] } }
 * labels: { source: { follow: { path: labels.csv } }, timeout: 7d }
 * }</pre>
 */
@Component(name = "follow", kinds = Kind.FEED, family = "feed")
public final class Follow implements Feed {
  private static final Logger LOG = LoggerFactory.getLogger(Follow.class);
  private static final int BLOCK = 256;

  /** Where to begin when nothing was consumed before. */
  public enum From {
    START,
    END
  }

  public record Parameters(
      @Param("File to follow.") String path,
      LineForm lines,
      @Param(
              value =
                  "Where to begin when nothing was consumed before: start, or end for new lines.",
              def = "start",
              origin = "nothing is passed over unasked")
          From from,
      @Param(
              value = "Time between looks when there is nothing new.",
              def = "20ms",
              origin = "1 % of a processor at most")
          Span every) {}

  private final Parameters parameters;
  private final Path path;
  private final LineForm form;
  private final EventLines lines;
  private final LineBuffer buffer;
  private final List<Path> before = new ArrayList<>(); // renamed files still to be read
  private Schema schema;
  private Inbox inbox;
  private Thread thread;
  private FollowedFile file;
  private boolean headed; // the first line of the file was taken
  private long resume; // where its records go on, where that is not behind the first line
  private long position; // of what was handed over
  private double lineBytes = 100; // length of a record, roughly
  private volatile boolean closed;
  private volatile long lag = -1;
  private volatile String trouble;

  public Follow(Parameters parameters, Build build) {
    this.parameters = parameters;
    this.form = parameters.lines();
    try {
      this.path = Path.of(parameters.path()).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new ConfigException("", "'path' of follow is no path: " + e.getMessage());
    }
    if (parameters.every().events() || parameters.every().length() < 1) {
      throw new ConfigException("", "'every' of follow is a time of 1ms or more, such as 20ms");
    }
    this.lines = new EventLines(name(), form);
    this.buffer = new LineBuffer(parameters.lines().maxRecord());
  }

  @Override
  public String name() {
    return "follow:" + parameters.path();
  }

  @Override
  public Schema declared() {
    return form.columns().declared() ? form.columns().schema() : null;
  }

  @Override
  public Schema schema() throws InterruptedException {
    Schema found = declared();
    while (found == null) {
      try {
        found = lines.find(sample());
      } catch (IOException e) {
        trouble = cannotRead(e);
      }
      if (found == null) {
        pause();
      }
    }
    trouble = null;
    return found;
  }

  private List<byte[]> sample() throws IOException {
    List<byte[]> sample = new ArrayList<>();
    try (FollowedFile f = new FollowedFile(path)) {
      LineBuffer b = new LineBuffer(parameters.lines().maxRecord());
      while (sample.size() < 1000 && b.fill(f) > 0) {
        while (b.next()) {
          if (!b.tooLong()) {
            sample.add(b.copy());
          }
        }
      }
    } catch (java.nio.file.NoSuchFileException none) {
      trouble = "there is no file " + path + " yet";
    }
    return sample;
  }

  private String cannotRead(IOException e) {
    return path + ": cannot be read: " + e.getMessage();
  }

  private void pause() throws InterruptedException {
    Thread.sleep(parameters.every().length());
  }

  @Override
  public void start(Schema of, Map<String, Long> from, Inbox to) {
    schema = of;
    inbox = to;
    lines.start(of);
    Long at = from.get("");
    thread = new Thread(() -> run(at), name());
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Long from) {
    try {
      while (!closed) {
        try {
          if (file == null) {
            open(from);
          }
          follow();
        } catch (java.nio.channels.ClosedByInterruptException stopped) {
          return;
        } catch (java.nio.file.NoSuchFileException none) {
          trouble = "there is no file " + path + " yet";
        } catch (IOException e) {
          if (trouble == null) {
            LOG.warn("{}; trying again", cannotRead(e));
          }
          trouble = cannotRead(e);
          closeFile();
          from = position;
        }
        pause();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      inbox.fail(this, e);
    } finally {
      closeFile();
    }
  }

  private void closeFile() {
    if (file != null) {
      file.close();
      file = null;
    }
  }

  /** Opens the file the position is of; null or 0 is the beginning. */
  private void open(Long from) throws IOException {
    if (from == null || FollowedFile.offset(from) == 0) {
      begin(path);
      if (from == null && parameters.from() == From.END) {
        resume = lineEnd();
      }
      return;
    }
    for (Path p : candidates()) {
      FollowedFile f = new FollowedFile(p);
      if (!f.isOf(from)) {
        f.close();
        continue;
      }
      file = f;
      position = from;
      resume = FollowedFile.offset(from);
      headed = false;
      buffer.reset(0);
      before.addAll(newerThan(p));
      return;
    }
    LOG.warn("{}: the file that was read before is gone, what else it held is lost", name());
    begin(path);
  }

  /** The file itself, then what it may have been renamed to. */
  private List<Path> candidates() throws IOException {
    List<Path> all = new ArrayList<>();
    if (Files.exists(path)) {
      all.add(path);
    }
    all.addAll(renamed());
    return all;
  }

  private List<Path> renamed() throws IOException {
    String prefix = path.getFileName().toString();
    try (Stream<Path> near = Files.list(path.getParent())) {
      return near.filter(
              f -> {
                String n = f.getFileName().toString();
                return n.startsWith(prefix) && n.length() > prefix.length() && !n.endsWith("gz");
              })
          .filter(Files::isRegularFile)
          .sorted(Comparator.comparing(Follow::time))
          .toList();
    }
  }

  private List<Path> newerThan(Path file) throws IOException {
    if (file.equals(path)) {
      return List.of();
    }
    FileTime own = time(file);
    return renamed().stream().filter(f -> !f.equals(file) && time(f).compareTo(own) > 0).toList();
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  private void begin(Path at) throws IOException {
    file = new FollowedFile(at);
    position = 0;
    resume = 0;
    headed = false;
    buffer.reset(0);
  }

  /** Behind the last line end there is now. */
  private long lineEnd() throws IOException {
    byte[] block = new byte[1 << 16];
    for (long end = file.size(); end > 0; ) {
      long from = Math.max(0, end - block.length);
      file.to(from);
      int n = file.read(block, 0, (int) (end - from));
      for (int i = n - 1; i >= 0; i--) {
        if (block[i] == '\n') {
          file.to(0);
          return from + i + 1;
        }
      }
      end = from;
    }
    file.to(0);
    return 0;
  }

  /** Hands over what is there now; goes on with the next file where this one has ended. */
  private void follow() throws IOException, InterruptedException {
    while (!closed) {
      int n = buffer.fill(file);
      if (n > 0) {
        trouble = null;
        deliver();
        continue;
      }
      lag = 0;
      FollowedFile.Change change = file.change(path, position);
      if (!before.isEmpty()) {
        change = FollowedFile.Change.REPLACED;
      }
      if (change == FollowedFile.Change.GONE) {
        trouble = "there is no file " + path + " now";
      }
      if (change == FollowedFile.Change.TRUNCATED) {
        LOG.info("{}: was cut off, beginning at its start", name());
        closeFile();
        begin(path);
      } else if (change == FollowedFile.Change.REPLACED) {
        replace();
      } else {
        return;
      }
    }
  }

  /** The rest of a renamed file, then the next one. */
  private void replace() throws IOException, InterruptedException {
    while (buffer.fill(file) > 0) {
      deliver();
    }
    if (headed && buffer.last()) {
      Records last = new Records(schema, 1);
      if (lines.add(buffer, last)) {
        put(last, buffer.position());
      }
    }
    closeFile();
    begin(before.isEmpty() ? path : before.remove(0));
  }

  /** Hands over the whole lines in the buffer. */
  private void deliver() throws IOException, InterruptedException {
    if (!headed && !head()) {
      return;
    }
    Records block = null;
    long behind = 0;
    try {
      while (buffer.next()) {
        if (block == null) {
          block = new Records(schema, 1 + buffer.waiting(BLOCK - 1));
        }
        if (lines.add(buffer, block)) {
          behind = buffer.position();
        }
        if (block.size() == block.capacity()) {
          put(block, behind);
          block = null;
        }
      }
    } catch (DataException bad) {
      if (block != null && block.size() > 0) {
        put(block, behind);
      }
      throw bad;
    }
    if (block != null && block.size() > 0) {
      put(block, behind);
    }
  }

  /** Takes the first line, which may name columns, then goes to where records are wanted from. */
  private boolean head() throws IOException {
    long begin = buffer.position();
    if (!buffer.next()) {
      return false;
    }
    boolean names = lines.first(buffer.copy());
    headed = true;
    long to = Math.max(resume, names ? buffer.position() : begin);
    buffer.reset(to);
    file.to(to);
    position = file.position(to);
    buffer.fill(file);
    return true;
  }

  private void put(Records block, long behind) throws IOException, InterruptedException {
    long before = FollowedFile.offset(position);
    lineBytes += 0.1 * ((double) Math.max(1, behind - before) / block.size() - lineBytes);
    lag = (long) (Math.max(0, file.size() - behind) / lineBytes) + block.size();
    long at = file.position(behind);
    inbox.put(block.from(this, "", at));
    position = at;
  }

  @Override
  public boolean canSeek() {
    return true;
  }

  @Override
  public long lag() {
    return lag;
  }

  @Override
  public long badRecords() {
    return lines.bad();
  }

  @Override
  public String trouble() {
    return trouble != null ? trouble : lines.trouble();
  }

  @Override
  public void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    lines.close();
  }
}
