package org.freshet.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.component.Components;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.merge.Merging.Settings;
import org.junit.jupiter.api.Test;

class MergingTest {
  private static final Schema SCHEMA =
      Schema.classification(List.of(Column.numeric("x"), Column.numeric("z")), "y", "off", "on");

  private static Supplier<Classifier> maker(String spec) {
    return () -> Components.classifier(spec, SCHEMA, 1);
  }

  private static Batch events(int n) {
    Batch b = new Batch(SCHEMA, n);
    Rng rng = new Rng(7);
    for (int i = 0; i < n; i++) {
      double x = rng.nextGaussian();
      b.beginRow();
      b.set(0, 3 * x + 1);
      b.set(1, rng.nextGaussian());
      b.setLabel(x + 0.3 * rng.nextGaussian() > 0 ? 1 : 0);
      b.endRow();
    }
    return b;
  }

  private static byte[] state(Merging m) {
    StateWriter out = new StateWriter();
    m.save(out);
    return out.toBytes();
  }

  private static double[] scores(Learner c, Features x) {
    double[] s = new double[2];
    ((Classifier) c).scores(x, s);
    return s;
  }

  private static Classifier of(Supplier<Classifier> make, Merged merged) {
    Classifier c = make.get();
    Merging.load(c, merged.state(), "test");
    return c;
  }

  /** A copy with its learner, which can be stopped and restored. */
  private static final class Member {
    final Supplier<Classifier> make;
    Classifier live;
    Copy copy;

    Member(String name, Supplier<Classifier> make) {
      this.make = make;
      live = make.get();
      copy = new Copy(name, "m", live, make, 2);
    }

    void restart(String name) {
      StateWriter out = new StateWriter();
      out.put("live", live);
      copy.save(out.child("copy"));
      live = make.get();
      copy = new Copy(name, "m", live, make, 2);
      StateReader in = StateReader.open("test", out.toBytes());
      in.load("live", live);
      copy.load(in.child("copy"));
    }

    void learn(Batch rows, int i) {
      live.learn(rows.row(i), rows.labelCode(i), 1);
      copy.learnt(1);
    }
  }

  /**
   * Four copies on their own parts; deltas and models are late, sent again, and met by restarts.
   */
  @Test
  void nothingIsLostAndNothingCountedTwice() {
    Supplier<Classifier> make = maker("gaussian_nb");
    Merging merging = new Merging("m", make, Settings.USUAL.withCopies(4));
    List<Member> members = new ArrayList<>();
    for (int k = 0; k < 4; k++) {
      members.add(new Member("copy" + k, make));
    }
    Classifier whole = make.get();
    Batch rows = events(4000);
    Rng rng = new Rng(3);
    List<byte[]> way = new ArrayList<>(); // deltas not there yet
    Merged late = merging.current();
    for (int i = 0; i < rows.size(); i++) {
      whole.learn(rows.row(i), rows.labelCode(i), 1);
      Member m = members.get(rng.nextInt(4));
      m.learn(rows, i);
      if (rng.nextInt(60) == 0) {
        Delta sent = m.copy.send();
        if (sent != null) {
          way.add(sent.toBytes());
        }
      }
      if (rng.nextInt(200) == 0) {
        int k = rng.nextInt(4);
        members.get(k).restart("copy" + k);
        members.get(k).copy.unanswered().forEach(d -> way.add(d.toBytes()));
      }
      if (rng.nextInt(90) == 0) {
        way.forEach(bytes -> merging.take(Delta.of("test", bytes)));
        if (rng.nextBoolean()) {
          way.clear(); // else they come again
        }
        Merged next = merging.merge();
        for (Member other : members) {
          if (rng.nextInt(3) > 0) {
            other.copy.take(rng.nextBoolean() ? late : next);
          }
        }
        late = Merged.of("test", next.toBytes());
      }
    }
    for (int round = 0; round < 3; round++) {
      for (Member m : members) {
        m.copy.unanswered().forEach(merging::take);
        Delta rest = m.copy.send();
        if (rest != null) {
          merging.take(rest);
        }
      }
      Merged all = merging.merge();
      members.forEach(m -> m.copy.take(all));
    }
    assertThat(merging.examples()).isEqualTo(4000);
    assertThat(merging.mostStaleness()).isPositive();
    assertThat(merging.meanStaleness()).isBetween(0.1, (double) merging.mostStaleness());
    Classifier merged = of(make, merging.current());
    for (int i = 0; i < 200; i++) {
      double expected = scores(whole, rows.row(i))[1];
      assertThat(scores(merged, rows.row(i))[1]).isEqualTo(expected, within(1e-9));
      for (Member m : members) {
        assertThat(scores(m.live, rows.row(i))[1]).isEqualTo(expected, within(1e-9));
      }
    }
  }

