package org.freshet.learn.transform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.component.Span;
import org.freshet.core.component.SpecParser;
import org.freshet.core.component.Suggest;

/**
 * What {@link Windowed} computes, read from its parameters: columns, aggregates, windows, where
 * each lies in a key's record and in the row written.
 */
final class WindowPlan {
  /** What can be computed; the order is that of the columns written. */
  enum Aggregate {
    COUNT,
    SUM,
    MEAN,
    STD,
    MIN,
    MAX,
    DISTINCT,
    LAST,
    TIME_SINCE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Set<Aggregate> OF_NUMBERS =
      EnumSet.range(Aggregate.SUM, Aggregate.MAX); // by window and column
  private static final Set<Aggregate> FADING =
      EnumSet.of(Aggregate.SUM, Aggregate.MEAN, Aggregate.STD);

  /** The longest window of events: its values are kept for every key. */
  static final int MOST_EVENTS = 10_000;

  private static final int MOST_COLUMNS = 10_000;

  /** The columns the aggregates are of. */
  final int[] columns;

  final boolean[] category;
  final Set<Aggregate> compute;

  /** Windows of events, ascending; and of time, widths of a pane in milliseconds. */
  final int[] events;

  final long[] pane;
  final Span[] decays;
  private final long[] times; // of the windows of time, milliseconds

  /** Where the columns of a window begin in the row: of events, of time, decayed. */
  final int[] eventsAt;

  final int[] timeAt;
  final int[] decayAt;
  final int lastAt;
  final Schema output;

  /** Columns of windows given up that are 0 from then on; and those that are as unknown. */
  final int[] zeros;

  final int[] unknown;

  private final Schema in;
  private final String suffix;
  private final boolean missing;
  private final List<Column> made = new ArrayList<>();

  WindowPlan(Windowed.Parameters p, Schema in, boolean missing, String suffix) {
    this.in = in;
    this.missing = missing;
    this.suffix = suffix;
    compute = aggregates(p.compute());
    columns = p.of() == null ? numbers(in) : named(in, p.of());
    category = new boolean[columns.length];
    for (int c = 0; c < columns.length; c++) {
      category[c] = in.column(columns[c]).isCategory();
    }
    List<Span> over = spans("over", p.over());
    events =
        over.stream().filter(Span::events).mapToInt(s -> events(s)).sorted().distinct().toArray();
    times = over.stream().filter(s -> !s.events()).mapToLong(Span::length).distinct().toArray();
    pane = Arrays.stream(times).map(t -> (t + p.panes() - 1) / p.panes()).toArray();
    decays = spans("decay", p.decay()).stream().distinct().toArray(Span[]::new);
    made.addAll(in.columns());
    eventsAt = new int[events.length];
    for (int j = 0; j < events.length; j++) {
      eventsAt[j] = window(events[j] + "_events", compute);
    }
    timeAt = new int[times.length];
    for (int w = 0; w < times.length; w++) {
      timeAt[w] = window(Span.millis(times[w]).toString(), compute);
    }
    decayAt = new int[decays.length];
    Set<Aggregate> fading = EnumSet.copyOf(compute);
    fading.removeIf(a -> a != Aggregate.COUNT && !FADING.contains(a));
    for (int d = 0; d < decays.length; d++) {
      decayAt[d] = window("decay_" + decays[d].toString().replace(' ', '_'), fading);
    }
    lastAt = made.size();
    last();
    check();
    output = output();
    zeros = new int[0];
    unknown = new int[0];
  }

  /** All but one window. */
  private WindowPlan(WindowPlan of, int window) {
    in = of.in;
    suffix = of.suffix;
    missing = of.missing;
    compute = of.compute;
    columns = of.columns;
    category = of.category;
    output = of.output;
    lastAt = of.lastAt;
    int e = window;
    int t = window - of.events.length;
    int d = t - of.times.length;
    events = without(of.events, e);
    eventsAt = without(of.eventsAt, e);
    times = without(of.times, t);
    pane = without(of.pane, t);
    timeAt = without(of.timeAt, t);
    decays = without(of.decays, d);
    decayAt = without(of.decayAt, d);
    List<Integer> nothing = new ArrayList<>();
    List<Integer> noValue = new ArrayList<>();
    int at = of.at(window);
    for (Aggregate a : of.aggregatesOf(window)) {
      boolean zero = a == Aggregate.COUNT || a == Aggregate.SUM || a == Aggregate.DISTINCT;
      (zero ? nothing : noValue).add(at++);
    }
    zeros = with(of.zeros, nothing);
    unknown = with(of.unknown, noValue);
  }

