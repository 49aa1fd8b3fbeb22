package org.freshet.learn.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.KeyTable;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.HeapModelStore;
import org.freshet.core.state.ModelStore;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.testkit.HeapWalk;
import org.junit.jupiter.api.Test;

class PerKeyTest {
  private static final Schema DEVICES =
      Schema.classification(
          List.of(Column.numeric("x"), Column.category("site", "north", "south")),
          "y",
          "off",
          "on");

  private static Features event(String key, double x, int site) {
    Batch b = new Batch(DEVICES, 1);
    b.beginRow();
    b.set(0, x);
    b.set(1, site);
    b.setKey(key);
    b.endRow();
    return b.row(0);
  }

  private static Classifier make(String parameters, ModelStore store) {
    return Components.create(
        Spec.parse("per_key(" + (store == null ? "" : "beyond=store, ") + parameters + ")"),
        Build.of(DEVICES).withStore(store),
        Classifier.class);
  }

  private static double[] scores(Classifier c, Features x) {
    double[] s = new double[2];
    c.scores(x, s);
    return s;
  }

  private static byte[] state(Learner l) {
    StateWriter out = new StateWriter();
    out.put("it", l);
    return out.toBytes();
  }

  @Test
  void everyKeyHasAModelOfItsOwn() {
    Classifier c = make("learner=gaussian_nb", null);
    Rng rng = new Rng(3);
    int right = 0;
    for (int i = 0; i < 2000; i++) {
      int key = rng.nextInt(10);
      double x = rng.nextGaussian();
      // devices of even numbers are on where x is high, the others where it is low
      int label = (x > 0) == (key % 2 == 0) ? 1 : 0;
      Features e = event("device" + key, x, 0);
      double[] s = new double[2];
      c.testThenLearn(e, label, 1, s);
      right += i >= 1000 && Kernels.argmax(s, 2) == label ? 1 : 0;
    }
    // one model of all keys is right half of the time; two normals with the border at 0 nearly
    // always
    assertThat(right).isGreaterThan(950);
    assertThat(scores(c, event("new", 1, 0))).containsExactly(0.5, 0.5);
  }

  @Test
  void equalsModelsKeptByHandHoweverFewAreInMemory() {
    HeapModelStore store = new HeapModelStore();
    Classifier few =
        make("models=3, learner=online_bagging(members=2, learner=gaussian_nb)", store);
    Classifier all = make("learner=online_bagging(members=2, learner=gaussian_nb)", null);
    Map<String, Classifier> byHand = new HashMap<>();
    Classifier bayes = make("models=2, learner=gaussian_nb", new HeapModelStore());
    Rng rng = new Rng(5);
    for (int i = 0; i < 3000; i++) {
      String key = "k" + rng.nextInt(1 + rng.nextInt(20));
      Features x = event(key, rng.nextGaussian(), rng.nextInt(2));
      int label = rng.nextInt(2);
      assertThat(scores(few, x)).containsExactly(scores(all, x));
      Classifier own =
          byHand.computeIfAbsent(key, k -> Components.classifier("gaussian_nb", DEVICES, 1));
      assertThat(scores(bayes, x)).containsExactly(scores(own, x));
      for (Classifier c : List.of(few, all, bayes, own)) {
        c.learn(x, label, 1);
      }
    }
    PerKey.OfClassifier spilling = (PerKey.OfClassifier) few;
    assertThat(spilling.models.size()).isEqualTo(3);
    assertThat(spilling.models.spilled()).isGreaterThan(1000);
    assertThat(spilling.models.made()).isEqualTo(20);
    assertThat(spilling.models.dropped()).isZero();
  }

  private static Features at(String key, double x, long time) {
    Batch b = new Batch(DEVICES, 1);
    b.beginRow();
    b.set(0, x);
    b.set(1, 0);
    b.setKey(key);
    b.setTime(time);
    b.endRow();
    return b.row(0);
  }

