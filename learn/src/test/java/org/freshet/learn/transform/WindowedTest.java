package org.freshet.learn.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.StateException;
import org.freshet.core.state.StateReader;
import org.freshet.testkit.HeapWalk;
import org.junit.jupiter.api.Test;

class WindowedTest {
  private static final double NAN = Double.NaN;
  private static final long H = 3_600_000;

  private static Schema payments() {
    return Schema.classification(
        List.of(Column.numeric("amount").withMissing(true), Column.category("shop", "a", "b")),
        "y",
        "ok",
        "fraud");
  }

  private static final Schema PAYMENTS = payments();

  private static Features event(String key, long time, double amount, double shop) {
    Batch b = new Batch(PAYMENTS, 1);
    b.beginRow();
    b.set(0, amount);
    b.set(1, shop);
    if (key != null) {
      b.setKey(key);
    }
    b.setTime(time);
    b.endRow();
    return b.row(0);
  }

  private static Windowed make(String parameters) {
    return (Windowed) Steps.make("windowed(" + parameters + ")", payments());
  }

  /** A column of the row that would be written now. */
  private static double get(Windowed w, Features x, String column) {
    int i = w.output().indexOf(column);
    assertThat(i).as(column + " in " + w.output().columns()).isNotNegative();
    return Steps.transform(w, x).get(i);
  }

  @Test
  void showsTheEventsBeforeOfItsKey() {
    Windowed w =
        make("of=[amount], compute=[count, sum, mean, std, min, max], over=[2 events, 1h]");
    assertThat(w.output().columns().stream().map(Column::name).skip(2))
        .containsExactly(
            "count_2_events",
            "amount_sum_2_events",
            "amount_mean_2_events",
            "amount_std_2_events",
            "amount_min_2_events",
            "amount_max_2_events",
            "count_1h",
            "amount_sum_1h",
            "amount_mean_1h",
            "amount_std_1h",
            "amount_min_1h",
            "amount_max_1h");
    assertThat(Steps.transform(w, event("k", 0, 9, 0)).toString())
        .isEqualTo(Features.of(9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0).toString());
    w.learn(event("k", 0, 2, 0));
    w.learn(event("other", 0, 1000, 0));
    w.learn(event("k", 1000, 4, 0));
    w.learn(event("k", 2000, 9, 0));
    // the last two are 4 and 9: mean 6.5, standard deviation 2.5; all three have the mean 5
    double std = Math.sqrt((9 + 1 + 16) / 3.0);
    assertThat(Steps.transform(w, event("k", 3000, 7, 0)).toString())
        .isEqualTo(Features.of(7, 0, 2, 13, 6.5, 2.5, 4, 9, 3, 15, 5, std, 2, 9).toString());
  }

  @Test
  void ownValuesCountOnlyWhenAskedFor() {
    Windowed w =
        make(
            "of=[amount], compute=[count, sum, max, last], over=[2 events, 1h], decay=[1h], own=true");
    w.learn(event("k", 0, 2, 0));
    w.learn(event("k", 0, 4, 0));
    Features x = event("k", H, 9, 0);
    assertThat(get(w, x, "count_2_events")).isEqualTo(2);
    assertThat(get(w, x, "amount_sum_2_events")).isEqualTo(13);
    assertThat(get(w, x, "count_1h")).isEqualTo(3);
    assertThat(get(w, x, "amount_max_1h")).isEqualTo(9);
    assertThat(get(w, x, "amount_last")).isEqualTo(9);
    assertThat(get(w, x, "count_decay_1h")).isEqualTo(2);
    assertThat(get(w, x, "amount_sum_decay_1h")).isEqualTo(12);
    assertThat(get(w, event("new", 0, 5, 0), "amount_sum_1h")).isEqualTo(5);
    assertThat(get(w, event("new", 0, NAN, 0), "amount_max_1h")).isEqualTo(0);
  }

