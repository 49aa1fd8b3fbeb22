package org.freshet.engine.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.freshet.core.component.Span;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

/**
 * Whatever is wanted and whenever labels come, no window of the stream holds more than the budget
 * and one label; checked against a slow count of all windows.
 */
class SpendingTest {
  private static final int EVENTS = 600;

  /** What was asked for, and what it cost in the end. */
  private record Asked(int event, long time, double cost) {}

  private static byte[] bytes(Spending s) {
    StateWriter out = new StateWriter();
    s.save(out);
    return out.toBytes();
  }

  private interface Wish {
    boolean at(int event);
  }

  /** Runs a stream; each label costs one of the budget's prices and comes at once, or never. */
  private static List<Asked> run(Budget budget, long seed, Wish wish, long[] times) {
    SplittableRandom random = new SplittableRandom(seed);
    Spending s = new Spending(budget);
    List<Asked> asked = new ArrayList<>();
    double[] prices = {budget.price(), budget.dearest(), budget.cheapest()};
    for (int e = 0; e < EVENTS; e++) {
      if (random.nextInt(40) == 0) { // goes on from what was saved
        byte[] state = bytes(s);
        s = new Spending(budget);
        s.load(StateReader.open("test", state));
        assertThat(bytes(s)).isEqualTo(state);
      }
      s.see(e, times[e]);
      assertThat(s.rate()).isBetween(0.0, 1.0);
      if (wish.at(e) && s.allows()) {
        s.ask(e, times[e]);
        double cost = prices[random.nextInt(3)];
        s.paid(e, cost);
        asked.add(new Asked(e, times[e], cost));
      }
    }
    assertThat(s.asked()).isEqualTo(asked.size());
    assertThat(s.spent()).isEqualTo(asked.stream().mapToDouble(Asked::cost).sum(), within());
    return asked;
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.api.Assertions.within(1e-6);
  }