  @Test
  void aKeyThatDidNotLearnForLongIsForgotten() {
    for (HeapModelStore store : new HeapModelStore[] {null, new HeapModelStore()}) {
      // with the store, the key asked for lies there: only one is in memory
      String spec = (store == null ? "" : "models=1, ") + "ttl=10s, learner=majority";
      Classifier c = make(spec, store);
      c.learn(at("a", 0, 1_000), 1, 1);
      c.learn(at("b", 0, 9_000), 1, 1);
      assertThat(scores(c, at("a", 0, 11_000))).containsExactly(0, 1);
      assertThat(scores(c, at("a", 0, 11_001))).containsExactly(0.5, 0.5);
      assertThat(scores(c, at("a", 0, 2_000))).containsExactly(0, 1); // predicting changed nothing
      assertThat(scores(c, at("b", 0, 11_001))).containsExactly(0, 1);
      Classifier stopped = make(spec, store);
      stopped.load(StateReader.open("s", state(c)).child("it"));
      for (Classifier one : List.of(c, stopped)) {
        one.learn(at("a", 0, 12_000), 0, 1); // begins anew: the label before is gone
        assertThat(scores(one, at("a", 0, 12_000))).containsExactly(1, 0);
      }
    }
  }

  @Test
  void theMemoryOfForgottenKeysIsGivenBack() {
    Classifier c = make("ttl=10s, learner=majority", null);
    for (int i = 0; i < 1000; i++) {
      c.learn(at("k" + i, 0, 1_000L * i), 1, 1);
    }
    KeyTable.Keys keys = ((KeyTable) c).keyCounts();
    assertThat(keys.held()).isEqualTo(21); // rows may be late by the time to live
    assertThat(keys.expired()).isEqualTo(979);
    assertThat(keys.dropped()).isZero();
  }

  @Test
  void keysOfAPartHaveOneModel() {
    Classifier c = make("parts=2, learner=majority", null);
    int[] label = new int[2];
    for (int i = 0; i < 20; i++) {
      label[KeyTable.part("k" + i, 2)]++;
      c.learn(event("k" + i, 0, 0), KeyTable.part("k" + i, 2), 1);
    }
    assertThat(label[0]).isBetween(4, 16);
    assertThat(((KeyTable) c).keyCounts().held()).isEqualTo(2);
    for (int i = 0; i < 100; i++) {
      double[] s = scores(c, event("new" + i, 0, 0));
      assertThat(s[KeyTable.part("new" + i, 2)]).isEqualTo(1);
    }
    // the place of a key is a promise: states and routes of elsewhere rely on it
    assertThat(KeyTable.part("k0", 1000)).isEqualTo(992);
  }

  @Test
  void aTimeToLiveIsATime() {
    assertThatThrownBy(() -> make("ttl=30, learner=majority", null))
        .hasMessage(
            "parameter 'ttl' of per_key is 30 events, expected a time such as 30d, at most"
                + " 36500d");
  }

  @Test
  void theOrderOfKeysDoesNotMatter() {
    String spec = "learner=online_bagging(members=3, learner=gaussian_nb)";
    Classifier forward = make(spec, null);
    Classifier backward = make(spec, null);
    for (int i = 0; i < 200; i++) {
      Rng rng = new Rng(i);
      int label = rng.nextInt(2);
      forward.learn(event("k" + i % 4, rng.nextGaussian(), 0), label, 1);
    }
    // the same events of each key, the keys one after another
    for (int key = 3; key >= 0; key--) {
      for (int i = key; i < 200; i += 4) {
        Rng rng = new Rng(i);
        int label = rng.nextInt(2);
        backward.learn(event("k" + key, rng.nextGaussian(), 0), label, 1);
      }
    }
    for (int key = 0; key < 4; key++) {
      Features x = event("k" + key, 0.3, 1);
      assertThat(scores(forward, x)).containsExactly(scores(backward, x));
    }
  }

