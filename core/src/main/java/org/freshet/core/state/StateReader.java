package org.freshet.core.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.freshet.core.Classifier;
import org.freshet.core.Learner;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.component.Components;

/**
 * Reads a container written by {@link StateWriter}. Magic, version, length and checksum are
 * verified before any entry is believed, lengths before anything is allocated. Every wrong thing is
 * a {@link StateException} that names the snapshot and the entry.
 */
public final class StateReader {
  private static final int MOST_LABELS = 1 << 24;
  private static final int PIECE = 1 << 16;

  private final String source;
  private final Entries entries;
  private final String prefix;

  /** The most labels that what is read from here on may know. */
  private int mostLabels;

  private record Entry(StateType type, int count, ByteBuffer payload) {}

  /** Entries by path in the order written, and sorted paths for whoever asks for a child. */
  private static final class Entries extends LinkedHashMap<String, Entry> {
    private static final long serialVersionUID = 1L;
    private transient NavigableSet<String> sorted;

    NavigableSet<String> sorted() {
      if (sorted == null) {
        sorted = new TreeSet<>(keySet());
      }
      return sorted;
    }
  }

  private StateReader(String source, Entries entries, String prefix, int mostLabels) {
    this.source = source;
    this.entries = entries;
    this.prefix = prefix;
    this.mostLabels = mostLabels;
  }

  /**
   * Opens a container.
   *
   * @param source name for messages, such as the file's name
   */
  public static StateReader open(String source, byte[] bytes) {
    return open(source, ByteBuffer.wrap(bytes));
  }

  /** Opens a container that is the whole of a buffer, such as a file mapped into memory. */
  public static StateReader open(String source, ByteBuffer bytes) {
    ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int size = in.limit();
    if (size < StateWriter.HEADER + 4
        || !in.slice(0, 8).equals(ByteBuffer.wrap(StateWriter.MAGIC))) {
      throw new StateException(
          Verdict.CORRUPT, source + ": corrupt: not a Freshet snapshot, or cut off in its header");
    }
    int version = in.getInt(8);
    long length = in.getLong(12);
    if (length != (long) size - StateWriter.HEADER - 4) {
      throw new StateException(
          Verdict.CORRUPT,
          source
              + ": corrupt: the header says "
              + length
              + " bytes of content, found "
              + (size - StateWriter.HEADER - 4)
              + "; the file is cut off or was changed");
    }
    int end = size - 4;
    CRC32C crc = new CRC32C();
    for (int at = 0; at < end; at += PIECE) {
      crc.update(in.slice(at, Math.min(PIECE, end - at))); // a long one would hold up the collector
    }
    if ((int) crc.getValue() != in.getInt(end)) {
      throw new StateException(
          Verdict.CORRUPT, source + ": corrupt: the checksum does not match; the file was damaged");
    }
    if (version > StateWriter.CONTAINER_VERSION) {
      throw new StateException(
          Verdict.TOO_NEW,
          source
              + ": too new: container version "
              + version
              + ", this program reads up to "
              + StateWriter.CONTAINER_VERSION
              + "; use the newer Freshet that wrote it");
    }
    if (version < 1) {
      throw new StateException(
          Verdict.CORRUPT, source + ": corrupt: has the container version " + version);
    }
    return new StateReader(source, parse(source, in, end), "", MOST_LABELS);
  }

  /**
   * The states of the parts of one thing laid over each other: each entry stands in one of them, or
   * is the same in all that have it. Of a child only what is below it is taken.
   *
   * @throws StateException where two parts differ: they are not of one moment
   */
  public static StateReader joined(String source, List<StateReader> parts) {
    Entries all = new Entries();
    for (StateReader part : parts) {
      part.entries.forEach(
          (whole, e) -> {
            if (!whole.startsWith(part.prefix)) {
              return;
            }
            String path = whole.substring(part.prefix.length());
            Entry other = all.putIfAbsent(path, e);
            if (other != null && !other.equals(e)) {
              throw new StateException(
                  Verdict.CORRUPT,
                  source
                      + ": corrupt: entry '"
                      + path
                      + "' of "
                      + part.source
                      + " is not that of the parts before; give it parts of one snapshot");
            }
          });
    }
    return new StateReader(source, all, "", MOST_LABELS);
  }