  @Test
  void anEventLeavesItsWindowAtMostAPaneLate() {
    Windowed w = make("of=[], compute=[count], over=[1h], panes=4"); // panes of 15 minutes
    w.learn(event("k", 14 * 60_000, 1, 0)); // the last minute of the first pane
    assertThat(get(w, event("k", 14 * 60_000 + H, 1, 0), "count_1h")).isEqualTo(1);
    assertThat(get(w, event("k", 15 * 60_000 + H - 1, 1, 0), "count_1h")).isEqualTo(1);
    assertThat(get(w, event("k", 15 * 60_000 + H, 1, 0), "count_1h")).isEqualTo(0);
  }

  @Test
  void halfLives() {
    Windowed w =
        make("of=[amount], compute=[count, sum, mean, std], over=[], decay=[1h, 1 events]");
    w.learn(event("k", 0, 8, 0));
    w.learn(event("k", H, 2, 0));
    Features x = event("k", 2 * H, 0, 0);
    // by time the weights are 1/4 and 1/2, by events 1/2 and 1
    assertThat(get(w, x, "count_decay_1h")).isEqualTo(0.75);
    assertThat(get(w, x, "amount_sum_decay_1h")).isEqualTo(3);
    assertThat(get(w, x, "amount_mean_decay_1h")).isCloseTo(4, within(1e-12));
    assertThat(get(w, x, "amount_std_decay_1h"))
        .isCloseTo(Math.sqrt((0.25 * 16 + 0.5 * 4) / 0.75), within(1e-12));
    assertThat(get(w, x, "count_decay_1_events")).isEqualTo(1.5);
    assertThat(get(w, x, "amount_mean_decay_1_events")).isCloseTo(4, within(1e-12));
    // centuries later nothing is left, and the next event is not disturbed by what is
    assertThat(get(w, event("k", 5_000_000 * H, 0, 0), "amount_mean_decay_1h")).isEqualTo(0);
    w.learn(event("k", 5_000_000 * H, 7, 0));
    assertThat(get(w, event("k", 5_000_000 * H, 0, 0), "amount_mean_decay_1h")).isEqualTo(7);
    assertThat(get(w, event("k", 5_000_000 * H, 0, 0), "amount_std_decay_1h")).isEqualTo(0);
  }

  @Test
  void lastValueAndTimeSinceAndCategories() {
    Windowed w =
        make("of=[amount, shop], compute=[last, time_since, distinct], over=[3 events], empty=-1");
    Features x = event("k", 5000, 1, 1);
    assertThat(get(w, x, "time_since")).isEqualTo(-1);
    assertThat(get(w, x, "amount_last")).isEqualTo(-1);
    assertThat(get(w, x, "shop_last")).isNaN();
    w.learn(event("k", 1000, 6, 1));
    w.learn(event("k", 2500, NAN, 0));
    assertThat(get(w, x, "time_since")).isEqualTo(2.5);
    assertThat(get(w, event("k", 2000, 1, 1), "time_since")).isEqualTo(0); // late
    assertThat(get(w, x, "amount_last")).isEqualTo(6);
    assertThat(get(w, x, "shop_last")).isEqualTo(0);
    assertThat(get(w, x, "shop_distinct_3_events")).isEqualTo(2);
    assertThat(get(w, x, "amount_distinct_3_events")).isEqualTo(1);
    Column last = w.output().column(w.output().indexOf("shop_last"));
    assertThat(last.dictionary().name(1)).isEqualTo("b");
  }

  @Test
  void perColumnAndForAllEvents() {
    Windowed shop = make("per=shop, of=[amount], compute=[sum], over=[10 events]");
    Windowed all = make("per=all, of=[amount], compute=[sum], over=[10 events]");
    for (Windowed w : List.of(shop, all)) {
      w.learn(event("k", 0, 1, 0));
      w.learn(event("l", 0, 2, 0));
      w.learn(event("k", 0, 4, 1));
      w.learn(event("k", 0, 8, NAN)); // a missing category is one of its own
    }
    assertThat(get(shop, event("m", 0, 0, 0), "amount_sum_10_events_per_shop")).isEqualTo(3);
    assertThat(get(shop, event("k", 0, 0, 1), "amount_sum_10_events_per_shop")).isEqualTo(4);
    assertThat(get(shop, event("k", 0, 0, NAN), "amount_sum_10_events_per_shop")).isEqualTo(8);
    assertThat(get(all, event("m", 0, 0, 1), "amount_sum_10_events_all")).isEqualTo(15);
    assertThat(all.keys()).isEqualTo(1);
  }

