package org.freshet.streams.synthetic;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.DataException;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.component.Build;
import org.freshet.core.component.Span;

/**
 * What all generators share: the count of events, class noise, balancing, and the position. A
 * generator draws one event at a time straight into the batch and keeps nothing of it, so memory is
 * that of its parameters whatever the length of the stream. {@link #seek} draws the events before
 * the position again, at the speed of generating.
 */
abstract class Generator implements Source {
  /**
   * With balancing, this many events in a row without the wanted class end the stream with an
   * error.
   */
  private static final int MAX_REDRAWS = 1_000_000;

  /** The only source of chance while events are drawn. */
  final Rng rng;

  private final String name;
  private final Schema schema;
  private final long events;
  private final long fingerprint;
  private double noise;
  private boolean balanced;
  private int wanted;
  private long position;

  /**
   * @param events how many, null for a stream without end
   * @param seed as given; -1 takes the one of the build
   * @param identity all parameters that shape the events
   */
  Generator(String name, Schema schema, Span events, long seed, Build build, Object... identity) {
    this.name = name;
    this.schema = schema;
    this.events = events == null ? Long.MAX_VALUE : count(name, "events", events);
    long own = seed(seed, build);
    this.rng = new Rng(Rng.childSeed(own, "events", 0));
    StringBuilder all = new StringBuilder(name).append(' ').append(own);
    for (Object o : identity) {
      all.append(' ').append(o);
    }
    this.fingerprint = fnv(all.toString());
  }

  /**
   * Draws the next event.
   *
   * @param row gets the features from index {@code at} on
   * @return the label before any class noise
   */
  abstract double draw(double[] row, int at);

  /** From now on this share of the labels is replaced by another class, each as likely. */
  final void noise(double share) {
    noise = share;
  }

  /**
   * From now on events are drawn until the classes come in turn, so that each has the same share.
   */
  final void balance(boolean on) {
    balanced = on;
  }

  @Override
  public final int read(Batch batch, int max) {
    batch.clear();
    int n = (int) Math.min(Math.min(max, batch.capacity()), events - position);
    int width = schema.width();
    for (int r = 0; r < n; r++) {
      batch.beginRow();
      batch.setLabel(event(batch.block(), r * width));
      batch.endRow();
    }
    return n;
  }

  private double event(double[] row, int at) {
    position++;
    double label = balanced ? drawWanted(row, at) : draw(row, at);
    return noise > 0 && rng.nextDouble() < noise ? other(label) : label;
  }

  private double drawWanted(double[] row, int at) {
    for (int i = 0; i < MAX_REDRAWS; i++) {
      double label = draw(row, at);
      if (label == wanted) {
        wanted = (wanted + 1) % schema.declaredLabels();
        return label;
      }
    }
    throw new DataException(
        name,
        position,
        schema.labelName(),
        "class '"
            + schema.labels().name(wanted)
            + "' did not occur in "
            + MAX_REDRAWS
            + " draws, so the stream cannot be balanced; set 'balance: false'");
  }

  private double other(double label) {
    int k = rng.nextInt(schema.declaredLabels() - 1);
    return k < label ? k : k + 1;
  }

  @Override
  public final Position position() {
    return new Position(position, fingerprint);
  }

  @Override
  public final void seek(Position to) {
    if (to.fingerprint() != fingerprint) {
      throw new StateException(
          Verdict.OTHER_PARAMETERS,
          name
              + ": other parameters: the position belongs to a stream with other parameters or another"
              + " seed; use the ones it was saved with");
    }
    double[] row = new double[schema.width()];
    long end = Math.min(to.record(), events);
    while (position < end) {
      event(row, 0);
    }
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Schema schema() {
    return schema;
  }

  @Override
  public final void close() {}

  /** The seed given, or that of the build for -1. */
  static long seed(long given, Build build) {
    return given >= 0 ? given : build.seed();
  }

  /** The number of events of a span; a span of time is refused. */
  static long count(String component, String parameter, Span span) {
    if (!span.events()) {
      throw new ConfigException(
          "",
          "parameter '"
              + parameter
              + "' of "
              + component
              + " is '"
              + span
              + "', expected a number of events such as 10000 events");
    }
    return span.length();
  }

  /** Numeric columns x1, x2 … */
  static List<Column> numeric(int n) {
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= n; i++) {
      columns.add(Column.numeric("x" + i));
    }
    return columns;
  }

  /** Names prefix0 … prefix(n-1), or from {@code first} on. */
  static String[] names(String prefix, int first, int n) {
    String[] names = new String[n];
    for (int i = 0; i < n; i++) {
      names[i] = prefix + (first + i);
    }
    return names;
  }

  /**
   * Columns of a stream in which {@code count} relevant columns, drawn at random, change places
   * with irrelevant ones.
   *
   * @return the column each value is written to
   */
  static int[] places(int relevant, int irrelevant, int count, Rng rng) {
    int[] a = new int[relevant];
    int[] b = new int[irrelevant];
    int[] place = new int[relevant + irrelevant];
    for (int i = 0; i < place.length; i++) {
      place[i] = i;
      if (i < relevant) {
        a[i] = i;
      } else {
        b[i - relevant] = i;
      }
    }
    rng.shuffle(a, relevant, count);
    rng.shuffle(b, irrelevant, count);
    for (int i = 0; i < count; i++) {
      place[a[i]] = b[i];
      place[b[i]] = a[i];
    }
    return place;
  }

  private static long fnv(String text) {
    long h = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      h = (h ^ (b & 0xff)) * 0x100000001b3L;
    }
    return h;
  }
}