  @Test
  void pipelinesOfPointsGoToTheMean() {
    Supplier<Classifier> make = maker("standard_scaler | logistic_regression");
    Merging merging = new Merging("m", make, Settings.USUAL.withCopies(2));
    Member a = new Member("a", make);
    Member b = new Member("b", make);
    Batch rows = events(400);
    for (int i = 0; i < 200; i++) {
      a.learn(rows, 2 * i);
      b.learn(rows, 2 * i + 1);
    }
    double own = margin(a.live, 5) / 2 + margin(b.live, 5) / 2;
    merging.take(b.copy.send());
    merging.take(a.copy.send());
    Merged merged = merging.merge();
    assertThat(merged.version()).isEqualTo(1);
    assertThat(margin(of(make, merged), 5)).isEqualTo(own, within(0.01)); // scalers differ a little
    a.copy.take(merged);
    assertThat(margin(a.live, 5)).isEqualTo(margin(of(make, merged), 5), within(1e-9));
    assertThat(a.copy.version()).isEqualTo(1);
  }

  private static double margin(Learner c, double x) {
    double p = scores(c, Features.of(x, 0))[1];
    return Math.log(p / (1 - p));
  }

  /** A delta that moves the intercept of a logistic regression by so much. */
  private static Delta moved(String copy, long number, long base, double by) {
    StateWriter out = new StateWriter();
    StateWriter it = out.child("it");
    it.put("@component", "logistic_regression");
    it.put("@version", 1L);
    it.put("labels", 2L);
    it.put("intercept", by);
    it.put("w", new double[2]);
    it.put("steps", 1L);
    return new Delta(copy, number, base, 1, "m", out.toBytes());
  }

  private static double intercept(Merging m) {
    Supplier<Classifier> make = maker("logistic_regression");
    return margin(of(make, m.current()), 0);
  }

  @Test
  void staleOnesCountLess() {
    Merging m = new Merging("m", maker("logistic_regression"), new Settings(2, 1, 0.5, 50));
    m.take(moved("a", 1, 0, 1));
    m.merge();
    assertThat(intercept(m)).isEqualTo(0.5, within(1e-12)); // one of two copies
    for (int i = 2; i <= 9; i++) {
      m.take(moved("a", i, i - 1, 0));
      m.merge();
    }
    assertThat(m.version()).isEqualTo(9);
    m.take(moved("a", 10, 6, 1)); // three merges came since its version
    m.merge();
    assertThat(intercept(m)).isEqualTo(0.5 + 0.5 / 2, within(1e-12)); // (1 + 3)^-0.5
    assertThat(m.mostStaleness()).isEqualTo(3);
    assertThat(m.meanStaleness()).isEqualTo(0.3);
  }

  @Test
  void tellsWhoHasSentMost() {
    Merging m = new Merging("m", maker("logistic_regression"), Settings.USUAL.withCopies(3));
    assertThat(m.mostOfOne()).isZero();
    m.take(moved("a", 1, 0, 1));
    m.take(moved("b", 1, 0, 1));
    assertThat(m.mostOfOne()).isEqualTo(1);
    m.take(moved("b", 2, 0, 1));
    assertThat(m.waiting()).isEqualTo(2);
    assertThat(m.mostOfOne()).isEqualTo(2);
    m.merge();
    assertThat(m.mostOfOne()).isZero();
  }

  @Test
  void whoIsSeldomThereCountsAsMuchMore() {
    Merging m = new Merging("m", maker("logistic_regression"), new Settings(2, 1, 0, 50));
    long a = 0;
    long b = 0;
    for (int round = 1; round <= 400; round++) {
      m.take(moved("often", ++a, m.version(), 0.01));
      if (round % 4 == 0) {
        m.take(moved("seldom", ++b, m.version(), -0.01));
      }
      m.merge();
    }
    assertThat(m.copies()).extracting(Merging.Standing::copy).containsExactly("often", "seldom");
    assertThat(m.copies().get(0).weight()).isEqualTo(1);
    // it was first seen in the fourth merge: one interval of 1, then 99 of 4
    assertThat(m.copies().get(1).weight()).isEqualTo((1 + 99 * 4) / 100.0, within(1e-9));
    // both pull alike; with equal weights it would be 400 · 0.005 - 100 · 0.005 = 1.5
    assertThat(intercept(m)).isEqualTo(0, within(0.1));
  }