  /** What is known of a key, kept whole and added up anew for each answer. */
  private static final class Slow {
    final List<double[]> events = new ArrayList<>(); // time, amount, shop

    List<Double> last(int n, int column) {
      List<Double> all = new ArrayList<>();
      for (int i = Math.max(0, events.size() - n); i < events.size(); i++) {
        all.add(events.get(i)[column]);
      }
      all.removeIf(v -> v.isNaN());
      return all;
    }

    double newest() {
      return events.stream().mapToDouble(e -> e[0]).max().orElse(0);
    }

    /** Those whose pane has not left the window that ends at a time. */
    List<double[]> since(double now, long window, int panes) {
      double wide = Math.ceil((double) window / panes);
      double first = Math.floor(Math.max(now, newest()) / wide) - panes;
      return events.stream().filter(e -> Math.floor(e[0] / wide) >= first).toList();
    }

    static double[] stats(List<Double> v) {
      double sum = v.stream().mapToDouble(d -> d).sum();
      double mean = sum / v.size();
      double squares = v.stream().mapToDouble(d -> (d - mean) * (d - mean)).sum();
      return new double[] {
        sum,
        v.isEmpty() ? NAN : mean,
        v.isEmpty() ? NAN : Math.sqrt(squares / v.size()),
        v.stream().mapToDouble(d -> d).min().orElse(NAN),
        v.stream().mapToDouble(d -> d).max().orElse(NAN)
      };
    }
  }

  private static final String EVERYTHING =
      "of=[amount, shop], compute=[count, sum, mean, std, min, max, distinct, last, time_since],"
          + " over=[4 events, 9 events, 1h, 20h], decay=[2h, 3 events], empty=missing, panes=7, keys=5";

  private static void same(double found, double expected, String what) {
    if (Double.isNaN(expected)) {
      assertThat(found).as(what).isNaN();
    } else {
      assertThat(found).as(what).isCloseTo(expected, within(1e-9 * (1 + Math.abs(expected))));
    }
  }

  @Test
  void equalsASlowImplementationThatKeepsAllEvents() {
    Windowed w = make(EVERYTHING);
    Map<String, Slow> slow = new LinkedHashMap<>(16, 0.75f, true);
    Rng rng = new Rng(7);
    long time = 0;
    for (int i = 0; i < 1500; i++) {
      time += rng.nextInt(20) == 0 ? 5 * H : rng.nextInt(20 * 60_000);
      long own = rng.nextInt(4) == 0 ? time - rng.nextInt((int) (3 * H)) : time; // out of order
      String key = rng.nextInt(50) == 0 ? "rare" + i : "key" + rng.nextInt(6);
      double amount = rng.nextInt(10) == 0 ? NAN : 1e6 + rng.nextInt(12);
      Features x = event(key, own, amount, rng.nextInt(2));
      Slow known = slow.getOrDefault(key, new Slow());
      compare(w, x, known, own, key + " at event " + i);
      w.learn(x);
      slow.put(key, known);
      known.events.add(new double[] {own, amount, x.get(1)});
      if (slow.size() > 5) {
        slow.remove(slow.keySet().iterator().next());
      }
      if (i % 300 == 150) {
        w = restored(w, EVERYTHING);
      }
    }
    assertThat(w.keys()).isEqualTo(5);
    assertThat(w.dropped()).isPositive();
  }