  private static long[] times(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] t = new long[EVENTS];
    for (int e = 1; e < EVENTS; e++) {
      t[e] = t[e - 1] + (random.nextInt(10) == 0 ? random.nextInt(500) : random.nextInt(20));
    }
    return t;
  }

  private static List<Wish> wishes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    boolean[] some = new boolean[EVENTS];
    for (int e = 0; e < EVENTS; e++) {
      some[e] = random.nextInt(3) == 0;
    }
    return List.of(e -> true, e -> some[e], e -> e / 50 % 2 == 1, e -> e > EVENTS / 2);
  }

  /** Checks every window that ends at a question: the others hold no more. */
  private static void check(Budget budget, List<Asked> asked, long[] times) {
    for (int i = 0; i < asked.size(); i++) {
      Asked last = asked.get(i);
      double spent = 0;
      for (int k = i; k >= 0 && inWindow(budget, asked.get(k), last); k--) {
        spent += budget.unit() == Budget.Unit.MONEY ? asked.get(k).cost : 1;
      }
      double allowed = budget.amount();
      if (budget.unit() == Budget.Unit.SHARE) {
        int events = 0;
        for (int e = last.event; e >= 0 && inWindow(budget, new Asked(e, times[e], 0), last); e--) {
          events++;
        }
        allowed *= events;
      }
      double one = budget.unit() == Budget.Unit.MONEY ? budget.dearest() : 1;
      assertThat(spent).as("%s, at event %d", budget, last.event).isLessThan(allowed + one + 1e-6);
      if (budget.unit() != Budget.Unit.SHARE && budget.dearest() == budget.cheapest()) {
        assertThat(spent).as("%s is not exceeded at all", budget).isLessThan(allowed + 1e-6);
      }
    }
  }

  private static boolean inWindow(Budget budget, Asked one, Asked last) {
    Span w = budget.window();
    if (w == null) {
      return true;
    }
    return w.events() ? last.event - one.event < w.length() : last.time - one.time < w.length();
  }

  private static List<Budget> budgets() {
    List<Budget> all = new ArrayList<>();
    Map<String, Double> prices = Map.of("cheap", 0.1, "dear", 2.5);
    for (Budget b :
        List.of(
            Budget.share(0.1),
            Budget.share(0.013),
            Budget.count(7),
            new Budget(Budget.Unit.MONEY, 3.3, null, 0.3, Map.of()),
            new Budget(Budget.Unit.MONEY, 8, null, 0.7, prices))) {
      all.add(b);
      all.add(b.within(Span.events(1)));
      all.add(b.within(Span.events(90)));
      all.add(b.within(Span.events(10_000)));
      all.add(b.within(Span.millis(50)));
      all.add(b.within(Span.millis(1500)));
    }
    return all;
  }

  @Test
  void noWindowHoldsMoreThanTheBudgetAndOneLabel() {
    for (long seed = 0; seed < 4; seed++) {
      long[] times = times(seed);
      for (Budget budget : budgets()) {
        for (Wish wish : wishes(seed)) {
          check(budget, run(budget, seed, wish, times), times);
        }
      }
    }
  }

  @Test
  void whatIsWantedIsAskedForAsFarAsTheBudgetGoes() {
    long[] times = times(1);
    Wish all = e -> true;
    assertThat(run(Budget.share(0.1), 1, all, times)).hasSize(EVENTS / 10);
    assertThat(run(Budget.share(1), 1, all, times)).hasSize(EVENTS);
    assertThat(run(Budget.share(0), 1, all, times)).isEmpty();
    assertThat(run(Budget.count(7), 1, all, times)).hasSize(7);
    assertThat(run(Budget.count(3).within(Span.events(100)), 1, all, times)).hasSize(18);
    Budget money = new Budget(Budget.Unit.MONEY, 3, null, 0.1, Map.of());
    assertThat(run(money, 1, all, times)).as("30 times 0.1 is 3").hasSize(30);
  }

  @Test
  void aShareOfAWindowOfTimeIsNearlyAllGivenOut() {
    long[] times = new long[EVENTS];
    for (int e = 0; e < EVENTS; e++) {
      times[e] = 10L * e;
    }
    Budget budget = Budget.share(0.25).within(Span.millis(1280));
    assertThat(run(budget, 1, e -> true, times).size()).isBetween(EVENTS / 4 - 6, EVENTS / 4 + 1);
  }

  @Test
  void theRateIsTheShareWithWhatWasLeftUnspent() {
    Spending s = new Spending(Budget.share(0.1));
    for (int e = 0; e < 1000; e++) {
      s.see(e, 0);
    }
    assertThat(s.rate()).isEqualTo(0.1 + 100 / 1000.0, within());
    Spending windowed = new Spending(Budget.count(20).within(Span.events(100)));
    for (int e = 0; e < 300; e++) {
      windowed.see(e, 0);
      if (e % 5 == 0) {
        assertThat(windowed.allows()).isTrue();
        windowed.ask(e, 0);
      }
    }
    assertThat(windowed.rate()).as("spent as it comes in").isEqualTo(0.2, within());
  }

  @Test
  void aWindowOfTimeIsKnownByTheEventsInIt() {
    Spending s = new Spending(Budget.count(10).within(Span.millis(1000)));
    for (int e = 0; e < 400; e++) {
      s.see(e, 10L * e);
    }
    assertThat(s.rate()).as("10 of 100 events, and 10 that are left").isBetween(0.19, 0.21);
  }

  private static Spending after(Spending old, Budget budget) {
    Spending s = new Spending(budget);
    s.succeed(old);
    Spending again = new Spending(budget);
    again.load(StateReader.open("after a change", bytes(s)));
    assertThat(bytes(again)).isEqualTo(bytes(s));
    return again;
  }

  @Test
  void whatWasSpentCountsOnUnderAnotherBudget() {
    Budget dear = new Budget(Budget.Unit.MONEY, 10, null, 1, Map.of("fraud", 3.0));
    Spending s = new Spending(dear);
    for (int e = 0; e < 3; e++) {
      s.see(e, e);
      s.ask(e, e);
    }
    s.paid(0, 1);
    assertThat(s.spent()).isEqualTo(1 + 3 + 3);
    Spending cheap = after(s, new Budget(Budget.Unit.MONEY, 4, null, 1, Map.of()));
    assertThat(cheap.asked()).isEqualTo(3);
    assertThat(cheap.allows()).as("7 are spent, 4 allowed").isFalse();
    cheap.paid(1, 1); // charged 3 by the budget before
    cheap.paid(2, 1);
    assertThat(cheap.spent()).isEqualTo(3);
    cheap.see(3, 3);
    assertThat(cheap.allows()).isTrue();
    cheap.ask(3, 3);
    Spending labels = after(cheap, Budget.share(0.5));
    assertThat(labels.spent()).as("labels are counted").isEqualTo(4);
    assertThat(labels.seen()).isEqualTo(4);
    assertThat(labels.allows()).isFalse();
    assertThat(after(labels, new Budget(Budget.Unit.MONEY, 9, null, 2, Map.of())).spent())
        .as("four labels at the price")
        .isEqualTo(8);
  }

  @Test
  void aWindowGoesOnWithTheQuestionsThatLieInIt() {
    Spending s = new Spending(Budget.count(5).within(Span.events(10)));
    for (int e = 0; e < 20; e++) {
      s.see(e, 100 * e);
      if (e >= 16) {
        s.ask(e, 100 * e);
      }
    }
    Spending few = after(s, Budget.count(4).within(Span.events(10)));
    few.see(20, 2000);
    assertThat(few.allows()).as("four of four").isFalse();
    few.see(26, 2600);
    assertThat(few.allows()).as("that of event 16 has left").isTrue();
    Spending timed = after(s, Budget.count(4).within(Span.millis(1000)));
    timed.see(20, 2000);
    assertThat(timed.spentInWindow()).as("when they were asked is not known").isZero();
    timed.ask(20, 2000);
    Spending shorter = after(timed, Budget.count(1).within(Span.millis(500)));
    shorter.see(21, 2100);
    assertThat(shorter.allows()).isFalse();
    shorter.see(22, 2501);
    assertThat(shorter.allows()).isTrue();
  }

  @Test
  void forgedStatesAreRefused() {
    Budget budget = Budget.count(5).within(Span.events(10));
    Spending s = new Spending(budget);
    s.see(0, 0);
    s.ask(0, 0);
    StateWriter forged = new StateWriter();
    s.save(forged);
    StateWriter more = new StateWriter();
    Spending other = new Spending(Budget.count(5).within(Span.events(1000)));
    for (int e = 0; e < 3; e++) {
      other.see(e, 0);
      other.ask(e, 0);
      other.paid(e, 1);
    }
    other.save(more);
    Spending two = new Spending(budget);
    two.load(StateReader.open("good", more.toBytes()));
    assertThat(two.asked()).isEqualTo(3);
    Spending dear = new Spending(new Budget(Budget.Unit.MONEY, 9, Span.events(10), 3, Map.of()));
    dear.see(0, 0);
    dear.ask(0, 0);
    StateReader in = StateReader.open("dear", bytes(dear));
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> new Spending(budget).load(in))
        .hasMessageContaining("costs");
  }
}