  private static Entries parse(String source, ByteBuffer in, int end) {
    Entries entries = new Entries();
    in.position(StateWriter.HEADER).limit(end);
    while (in.hasRemaining()) {
      int at = in.position();
      if (in.remaining() < 2) {
        throw cut(source, at);
      }
      int pathLength = in.getShort();
      if (pathLength < 1 || in.remaining() < pathLength + 5) {
        throw cut(source, at);
      }
      byte[] utf = new byte[pathLength];
      in.get(utf);
      int type = in.get();
      int count = in.getInt();
      if (type < 0 || type >= StateType.ALL.length || count < 0) {
        throw cut(source, at);
      }
      StateType t = StateType.ALL[type];
      long payload = (long) t.width * count;
      boolean scalar = t == StateType.LONG || t == StateType.DOUBLE;
      if (payload > in.remaining() || (scalar && count != 1)) {
        throw cut(source, at);
      }
      ByteBuffer slice = in.slice(in.position(), (int) payload).order(ByteOrder.LITTLE_ENDIAN);
      in.position(in.position() + (int) payload);
      if (entries.put(new String(utf, StandardCharsets.UTF_8), new Entry(t, count, slice))
          != null) {
        throw cut(source, at);
      }
    }
    return entries;
  }

  private static StateException cut(String source, int at) {
    return new StateException(Verdict.CORRUPT, source + ": corrupt: no valid entry at byte " + at);
  }

  public StateReader child(String name) {
    return new StateReader(source, entries, prefix + name + "/", mostLabels);
  }

  /** The reader of the whole container, for {@link #paths()}. */
  public StateReader root() {
    return new StateReader(source, entries, "", mostLabels);
  }

  /**
   * The same state, of learners that may know so many labels: those of the schema's dictionary, or
   * of the schema of learners inside others where that has labels of its own.
   */
  public StateReader withLabels(int most) {
    return new StateReader(source, entries, prefix, most);
  }

  /**
   * How many labels a learner knew: {@code least} or more, and no more than the schema and the
   * learner around it do. Nothing that is read from this reader afterwards, or from its children,
   * may know more: a learner hands its members scores with room for its own labels.
   */
  public int labels(String name, int least) {
    mostLabels = intValue(name, least, mostLabels);
    return mostLabels;
  }

  /**
   * Restores a nested learner written by {@link StateWriter#put(String, Learner)}; refuses another
   * component, a state version newer than this program knows, or more labels than may be known.
   */
  public void load(String name, Learner learner) {
    StateReader child = child(name);
    Components.describe(learner)
        .ifPresent(
            c -> {
              String found = child.string("@component");
              if (!found.equals(c.name())) {
                throw new StateException(
                    Verdict.OTHER_PARAMETERS,
                    source
                        + ": other parameters: '"
                        + child.prefix
                        + "' holds a "
                        + found
                        + ", the pipeline has a "
                        + c.name()
                        + "; use the pipeline it was saved with");
              }
              long v = child.version();
              if (v > c.version()) {
                throw new StateException(
                    Verdict.TOO_NEW,
                    source
                        + ": too new: state version "
                        + v
                        + " of "
                        + c.name()
                        + ", this program knows up to "
                        + c.version()
                        + "; use the newer Freshet that wrote it");
              }
            });
    learner.load(child);
    if (learner instanceof Classifier c && c.labels() > mostLabels) {
      throw corrupt(name, "knows " + c.labels() + " labels, allowed " + mostLabels);
    }
  }

  /** State version the component was written with. */
  public int version() {
    return (int) longValue("@version");
  }

  /** Whether there is an entry or child of this name. */
  public boolean has(String name) {
    String path = prefix + name;
    if (entries.containsKey(path)) {
      return true;
    }
    String under = path + "/";
    String next = entries.sorted().ceiling(under);
    return next != null && next.startsWith(under);
  }

  /** Paths of all entries of the container, in the order written. */
  public Set<String> paths() {
    return entries.keySet();
  }

  /**
   * One line about an entry of {@link #paths()}: its type, count, and value when it is a scalar.
   */
  public String describe(String path) {
    Entry e = entries.get(path);
    return switch (e.type) {
      case LONG -> "long " + e.payload.getLong(0);
      case DOUBLE -> "double " + e.payload.getDouble(0);
      case STRING -> "string of " + e.count + " bytes";
      default -> e.type.name().toLowerCase(java.util.Locale.ROOT) + "[" + e.count + "]";
    };
  }

  /** The floating-point numbers of an entry of {@link #paths()}; none when it holds others. */
  public double[] numbers(String path) {
    Entry e = entries.get(path);
    double[] a = new double[e.type.isFloating() ? e.count : 0];
    for (int i = 0; i < a.length; i++) {
      a[i] = e.type == StateType.FLOATS ? e.payload.getFloat(4 * i) : e.payload.getDouble(8 * i);
    }
    return a;
  }

  private Entry entry(String name, StateType type) {
    Entry e = entries.get(prefix + name);
    if (e == null) {
      throw corrupt(name, "is missing");
    }
    if (e.type != type) {
      throw corrupt(name, "is of type " + e.type + ", expected " + type);
    }
    return e;
  }