  private static void compare(Windowed w, Features x, Slow known, long time, String at) {
    double now = Math.max(time, known.newest());
    for (int n : new int[] {4, 9}) {
      List<Double> v = known.last(n, 1);
      String name = n + "_events";
      same(get(w, x, "count_" + name), Math.min(n, known.events.size()), at);
      numbers(w, x, name, Slow.stats(v), at);
      same(get(w, x, "amount_distinct_" + name), new TreeSet<>(v).size(), at);
      same(get(w, x, "shop_distinct_" + name), new TreeSet<>(known.last(n, 2)).size(), at);
    }
    for (int hours : new int[] {1, 20}) {
      List<double[]> in = known.since(now, hours * H, 7);
      List<Double> v = in.stream().map(e -> e[1]).filter(d -> !d.isNaN()).toList();
      String name = hours + "h";
      same(get(w, x, "count_" + name), in.size(), at + name);
      numbers(w, x, name, Slow.stats(v), at);
      // up to 12 values of 256 bits: at most a few share one
      assertThat(get(w, x, "amount_distinct_" + name))
          .isBetween(new TreeSet<>(v).size() - 3.0, new TreeSet<>(v).size() + 0.5);
    }
    decays(w, x, known, now, at);
  }

  private static void numbers(Windowed w, Features x, String name, double[] s, String at) {
    String[] which = {"sum", "mean", "std", "min", "max"};
    for (int k = 0; k < which.length; k++) {
      String column = "amount_" + which[k] + "_" + name;
      same(get(w, x, column), s[k], at + ", " + column);
    }
  }

