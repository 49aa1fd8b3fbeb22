package org.freshet.learn.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.KeyTable;
import org.freshet.core.Learner;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.Yielding;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;
import org.freshet.core.component.Suggest;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.explain.ColumnShares;

/**
 * Adds what the events before say about an event: aggregates of columns over windows, for each key
 * by itself. The usual features of fraud, telemetry and click streams: how much this card spent in
 * the last hour, and how unusual this amount is for it.
 *
 * <p>Of each column of {@code of} it computes {@code sum, mean, std, min, max, distinct} over each
 * window of {@code over}: the last n events of the key, or its events of a span of event time; and
 * {@code count} of events. With a half-life of {@code decay} every event counts for ever, half as
 * much after each half-life (sum, mean, std and count). {@code last} is the last known value,
 * {@code time_since} the seconds since the key's last event. Columns are named {@code
 * amount_mean_1h}, {@code amount_std_10_events}, {@code amount_sum_decay_1h}, {@code count_1h},
 * {@code amount_last}; with {@code per: COLUMN} followed by {@code _per_COLUMN}, with {@code per:
 * all} by {@code _all}.
 *
 * <p>Windows of events are exact. A window of time w lies in {@code panes} panes of width w /
 * panes, and the newest: it holds every event of the last w and some of up to w / panes more. That
 * is the only error, and every aggregate of the events in it is exact, but {@code distinct} over
 * time, a bitmap of 256 bits: off by about 5 % up to 300 values, 11 % at 1,000, and no more than
 * 1,420. The standard deviation divides by n.
 *
 * <p>A row shows the events before its own; with {@code own: true} its own too. Labels are never
 * used; see {@code target_encoder}. Events that come late, by event time, count in the windows
 * their time still lies in; what they see is what is known when they come: windows that end at the
 * newest time of their key. An event without time happens at the newest time seen.
 *
 * <p>Papers: J. Li, D. Maier, K. Tufte, V. Papadimos, P. Tucker, "No pane, no gain: efficient
 * evaluation of sliding-window aggregates over data streams", SIGMOD Record 34(1), 2005; G.
 * Cormode, V. Shkapenyuk, D. Srivastava, B. Xu, "Forward decay", ICDE 2009, for late events that
 * fade.
 *
 * <p>Where we differ: panes exist only where events are and are not shared between windows; at the
 * limit of memory the key used longest ago is dropped whole. Where a budget from outside, such as
 * {@code limits.memory}, leaves less than {@code max_bytes}, windows go before keys do: the one
 * whose columns count least for the learner by the bytes it takes is given up, its columns then
 * read as if nothing were known, and its memory is for more keys. What counts is the learner's own
 * split gain or weights; where it has none, the number of columns. The last window stays.
 *
 * <p>Takes numeric and category columns (category: distinct and last only), text passes. Missing
 * values, and those beyond ±1e145, are left out. O(windows · panes + longest window of events) time
 * an event for each column. Memory of a key: 80 bytes, 8 for a value of the longest window of
 * events and column, 16 to 32 for a decay and column, and 24 bytes and 16 to 72 a column for each
 * pane with events. A key whose last event is older than {@code ttl} starts anew. With {@code
 * min_count} n a key is kept from its n-th event on, counted by a sketch. All that was dropped is
 * counted.
 *
 * <pre>
 * pipeline: [ windowed: { of: [amount], compute: [mean, std, count], over: [10 events, 1h, 7d], decay: [1h] }, hoeffding_tree: {} ]
 * </pre>
 */
@Component(
    name = "windowed",
    kinds = Kind.TRANSFORMER,
    family = "transform",
    traits = {Trait.MISSING, Trait.CATEGORICAL, Trait.NUMERIC, Trait.TEXT, Trait.BOUNDED_MEMORY})
public final class Windowed implements Transformer, KeyTable, Yielding {
  public record Parameters(
      @Param(
              value =
                  "Whose windows: key is the event's key, all is all events together, else the name"
                      + " of a category column",
              def = "key")
          String per,
      @Param(value = "The columns aggregated; none is every numeric one", def = "none")
          List<String> of,
      @Param(
              value =
                  "What is computed: count, sum, mean, std, min, max, distinct, last, time_since",
              def = "[mean, std, count]",
              origin = "how unusual a value is")
          List<String> compute,
      @Param(
              value = "Windows, spans of events or of event time",
              def = "[10 events, 1h]",
              origin = "ours: a short and a longer memory")
          List<String> over,
      @Param(value = "Half-lives, spans of events or of event time", def = "none")
          List<String> decay,
      @Param(value = "Whether the event's own values count", def = "false") boolean own,
      @Param(
              value = "What is written where nothing is known: a number, or missing",
              def = "0",
              origin = "ours: every learner takes it, and a count of 0 tells")
          String empty,
      @Param(
              value = "Panes of a window of time: an event may stay 1/panes of the window too long",
              def = "24",
              range = "[1, 10000]",
              unit = "panes",
              origin = "ours: an error of 4 %, and hours of a day")
          int panes,
      @Param(
              value = "The most keys kept; then the one used longest ago goes",
              def = "1000000",
              range = "[1, 100000000]",
              unit = "keys",
              origin = "ours")
          int keys,
      @Param(value = "A key without events for so long is forgotten; a span of time", def = "none")
          Span ttl,
      @Param(
              value = "A key is kept from this occurrence on, about",
              def = "1",
              range = "[1, 255]",
              unit = "events",
              origin = "all keys")
          int minCount,
      @Param(
              value = "Memory limit; fewer keys fit where one takes much",
              def = "256MB",
              range = "[1048576, 1073741824]",
              unit = "bytes",
              origin = "ours; a snapshot holds up to 2 GB")
          long maxBytes) {}