  @Test
  void withoutAStoreTheModelUsedLongestAgoIsDropped() {
    PerKey.OfClassifier c = (PerKey.OfClassifier) make("models=2, learner=majority", null);
    c.learn(event("a", 0, 0), 1, 1);
    c.learn(event("b", 0, 0), 1, 1);
    c.learn(event("a", 0, 0), 1, 1);
    c.scores(event("b", 0, 0), new double[2]); // predicting is no use of it
    c.learn(event("c", 0, 0), 1, 1);
    assertThat(scores(c, event("a", 0, 0))).containsExactly(0, 1);
    assertThat(scores(c, event("b", 0, 0))).containsExactly(0.5, 0.5);
    assertThat(c.models.dropped()).isEqualTo(1);
    assertThat(c.models.size()).isEqualTo(2);
  }

  @Test
  void aSharedModelAnswersForKeysWithFewLabels() {
    Classifier c = make("learner=majority, shared=true, min_labels=3", new HeapModelStore());
    for (int i = 0; i < 10; i++) {
      c.learn(event("many", 0, 0), 0, 1);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(c.predict(event("new", 0, 0))).isZero();
      c.learn(event("new", 0, 0), 1, 1);
    }
    assertThat(c.predict(event("new", 0, 0))).isEqualTo(1);
    assertThat(c.predict(event("other", 0, 0))).isZero();
  }