  /** The error for an entry whose value cannot be; {@code what} goes on "entry 'x' ". */
  public StateException corrupt(String name, String what) {
    return new StateException(
        Verdict.CORRUPT, source + ": corrupt: entry '" + prefix + name + "' " + what);
  }

  public boolean bool(String name) {
    return range(name, longValue(name), 0, 1) == 1;
  }

  public long longValue(String name) {
    Entry e = entry(name, StateType.LONG);
    if (e.count != 1) {
      throw corrupt(name, "is not a single number");
    }
    return e.payload.getLong(0);
  }

  /** A long that must lie in min … max. */
  public long longValue(String name, long min, long max) {
    return range(name, longValue(name), min, max);
  }

  /** An int that must lie in min … max: for counts and indices. */
  public int intValue(String name, int min, int max) {
    return (int) range(name, longValue(name), min, max);
  }

  private long range(String name, long v, long min, long max) {
    if (v < min || v > max) {
      throw corrupt(name, "is " + v + ", allowed " + min + " to " + max);
    }
    return v;
  }

  public double doubleValue(String name) {
    Entry e = entry(name, StateType.DOUBLE);
    if (e.count != 1) {
      throw corrupt(name, "is not a single number");
    }
    return e.payload.getDouble(0);
  }

  public String string(String name) {
    Entry e = entry(name, StateType.STRING);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(e.payload.duplicate()).toString();
    } catch (CharacterCodingException bad) {
      throw new StateException(
          Verdict.CORRUPT, source + ": corrupt: entry '" + prefix + name + "' is not UTF-8", bad);
    }
  }

  public byte[] bytes(String name) {
    Entry e = entry(name, StateType.BYTES);
    byte[] a = new byte[e.count];
    e.payload.duplicate().get(a);
    return a;
  }

  public int[] ints(String name) {
    Entry e = entry(name, StateType.INTS);
    int[] a = new int[e.count];
    IntBuffer from = e.payload.asIntBuffer();
    for (int i = 0; i < a.length; i += PIECE) {
      from.get(a, i, Math.min(PIECE, a.length - i));
    }
    return a;
  }

  /** Exactly n ints. */
  public int[] ints(String name, int n) {
    exactly(name, StateType.INTS, n);
    return ints(name);
  }

  public long[] longs(String name) {
    Entry e = entry(name, StateType.LONGS);
    long[] a = new long[e.count];
    LongBuffer from = e.payload.asLongBuffer();
    for (int i = 0; i < a.length; i += PIECE) {
      from.get(a, i, Math.min(PIECE, a.length - i));
    }
    return a;
  }

  public long[] longs(String name, int n) {
    exactly(name, StateType.LONGS, n);
    return longs(name);
  }

  public float[] floats(String name) {
    Entry e = entry(name, StateType.FLOATS);
    float[] a = new float[e.count];
    FloatBuffer from = e.payload.asFloatBuffer();
    for (int i = 0; i < a.length; i += PIECE) {
      from.get(a, i, Math.min(PIECE, a.length - i));
    }
    return a;
  }

  public double[] doubles(String name) {
    Entry e = entry(name, StateType.DOUBLES);
    double[] a = new double[e.count];
    DoubleBuffer from = e.payload.asDoubleBuffer();
    for (int i = 0; i < a.length; i += PIECE) {
      from.get(a, i, Math.min(PIECE, a.length - i));
    }
    return a;
  }

  /** Exactly n doubles, read from where they are: no array is made of them. */
  public DoubleBuffer doublesInPlace(String name, int n) {
    exactly(name, StateType.DOUBLES, n);
    return entry(name, StateType.DOUBLES).payload.asDoubleBuffer();
  }

  /** Exactly n doubles. */
  public double[] doubles(String name, int n) {
    exactly(name, StateType.DOUBLES, n);
    return doubles(name);
  }

  private void exactly(String name, StateType type, int n) {
    int count = entry(name, type).count;
    if (count != n) {
      throw corrupt(name, "has " + count + " values, expected " + n);
    }
  }

  public String[] strings(String name) {
    StateReader child = child(name);
    int[] lengths = child.ints("lengths");
    String text = child.string("text");
    String[] a = new String[lengths.length];
    int at = 0;
    for (int i = 0; i < a.length; i++) {
      if (lengths[i] == -1) {
        continue;
      }
      if (lengths[i] < 0 || lengths[i] > text.length() - at) {
        throw corrupt(name, "has lengths that do not fit its text");
      }
      a[i] = text.substring(at, at + lengths[i]);
      at += lengths[i];
    }
    return a;
  }

  /** Name of the snapshot for messages. */
  public String source() {
    return source;
  }
}