  /** The most a value may be for its square, times the events, to be a number. */
  private static final double MOST = 1e145;

  private final int per; // column, or one of the next two
  private static final int KEY = -1;
  private static final int ALL = -2;

  private final int width;
  private final boolean own;
  private final double empty;
  private final boolean limited; // from outside
  private final List<String> given = new ArrayList<>(); // names of windows
  private final List<String> why = new ArrayList<>();
  private WindowPlan plan;
  private WindowStates states;
  private RowWindows rows;

  public Windowed(Parameters p, Build build) {
    Schema in = build.schema();
    width = in.width();
    own = p.own();
    per = per(in, p.per());
    empty = empty(p.empty());
    limited = build.maxBytes() < p.maxBytes();
    String suffix = per == KEY ? "" : per == ALL ? "_all" : "_per_" + in.column(per).name();
    plan = new WindowPlan(p, in, Double.isNaN(empty), suffix);
    long ttl = 0;
    if (p.ttl() != null) {
      if (p.ttl().events() || p.ttl().length() == 0) {
        throw new ConfigException(
            "", "parameter 'ttl' of windowed is '" + p.ttl() + "', expected a time such as 30d");
      }
      ttl = p.ttl().length();
    }
    states =
        new WindowStates(
            plan,
            p.panes(),
            per == ALL ? 1 : p.keys(),
            ttl,
            p.minCount(),
            build.limit(p.maxBytes()));
    rows = new RowWindows(plan, states, own, empty);
  }

  @Override
  public boolean mayGiveUp() {
    return limited;
  }

  @Override
  public boolean isShort() {
    return limited && plan.windows() > 1 && states.isShort();
  }

  @Override
  public void giveUp(Learner learner, Schema seen) {
    WindowChoice choice = choose(ColumnShares.of(learner, seen));
    given.add(plan.name(choice.window()));
    why.add(choice.text(plan, states));
    without(choice.window());
  }

  WindowChoice choose(Map<String, Double> shares) {
    return WindowChoice.of(plan, states, shares);
  }

  void without(int window) {
    WindowPlan less = plan.without(window);
    states = FewerWindows.of(plan, states, less, window);
    plan = less;
    rows = new RowWindows(plan, states, own, empty);
  }

  @Override
  public List<String> givenUp() {
    return List.copyOf(why);
  }

  private static int per(Schema in, String text) {
    if (text.equals("key") || text.equals("all")) {
      return text.equals("key") ? KEY : ALL;
    }
    int i = in.indexOf(text);
    if (i >= 0 && in.column(i).isCategory()) {
      return i;
    }
    List<String> categories =
        in.columns().stream().filter(Column::isCategory).map(Column::name).toList();
    throw new ConfigException(
        "",
        "parameter 'per' of windowed is '"
            + text
            + "', expected key, all or the name of a category column"
            + Suggest.didYouMean(text, categories));
  }

  private static double empty(String text) {
    if (text.equals("missing")) {
      return Double.NaN;
    }
    try {
      double v = Double.parseDouble(text);
      if (Double.isFinite(v)) {
        return v;
      }
    } catch (NumberFormatException wrong) {
      // told below
    }
    throw new ConfigException(
        "", "parameter 'empty' of windowed is '" + text + "', expected a number or missing");
  }

  /** Whether a value counts: known, and small enough to be squared. */
  static boolean usable(double v) {
    return v <= MOST && v >= -MOST;
  }

  private void choose(Features in) {
    if (per == KEY) {
      states.slots().key(in.key());
    } else {
      states.slots().code(per == ALL ? 0 : in.get(per));
    }
  }

  @Override
  public Schema output() {
    return plan.output;
  }

  @Override
  public void transform(Features in, Row out) {
    double[] y = out.values();
    in.copyTo(y, 0);
    choose(in);
    rows.write(in, y);
  }

  @Override
  public void learn(Features in) {
    choose(in);
    states.learn(in);
  }

  /** Keys kept now. */
  public int keys() {
    return states.slots().size();
  }

  /** Keys dropped because there were too many, the one used longest ago first. */
  public long dropped() {
    return states.dropped();
  }

  /** Keys forgotten because they had no event for longer than {@code ttl}. */
  public long expired() {
    return states.expired();
  }

  /** Events of keys that had not occurred {@code min_count} times yet. */
  public long filtered() {
    return states.filtered();
  }

  /** Events too late for at least one window of time. */
  public long late() {
    return states.late();
  }

  @Override
  public Keys keyCounts() {
    return new Keys(keys(), dropped(), expired(), 0, 0);
  }

  @Override
  public void save(StateWriter out) {
    if (!given.isEmpty()) {
      out.put("given-up", given.toArray(new String[0]));
      out.put("why", why.toArray(new String[0]));
    }
    states.save(out);
  }

  @Override
  public void load(StateReader in) {
    if (in.has("given-up")) {
      String[] names = in.strings("given-up");
      String[] words = in.strings("why");
      for (int i = 0; i < names.length; i++) {
        int window = plan.find(names[i]);
        if (window < 0 || words.length != names.length) {
          throw in.corrupt("given-up", "names '" + names[i] + "', which is no window");
        }
        given.add(names[i]);
        why.add(words[i]);
        without(window);
      }
    }
    states.load(in);
  }

  @Override
  public long memoryBytes() {
    return 48
        + 2 * 40
        + 300L * given.size()
        + plan.memoryBytes()
        + states.memoryBytes()
        + rows.memoryBytes();
  }
}