  @Test
  void keysCanBeCategories() {
    Classifier c = make("per=site, learner=majority", null);
    c.learn(event("k", 0, 0), 0, 1);
    c.learn(event("k", 0, 1), 1, 1);
    assertThat(c.predict(event("l", 0, 0))).isEqualTo(0);
    assertThat(c.predict(event("l", 0, 1))).isEqualTo(1);
    assertThatThrownBy(() -> make("per=x", null))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "parameter 'per' of per_key is 'x', expected key or the name of a category column");
    assertThatThrownBy(() -> make("per=sites", null))
        .hasMessageEndingWith("; did you mean 'site'?");
  }

  @Test
  void regressionOfWholePipelines() {
    Schema s = Schema.regression(List.of(Column.numeric("x")), "y");
    Regressor r =
        Components.regressor(
            "per_key(learner=standard_scaler | linear_regression, shared=true)", s, 1);
    Rng rng = new Rng(1);
    double error = 0;
    for (int i = 0; i < 4000; i++) {
      int key = rng.nextInt(4);
      Batch b = new Batch(s, 1);
      b.beginRow();
      b.set(0, rng.nextGaussian());
      b.setKey("k" + key);
      b.endRow();
      double y = (key - 1.5) * b.row(0).get(0) + 10 * key;
      double answer = r.testThenLearn(b.row(0), y, 1);
      error += i >= 3000 ? Math.abs(answer - y) / 1000 : 0;
    }
    // one line for all four would be off by about 10
    assertThat(error).isCloseTo(0, within(0.5));
  }

  /** Keeps every version, as a store on disk does. */
  private static final class Versions implements ModelStore {
    final Map<String, TreeMap<Long, byte[]>> all = new HashMap<>();
    final boolean writable;

    Versions(boolean writable) {
      this.writable = writable;
    }

    Versions reader() {
      Versions r = new Versions(false);
      r.all.putAll(all);
      return r;
    }

    @Override
    public ModelStore space(String name) {
      return this;
    }

    @Override
    public void put(long first, long second, long version, byte[] state) {
      TreeMap<Long, byte[]> of = all.computeIfAbsent(first + "/" + second, k -> new TreeMap<>());
      if (writable) {
        assertThat(of.put(version, state)).as("version " + version).isNull();
      } else {
        assertThat(of.get(version)).as("version " + version).isEqualTo(state);
      }
    }

    @Override
    public byte[] get(long first, long second, long after, long upTo) {
      TreeMap<Long, byte[]> of = all.get(first + "/" + second);
      Map.Entry<Long, byte[]> e = of == null ? null : of.floorEntry(upTo);
      return e == null || e.getKey() <= after ? null : e.getValue();
    }

    @Override
    public void resume(long version) {
      if (writable) {
        all.values().forEach(of -> of.tailMap(version, false).clear());
      }
    }
  }

  private static void learn(Classifier c, int from, int to) {
    for (int i = from; i < to; i++) {
      Rng rng = new Rng(i);
      c.learn(event("k" + rng.nextInt(30), rng.nextGaussian(), 0), rng.nextInt(2), 1);
    }
  }

  @Test
  void whatLayInAStoreInMemoryGoesIntoOneThatLasts() {
    String spec = "models=4, learner=gaussian_nb";
    Classifier replay = make(spec, new HeapModelStore());
    learn(replay, 0, 500);
    Classifier live = make(spec, new Versions(true));
    StateReader.open("test", state(replay)).load("it", live);
    for (int key = 0; key < 30; key++) {
      double[] expected = new double[2];
      double[] found = new double[2];
      replay.scores(event("k" + key, 0.7, 0), expected);
      live.scores(event("k" + key, 0.7, 0), found);
      assertThat(found).isEqualTo(expected).isNotEqualTo(new double[] {0.5, 0.5});
    }
    learn(live, 500, 600); // and is put there again
  }

  @Test
  void aFollowerBehindSeesWhatWasThereThen() {
    String spec = "models=4, learner=gaussian_nb";
    Versions store = new Versions(true);
    Classifier live = make(spec, store);
    learn(live, 0, 500);
    byte[] snapshot = state(live);
    learn(live, 500, 1000);
    byte[] later = state(live);
    learn(live, 1000, 2000);
    // it starts from the snapshot while the store is far ahead, and puts the same bytes
    Classifier follower = make(spec, store.reader());
    StateReader.open("test", snapshot).load("it", follower);
    assertThat(state(follower)).isEqualTo(snapshot);
    learn(follower, 500, 1000);
    assertThat(state(follower)).isEqualTo(later);
    // after a crash what was put behind the snapshot is void, and events may come in another order
    Classifier recovered = make(spec, store);
    StateReader.open("test", snapshot).load("it", recovered);
    learn(recovered, 700, 1000);
    Classifier never = make(spec, new HeapModelStore());
    learn(never, 0, 500);
    learn(never, 700, 1000);
    for (int k = 0; k < 30; k++) {
      Features x = event("k" + k, 0.1, 0);
      assertThat(scores(recovered, x)).containsExactly(scores(never, x));
    }
  }

  @Test
  void aStoreInMemoryIsPartOfTheSnapshot() {
    String spec = "models=4, learner=gaussian_nb, shared=true";
    Classifier never = make(spec, new HeapModelStore());
    learn(never, 0, 700);
    Classifier restored = make(spec, new HeapModelStore());
    StateReader.open("test", state(never)).load("it", restored);
    learn(never, 700, 1400);
    learn(restored, 700, 1400);
    assertThat(state(restored)).isEqualTo(state(never));
  }

  @Test
  void statesPutLongAgoAreForgotten() {
    Classifier c = make("models=1, learner=majority, stored=2", new HeapModelStore());
    for (String key : new String[] {"a", "b", "c", "d"}) {
      c.learn(event(key, 0, 0), 1, 1); // a, b and c are in the store by then, a two puts ago
    }
    assertThat(scores(c, event("a", 0, 0))).containsExactly(0.5, 0.5);
    assertThat(scores(c, event("b", 0, 0))).containsExactly(0, 1);
  }

  @Test
  void memoryIsFlatHoweverManyKeysThereAre() {
    PerKey.OfClassifier c = (PerKey.OfClassifier) make("learner=gaussian_nb, max_bytes=1MB", null);
    long at10 = 0;
    for (int i = 0; i < 100_000; i++) {
      c.learn(event("key" + i, i, 0), i & 1, 1);
      at10 = i == 10_000 ? c.memoryBytes() : at10;
    }
    assertThat(c.memoryBytes()).isLessThan(1 << 20).isCloseTo(at10, within(at10 / 20));
    assertThat(c.memoryBytes()).isCloseTo(HeapWalk.bytes(c), within(HeapWalk.bytes(c) / 5));
    assertThat(c.models.size()).isGreaterThan(300);
  }
}