  /** Of copies that take part in a share p of the merges, within 10 % after 1,000. */
  @Test
  void weightsComeNearTheReciprocalOfTheShareOfMerges() {
    Merging m = new Merging("m", maker("logistic_regression"), new Settings(0, 1, 0, 50));
    Rng rng = new Rng(11);
    double[] p = {0.1, 0.2, 0.4, 0.7, 1};
    int alike = 10;
    long[] numbers = new long[p.length * alike];
    for (int round = 0; round < 1000; round++) {
      for (int k = 0; k < numbers.length; k++) {
        if (rng.nextDouble() < p[k / alike]) {
          m.take(moved("copy%02d".formatted(k), ++numbers[k], m.version(), 0));
        }
      }
      m.merge();
    }
    for (int g = 0; g < p.length; g++) {
      double sum = 0;
      for (Merging.Standing c : m.copies().subList(g * alike, (g + 1) * alike)) {
        sum += c.weight();
      }
      assertThat(sum / alike * p[g]).isBetween(0.9, 1.1);
    }
  }

  /** What it could not send while it was away counts once, and not again for its absence. */
  @Test
  void whoSendsMuchAtOnceHasMadeUpForItsAbsence() {
    double[] at = new double[2];
    for (int much = 0; much < 2; much++) {
      Merging m = new Merging("m", maker("logistic_regression"), new Settings(2, 1, 0, 50));
      for (int round = 1; round <= 40; round++) {
        m.take(moved("often", round, m.version(), 0));
        if (round % 10 == 0) {
          Delta usual = moved("seldom", round / 10, m.version(), 1);
          m.take(
              new Delta(
                  usual.copy(), usual.number(), usual.base(), 1 + 99 * much, "m", usual.state()));
        }
        m.merge();
      }
      at[much] = intercept(m);
    }
    assertThat(at[0]).isGreaterThan(5); // its weight grows to 7.75
    assertThat(at[1]).isEqualTo(2, within(1e-9)); // half of four ways of 1
  }

  /** Made anew from what is given out, as who merges does after a crash. */
  @Test
  void aMergedModelAndItsCountsAreEnoughToGoOn() {
    Supplier<Classifier> make = maker("logistic_regression");
    Merging m = new Merging("m", make, Settings.USUAL.withCopies(2));
    m.take(moved("a", 1, 0, 1));
    m.merge();
    m.take(moved("b", 1, 0, 1));
    Merged last = m.merge();
    StateWriter out = new StateWriter();
    m.saveCounts(out);
    Merging back = new Merging("m", make, Settings.USUAL.withCopies(2));
    back.load(last, StateReader.open("test", out.toBytes()));
    assertThat(state(back)).isEqualTo(state(m));
    assertThat(back.taken("a")).isEqualTo(1);
    assertThat(back.taken("c")).isZero();
    Merged other = new Merged(9, last.taken(), "m", last.state());
    assertThatThrownBy(
            () ->
                new Merging("m", make, Settings.USUAL.withCopies(2))
                    .load(other, StateReader.open("test", out.toBytes())))
        .isInstanceOf(StateException.class)
        .hasMessageContaining("is not of version 9");
  }

  @Test
  void anIntervalIsCutOff() {
    Merging m = new Merging("m", maker("logistic_regression"), new Settings(2, 1, 0, 5));
    m.take(moved("gone", 1, 0, 0));
    m.merge();
    for (int i = 1; i <= 100; i++) {
      m.take(moved("there", i, m.version(), 0));
      m.merge();
    }
    assertThat(m.copies().get(0).copy()).isEqualTo("gone");
    assertThat(m.copies().get(0).weight()).isBetween(4.5, 5.0);
  }