  private static int[] without(int[] a, int i) {
    return IntStream.range(0, a.length).filter(k -> k != i).map(k -> a[k]).toArray();
  }

  private static long[] without(long[] a, int i) {
    return IntStream.range(0, a.length).filter(k -> k != i).mapToLong(k -> a[k]).toArray();
  }

  private static Span[] without(Span[] a, int i) {
    return IntStream.range(0, a.length)
        .filter(k -> k != i)
        .mapToObj(k -> a[k])
        .toArray(Span[]::new);
  }

  private static int[] with(int[] a, List<Integer> more) {
    return IntStream.concat(Arrays.stream(a), more.stream().mapToInt(Integer::intValue)).toArray();
  }

  /** How many windows there are: of events, of time, then decayed. */
  int windows() {
    return events.length + times.length + decays.length;
  }

  /** Name of a window, no other has the same. */
  String name(int window) {
    int t = window - events.length;
    int d = t - times.length;
    return t < 0
        ? events[window] + " events"
        : d < 0 ? Span.millis(times[t]).toString() : "decay " + decays[d];
  }

  /** The window of a name, or -1. */
  int find(String name) {
    return IntStream.range(0, windows()).filter(w -> name(w).equals(name)).findFirst().orElse(-1);
  }

  /** Where the columns of a window begin in the row. */
  private int at(int window) {
    int t = window - events.length;
    int d = t - times.length;
    return t < 0 ? eventsAt[window] : d < 0 ? timeAt[t] : decayAt[d];
  }

  /** What the columns of a window are, in their order. */
  private List<Aggregate> aggregatesOf(int window) {
    boolean fades = window >= events.length + times.length;
    List<Aggregate> all = new ArrayList<>();
    if (has(Aggregate.COUNT)) {
      all.add(Aggregate.COUNT);
    }
    for (boolean names : category) {
      for (Aggregate a : compute) {
        boolean ofNumber = (fades ? FADING : OF_NUMBERS).contains(a) && !names;
        if (ofNumber || a == Aggregate.DISTINCT && !fades) {
          all.add(a);
        }
      }
    }
    return all;
  }

  /** Names of the columns of a window. */
  List<String> columnsOf(int window) {
    int at = at(window);
    return output.columns().subList(at, at + aggregatesOf(window).size()).stream()
        .map(Column::name)
        .toList();
  }

  /** The same without one window, whose columns stay and tell nothing. */
  WindowPlan without(int window) {
    return new WindowPlan(this, window);
  }

  private void check() {
    if (made.size() == in.width()) {
      throw new ConfigException(
          "",
          "windowed computes nothing: give numeric columns in 'of', or 'count' or 'time_since' in"
              + " 'compute', and windows in 'over' or 'decay'");
    }
    if (made.size() - in.width() > MOST_COLUMNS) {
      throw new ConfigException(
          "",
          "windowed would add "
              + (made.size() - in.width())
              + " columns, allowed "
              + MOST_COLUMNS
              + "; name fewer columns in 'of', or fewer windows");
    }
  }

  private Schema output() {
    try {
      return in.withColumns(made);
    } catch (SchemaException twice) {
      throw new SchemaException(
          "windowed: " + twice.getMessage() + "; rename the column of the stream with that name");
    }
  }

  private static Set<Aggregate> aggregates(List<String> words) {
    Set<Aggregate> all = EnumSet.noneOf(Aggregate.class);
    List<String> known = Arrays.stream(Aggregate.values()).map(Aggregate::word).toList();
    for (String word : words) {
      int i = known.indexOf(word);
      if (i < 0) {
        throw new ConfigException(
            "",
            "parameter 'compute' of windowed has '"
                + word
                + "', allowed "
                + String.join(", ", known)
                + Suggest.didYouMean(word, known));
      }
      all.add(Aggregate.values()[i]);
    }
    return all;
  }