  private static void decays(Windowed w, Features x, Slow known, double now, String at) {
    int n = known.events.size();
    for (boolean byTime : new boolean[] {true, false}) {
      double weight = 0;
      double all = 0;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double[] e = known.events.get(i);
        double fades = Math.pow(0.5, byTime ? (now - e[0]) / (2 * H) : (n - 1 - i) / 3.0);
        all += fades;
        double d = e[1] - 1e6;
        if (!Double.isNaN(d)) {
          weight += fades;
          sum += fades * d;
          squares += fades * d * d;
        }
      }
      String name = byTime ? "decay_2h" : "decay_3_events";
      same(get(w, x, "count_" + name), all, at + name);
      if (weight > 1e-90) {
        double mean = sum / weight;
        same(get(w, x, "amount_mean_" + name), 1e6 + mean, at + name);
        assertThat(get(w, x, "amount_std_" + name))
            .as(at + name)
            .isCloseTo(Math.sqrt(Math.max(0, squares / weight - mean * mean)), within(1e-3));
      }
    }
  }

  private static Windowed restored(Windowed w, String parameters) {
    Windowed other = make(parameters);
    other.load(StateReader.open("test", Steps.state(w)));
    assertThat(Steps.state(other)).isEqualTo(Steps.state(w));
    return other;
  }

  @Test
  void aSnapshotAtAnyPointGoesOnBitForBitAtEveryLimit() {
    // few keys, a small pool, time to live and the filter at once
    String limits =
        "of=[amount], compute=[count, std, distinct], over=[3 events, 1h], decay=[1h], panes=50,"
            + " keys=400, max_bytes=1MB, ttl=6h, min_count=2";
    Windowed never = make(limits);
    Windowed stopped = make(limits);
    Rng rng = new Rng(11);
    long time = 0;
    for (int i = 0; i < 30_000; i++) {
      time += rng.nextInt(40_000);
      int k = rng.nextInt(rng.nextInt(600) + 1);
      Features x = event("key" + k, time - rng.nextInt(100_000), rng.nextInt(100), 0);
      for (Windowed w : List.of(never, stopped)) {
        w.learn(x);
      }
      if (i % 4999 == 0) {
        stopped = restored(stopped, limits);
      }
    }
    assertThat(Steps.state(stopped)).isEqualTo(Steps.state(never));
    assertThat(never.dropped()).isPositive();
    assertThat(never.expired()).isPositive();
    assertThat(never.filtered()).isPositive();
    assertThat(never.memoryBytes()).isLessThan(1 << 20);
  }

  @Test
  void keysAreForgottenAfterTheirTimeToLive() {
    Windowed w = make("of=[amount], compute=[last], over=[], ttl=1h");
    w.learn(event("k", 0, 5, 0));
    w.learn(event("l", 0, 6, 0));
    assertThat(get(w, event("k", H, 1, 0), "amount_last")).isEqualTo(5);
    assertThat(get(w, event("k", H + 1, 1, 0), "amount_last")).isEqualTo(0);
    assertThat(w.keys()).isEqualTo(2);
    w.learn(event("m", H + 1, 1, 0));
    assertThat(w.keys()).isEqualTo(1);
    assertThat(w.expired()).isEqualTo(2);
  }

  @Test
  void aKeyIsKeptFromItsNthOccurrenceOn() {
    Windowed w = make("of=[], compute=[count], over=[10 events], min_count=3, keys=1000");
    for (int i = 0; i < 5000; i++) {
      w.learn(event("once" + i, i, 1, 0));
    }
    // 5,000 keys in 4 rows of 1,024 counters, halved after 10,240: some are taken for others
    assertThat(w.keys()).isLessThan(1000);
    assertThat(w.filtered()).isGreaterThan(3500);
    Windowed few = make("of=[], compute=[count], over=[10 events], min_count=3, keys=1000");
    for (int i = 0; i < 4; i++) {
      assertThat(few.keys()).isEqualTo(i < 3 ? 0 : 1);
      few.learn(event("often", i, 1, 0));
    }
    assertThat(get(few, event("often", 9, 1, 0), "count_10_events")).isEqualTo(2);
    assertThat(few.filtered()).isEqualTo(2);
  }

  @Test
  void distinctValuesOverTimeAreAsExactAsSaid() {
    Windowed w = make("of=[amount], compute=[distinct], over=[24h]");
    Features at = event("k", 1000, 0, 0);
    double worst = 0;
    for (int i = 1; i <= 1000; i++) {
      w.learn(event("k", 1000, i * 0.37, 0));
      w.learn(event("k", 2000, i * 0.37, 0));
      double error = Math.abs(get(w, at, "amount_distinct_1d") / i - 1);
      worst = i >= 50 && i <= 300 ? Math.max(worst, error) : worst;
    }
    assertThat(worst).isLessThan(0.15); // three times its standard error
    assertThat(get(w, at, "amount_distinct_1d")).isBetween(670.0, 1330.0);
  }

  @Test
  void eventsTooLateCountInTheWindowsTheyStillLieIn() {
    Windowed w = make("of=[], compute=[count], over=[10 events, 1h, 1d]");
    w.learn(event("k", 100 * H, 1, 0));
    w.learn(event("k", 95 * H, 1, 0));
    Features x = event("k", 100 * H, 1, 0);
    assertThat(get(w, x, "count_1h")).isEqualTo(1);
    assertThat(get(w, x, "count_1d")).isEqualTo(2);
    assertThat(get(w, x, "count_10_events")).isEqualTo(2);
    assertThat(w.late()).isEqualTo(1);
    // what comes late sees what is known then
    assertThat(get(w, event("k", 95 * H, 1, 0), "count_1h")).isEqualTo(1);
    assertThat(get(w, event("k", 99 * H, 1, 0), "count_1d")).isEqualTo(2);
  }

  @Test
  void eventsWithoutTime() {
    Schema s = Schema.regression(List.of(Column.numeric("x")), "y");
    Windowed byEvents = (Windowed) Steps.make("windowed(over=[2 events])", s);
    assertThat(Steps.step(byEvents, 3)).containsExactly(3, 0, 0, 0);
    assertThat(Steps.step(byEvents, 5)).containsExactly(5, 1, 3, 0);
    assertThat(Steps.step(byEvents, 5)).containsExactly(5, 2, 4, 1);
    Windowed byTime = (Windowed) Steps.make("windowed(over=[2h])", s);
    assertThatThrownBy(() -> Steps.step(byTime, 3))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "windowed has spans of time, but the events have no time; name the time column of the"
                + " source with 'time', or give spans of events");
  }

  @Test
  void valuesThatAreNoNumbersAreLeftOut() {
    Windowed w =
        make("of=[amount], compute=[count, sum, mean, std], over=[5 events, 1h], decay=[1h]");
    for (double v : new double[] {NAN, Double.POSITIVE_INFINITY, 1e300, 3}) {
      w.learn(event("k", 0, v, 0));
    }
    for (String window : new String[] {"5_events", "1h", "decay_1h"}) {
      assertThat(get(w, event("k", 0, 0, 0), "count_" + window)).isEqualTo(4);
      assertThat(get(w, event("k", 0, 0, 0), "amount_mean_" + window)).isEqualTo(3);
      assertThat(get(w, event("k", 0, 0, 0), "amount_std_" + window)).isEqualTo(0);
    }
  }

  @Test
  void mistakesAreNamed() {
    refused(
        "over=[10 evnts]",
        "parameter 'over' of windowed has '10 evnts', expected a span above 0 such as 10 events or 1h");
    refused(
        "over=[0]",
        "parameter 'over' of windowed has '0', expected a span above 0 such as 10 events or 1h");
    refused(
        "over=[20000 events]",
        "parameter 'over' of windowed has '20000 events', allowed up to 10000 events, because every"
            + " key keeps their values; use a span of time or 'decay'");
    refused(
        "compute=[maen]",
        "parameter 'compute' of windowed has 'maen', allowed count, sum, mean, std, min, max,"
            + " distinct, last, time_since; did you mean 'mean'?");
    refused("of=[amuont]", "windowed: there is no column 'amuont'; did you mean 'amount'?");
    refused(
        "of=[shop]",
        "windowed: column 'shop' is a category: only distinct and last are computed of it");
    refused(
        "per=amount",
        "parameter 'per' of windowed is 'amount', expected key, all or the name of a category"
            + " column");
    refused(
        "empty=nothing",
        "parameter 'empty' of windowed is 'nothing', expected a number or missing");
    refused(
        "ttl=5 events", "parameter 'ttl' of windowed is '5 events', expected a time such as 30d");
    refused(
        "over=[]",
        "windowed computes nothing: give numeric columns in 'of', or 'count' or 'time_since' in"
            + " 'compute', and windows in 'over' or 'decay'");
    assertThatThrownBy(() -> make("over=[1h, 2h], panes=10000, max_bytes=1MB, compute=[distinct]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("windowed: one key takes")
        .hasMessageContaining("give more by 'max_bytes', or fewer columns, windows or panes");
    Schema taken = Schema.regression(List.of(Column.numeric("x"), Column.numeric("count_1h")), "y");
    assertThatThrownBy(() -> Steps.make("windowed(of=[x], over=[1h])", taken))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "windowed: column 'count_1h' occurs twice; rename the column of the stream with that"
                + " name");
  }

  private static void refused(String parameters, String message) {
    assertThatThrownBy(() -> make(parameters))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void statesThatDoNotFitAreRefused() {
    String spec = "of=[amount], over=[1h]";
    Windowed w = make(spec);
    w.learn(event("k", 0, 1, 0));
    byte[] tooMany = Steps.state(w);
    Windowed other = make("of=[amount], over=[1h, 2h]");
    assertThatThrownBy(() -> other.load(StateReader.open("test", tooMany)))
        .isInstanceOf(StateException.class)
        .hasMessageContaining("entry 'records' has 3 values, which do not fit the keys");
  }

  @Test
  void memoryIsCountedAndNothingIsAllocatedInSteadyState() {
    String spec =
        "of=[amount], compute=[mean, std, count, distinct], over=[10 events, 1h, 7d], decay=[1h],"
            + " max_bytes=1MB";
    Windowed w = make(spec);
    Features[] events = new Features[20_000];
    Rng rng = new Rng(1);
    for (int i = 0; i < events.length; i++) {
      events[i] = event("key" + rng.nextInt(5000), 1000L * i, rng.nextInt(50), 0);
    }
    Row out = Row.of(w.output());
    run(w, out, events);
    assertThat(w.dropped()).isGreaterThan(5000);
    assertThat(w.memoryBytes()).isBetween(500L << 10, 1L << 20);
    assertThat(w.memoryBytes()).isCloseTo(HeapWalk.bytes(w), within(HeapWalk.bytes(w) / 10));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    run(w, out, events);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(bytes).as("bytes for 20,000 events").isLessThan(4096);
  }

  private static void run(Windowed w, Row out, Features[] events) {
    for (Features x : events) {
      out.begin(x);
      w.transform(x, out);
      w.learn(x);
    }
  }
}