  @Test
  void whatDoesNotBelongIsRefusedAndChangesNothing() {
    Merging m = new Merging("m", maker("logistic_regression"), Settings.USUAL.withCopies(1));
    m.take(moved("a", 1, 0, 1));
    m.merge();
    byte[] before = state(m);
    Delta good = moved("a", 2, 1, 1);
    assertThat(m.take(moved("a", 1, 0, 5))).isFalse(); // known
    refused(m, moved("a", 2, 1, Double.NaN), "delta 2 of a: corrupt: entry 'it/intercept' has NaN");
    refused(m, moved("a", 2, 1, Double.POSITIVE_INFINITY), "has Infinity");
    refused(m, moved("a", 2, 2, 1), "delta 2 of a: corrupt: made from version 2, the newest is 1");
    refused(m, moved("b", 1, 1, 1), "one copy more than the 1 that take part");
    refused(m, new Delta("a", 2, 1, 1, "n", good.state()), "it is of 'n', expected 'm'");
    byte[] cut = java.util.Arrays.copyOf(good.state(), good.state().length - 3);
    refused(m, new Delta("a", 2, 1, 1, "m", cut), "delta 2 of a: corrupt");
    byte[] other = Merging.state(maker("majority").get());
    refused(m, new Delta("a", 2, 1, 1, "m", other), "holds a majority");
    assertThat(state(m)).isEqualTo(before);
    byte[] bytes = good.toBytes();
    bytes[40] ^= 1;
    assertThatThrownBy(() -> Delta.of("topic", bytes))
        .isInstanceOf(StateException.class)
        .hasMessageStartingWith("topic: corrupt");
    assertThat(m.take(good)).isTrue();
  }

  private static void refused(Merging m, Delta delta, String why) {
    assertThatThrownBy(() -> m.take(delta))
        .isInstanceOf(StateException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aStateGoesOnAsIfNeverStopped() {
    Supplier<Classifier> make = maker("logistic_regression");
    Merging m = new Merging("m", make, new Settings(3, 1, 0.5, 5));
    for (int i = 1; i <= 7; i++) {
      m.take(moved("a", i, m.version(), 0.1 * i));
      if (i % 3 == 1) {
        m.take(moved("b", 1 + i / 3, m.version(), 0.3));
      }
      if (i < 7) {
        m.merge();
      }
    }
    Merging back = new Merging("m", make, new Settings(3, 1, 0.5, 5));
    back.load(StateReader.open("test", state(m)));
    assertThat(back.waiting()).isEqualTo(2);
    for (Merging one : List.of(m, back)) {
      one.merge();
      one.take(moved("c", 1, 2, 1));
      one.merge();
    }
    assertThat(state(back)).isEqualTo(state(m));
    assertThat(back.current().taken()).isEqualTo(java.util.Map.of("a", 7L, "b", 3L, "c", 1L));
  }

  @Test
  void aCopyWithoutAnAnswerWaitsAndGoesOn() {
    Supplier<Classifier> make = maker("gaussian_nb");
    Member a = new Member("a", make);
    Batch rows = events(50);
    for (int i = 0; i < 3; i++) {
      a.learn(rows, i);
      assertThat(a.copy.send() == null).isEqualTo(i == 2); // two are without an answer
    }
    assertThat(a.copy.unsent()).isEqualTo(1);
    assertThat(a.copy.unanswered()).hasSize(2);
    assertThat(a.copy.unanswered().get(0).examples()).isEqualTo(1);
  }

  @Test
  void aNewLifeUnderTheSameNameIsHeard() {
    Supplier<Classifier> make = maker("majority");
    Merging m = new Merging("m", make, Settings.USUAL);
    Member first = new Member("edge", make);
    Batch rows = events(30);
    for (int i = 0; i < 10; i++) {
      first.learn(rows, i);
      m.take(first.copy.send());
      first.copy.take(m.merge());
    }
    Member second = new Member("edge", make); // its state was lost
    for (int i = 10; i < 20; i++) {
      second.learn(rows, i);
    }
    second.copy.take(m.current());
    assertThat(m.take(second.copy.send())).isTrue();
    second.copy.take(m.merge());
    assertThat(m.examples()).isEqualTo(20);
    Classifier whole = make.get();
    for (int i = 0; i < 20; i++) {
      whole.learn(rows.row(i), rows.labelCode(i), 1);
    }
    assertThat(scores(second.live, rows.row(0))).containsExactly(scores(whole, rows.row(0)));
  }

  @Test
  void whatCannotBeMergedIsSaid() {
    refusedAtOnce("hoeffding_tree", "hoeffding_tree has no copies that could be merged");
    refusedAtOnce(
        "standard_scaler(decay=0.01) | gaussian_nb",
        "standard_scaler forgets, and cannot be merged; set 'decay: 0'");
  }

  private static void refusedAtOnce(String spec, String why) {
    assertThatThrownBy(() -> new Merging("m", maker(spec), Settings.USUAL))
        .isInstanceOf(ConfigException.class)
        .hasMessage("pipeline: " + why);
  }
}