  private static int[] numbers(Schema in) {
    int[] all = new int[in.width()];
    int n = 0;
    for (int i = 0; i < all.length; i++) {
      if (in.column(i).kind() == Column.Kind.NUMERIC) {
        all[n++] = i;
      }
    }
    return Arrays.copyOf(all, n);
  }

  private int[] named(Schema in, List<String> names) {
    List<String> known = in.columns().stream().map(Column::name).toList();
    int[] found = new int[names.size()];
    for (int j = 0; j < found.length; j++) {
      found[j] = in.indexOf(names.get(j));
      if (found[j] < 0) {
        throw new ConfigException(
            "",
            "windowed: there is no column '"
                + names.get(j)
                + "'"
                + Suggest.didYouMean(names.get(j), known));
      }
      Column c = in.column(found[j]);
      boolean useful =
          c.kind() == Column.Kind.NUMERIC
              || c.isCategory()
                  && (compute.contains(Aggregate.DISTINCT) || compute.contains(Aggregate.LAST));
      if (!useful) {
        throw new ConfigException(
            "",
            "windowed: column '"
                + c.name()
                + "' is a "
                + (c.isCategory()
                    ? "category: only distinct and last are computed of it"
                    : "text"));
      }
    }
    return Arrays.stream(found).distinct().toArray();
  }

  private static List<Span> spans(String parameter, List<String> texts) {
    List<Span> all = new ArrayList<>();
    for (String text : texts == null ? List.<String>of() : texts) {
      Object raw = SpecParser.scalar(text);
      Span s = raw instanceof Long n && n > 0 ? Span.events(n) : raw instanceof Span t ? t : null;
      if (s == null || s.length() < 1 || !s.events() && s.length() > 1L << 48) {
        throw new ConfigException(
            "",
            "parameter '"
                + parameter
                + "' of windowed has '"
                + text
                + "', expected a span above 0 such as 10 events or 1h");
      }
      all.add(s);
    }
    return all;
  }

  private static int events(Span s) {
    if (s.length() > MOST_EVENTS) {
      throw new ConfigException(
          "",
          "parameter 'over' of windowed has '"
              + s
              + "', allowed up to "
              + MOST_EVENTS
              + " events, because every key keeps their values; use a span of time or 'decay'");
    }
    return (int) s.length();
  }

  /** Adds the columns of one window; returns where they begin. */
  private int window(String name, Set<Aggregate> which) {
    int at = made.size();
    if (which.contains(Aggregate.COUNT)) {
      add("count_" + name, false);
    }
    for (int c = 0; c < columns.length; c++) {
      for (Aggregate a : which) {
        if (a == Aggregate.DISTINCT || OF_NUMBERS.contains(a) && !category[c]) {
          boolean always = a == Aggregate.DISTINCT || a == Aggregate.SUM;
          add(in.column(columns[c]).name() + "_" + a.word() + "_" + name, !always && missing);
        }
      }
    }
    return at;
  }

  private void add(String name, boolean mayMiss) {
    made.add(Column.numeric(name + suffix).withMissing(mayMiss));
  }

  private void last() {
    for (int c = 0; c < columns.length && compute.contains(Aggregate.LAST); c++) {
      Column of = in.column(columns[c]);
      made.add(
          new Column(
              of.name() + "_last" + suffix,
              of.kind(),
              of.dictionary(),
              missing || of.isCategory()));
    }
    if (compute.contains(Aggregate.TIME_SINCE)) {
      add("time_since", missing);
    }
  }

  boolean has(Aggregate a) {
    return compute.contains(a);
  }

  /** Whether anything is computed of the values of single columns, by window. */
  boolean ofValues() {
    return columns.length > 0
        && compute.stream().anyMatch(a -> a == Aggregate.DISTINCT || OF_NUMBERS.contains(a));
  }

  /** Whether the time of events matters. */
  boolean needsTime() {
    return pane.length > 0
        || has(Aggregate.TIME_SINCE)
        || Arrays.stream(decays).anyMatch(d -> !d.events());
  }

  /** How many values of each column a key keeps: the longest window of events. */
  int ring() {
    return ofValues() && events.length > 0 ? events[events.length - 1] : 0;
  }

  long memoryBytes() {
    return 120
        + 11 * 16
        + 5L * columns.length
        + 8L * events.length
        + 20L * pane.length
        + 4L * decays.length
        + 4L * (zeros.length + unknown.length);
  }
}
