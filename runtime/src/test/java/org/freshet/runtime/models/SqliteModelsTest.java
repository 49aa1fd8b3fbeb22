package org.freshet.runtime.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.HeapModelStore;
import org.freshet.core.state.ModelStore;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteModelsTest {
  @TempDir Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] state) {
    return state == null ? null : new String(state, StandardCharsets.UTF_8);
  }

  private long rows(Path file) throws Exception {
    try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement s = c.createStatement();
        ResultSet r = s.executeQuery("SELECT count(*) FROM models_a")) {
      return r.next() ? r.getLong(1) : -1;
    }
  }

  @Test
  void everyVersionIsWhatWasNewestThen() {
    Path file = folder.resolve("models.db");
    try (SqliteModels models = new SqliteModels(file)) {
      ModelStore writer = models.writer().space("a");
      ModelStore reader = models.reader().space("a");
      Map<Integer, TreeMap<Long, String>> expected = new HashMap<>();
      Rng rng = new Rng(3);
      for (long v = 1; v <= 1000; v++) {
        int key = rng.nextInt(40);
        writer.put(key, -key, v, bytes(key + "@" + v));
        expected.computeIfAbsent(key, k -> new TreeMap<>()).put(v, key + "@" + v);
        int asked = rng.nextInt(40);
        long upTo = 1 + rng.nextInt((int) v);
        long after = Math.max(0, upTo - rng.nextInt(100));
        Map.Entry<Long, String> newest =
            expected.getOrDefault(asked, new TreeMap<>()).floorEntry(upTo);
        String e = newest == null || newest.getKey() <= after ? null : newest.getValue();
        assertThat(text(writer.get(asked, -asked, after, upTo))).isEqualTo(e);
        assertThat(text(reader.get(asked, -asked, after, upTo))).isEqualTo(e);
      }
      assertThat(writer.get(1, 1, 0, 1000)).isNull();
      assertThat(models.writer().space("b").get(1, -1, 0, 1000)).isNull();
    }
  }

  @Test
  void whatWasPutBehindTheSnapshotIsVoidAfterACrash() throws Exception {
    Path file = folder.resolve("models.db");
    try (SqliteModels models = new SqliteModels(file)) {
      ModelStore writer = models.writer();
      for (long v = 1; v <= 100; v++) {
        writer.space("a").put(v % 10, 0, v, bytes("v" + v));
      }
      models.mark(SqliteModels.versions(writer), 7);
      for (long v = 101; v <= 300; v++) {
        writer.space("a").put(v % 10, 0, v, bytes("v" + v));
      }
      crash(file);
    }
    Path after = folder.resolve("crashed.db");
    assertThat(rows(after)).isBetween(101L, 300L);
    try (SqliteModels models = new SqliteModels(after)) {
      ModelStore a = models.writer().space("a");
      a.resume(100);
      for (long k = 0; k < 10; k++) {
        assertThat(text(a.get(k, 0, 0, 1000))).isEqualTo("v" + (k == 0 ? 100 : 90 + k));
      }
      a.put(3, 0, 101, bytes("another way"));
      assertThat(text(a.get(3, 0, 0, 101))).isEqualTo("another way");
      assertThat(text(a.get(1, 0, 0, 101))).isEqualTo("v91");
    }
    try (SqliteModels models = new SqliteModels(after)) {
      // from the first event on: nothing of before is seen
      assertThat(models.writer().space("a").get(3, 0, 0, 1000)).isNull();
    }
  }

  /** What a crash leaves: the files as they are while the program runs. */
  private void crash(Path file) throws Exception {
    for (String end : List.of("", "-wal")) {
      Path part = folder.resolve("models.db" + end);
      if (Files.exists(part)) {
        Files.copy(part, folder.resolve("crashed.db" + end), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @Test
  void statesNoSnapshotNeedsAreDeleted() throws Exception {
    Path file = folder.resolve("models.db");
    try (SqliteModels models = new SqliteModels(file)) {
      ModelStore writer = models.writer();
      ModelStore a = writer.space("a");
      for (long v = 1; v <= 5000; v++) {
        a.put(v % 10, 0, v, bytes("v" + v));
        if (v % 1000 == 0) {
          models.mark(SqliteModels.versions(writer), v);
        }
      }
      models.prune(2000);
      // the ten newest of version 2000, and all later ones
      assertThat(rows(file)).isEqualTo(3010);
      assertThat(text(a.get(4, 0, 0, 2000))).isEqualTo("v1994");
      models.prune(5000);
      assertThat(rows(file)).isEqualTo(10);
      assertThat(text(a.get(4, 0, 0, 5000))).isEqualTo("v4994");
      a.get(4, 0, 4997, 5000); // its user forgets after three
      models.prune(5000);
      assertThat(rows(file)).isEqualTo(3);
      assertThat(models.bytes()).isPositive();
    }
  }

  private static final Schema DEVICES =
      Schema.classification(List.of(Column.numeric("x")), "y", "off", "on");

  private static Classifier make(ModelStore store) {
    return Components.create(
        Spec.parse("per_key(models=5, beyond=store, learner=gaussian_nb)"),
        Build.of(DEVICES).withStore(store),
        Classifier.class);
  }

  private static void learn(Classifier c, int from, int to) {
    for (int i = from; i < to; i++) {
      Rng rng = new Rng(i);
      Batch b = new Batch(DEVICES, 1);
      b.beginRow();
      b.set(0, rng.nextGaussian());
      b.setKey("k" + rng.nextInt(50));
      b.endRow();
      c.learn(b.row(0), rng.nextInt(2), 1);
    }
  }

  private static byte[] state(Classifier c) {
    StateWriter out = new StateWriter();
    out.put("it", c);
    return out.toBytes();
  }

  @Test
  void aModelOfEachKeyFollowedRecoveredAndPruned() throws Exception {
    Path file = folder.resolve("models.db");
    byte[] snapshot;
    byte[] later;
    try (SqliteModels models = new SqliteModels(file)) {
      ModelStore writer = models.writer();
      Classifier live = make(writer);
      learn(live, 0, 700);
      snapshot = state(live);
      models.mark(SqliteModels.versions(writer), 1);
      learn(live, 700, 1500);
      later = state(live);
      learn(live, 1500, 2500);
      models.prune(1);
      ModelStore reader = models.reader();
      Classifier follower = make(reader);
      StateReader.open("test", snapshot).load("it", follower);
      learn(follower, 700, 1500);
      assertThat(state(follower)).isEqualTo(later);
      models.mark(SqliteModels.versions(reader), 2);
      models.prune(2);
      crash(file);
    }
    try (SqliteModels models = new SqliteModels(folder.resolve("crashed.db"))) {
      Classifier recovered = make(models.writer());
      StateReader.open("test", later).load("it", recovered);
      learn(recovered, 1500, 2500);
      Classifier never = make(new HeapModelStore());
      learn(never, 0, 2500);
      double[] found = new double[2];
      double[] expected = new double[2];
      Batch b = new Batch(DEVICES, 1);
      for (int k = 0; k < 50; k++) {
        b.clear();
        b.beginRow();
        b.set(0, 0.2);
        b.setKey("k" + k);
        b.endRow();
        recovered.scores(b.row(0), found);
        never.scores(b.row(0), expected);
        assertThat(found).containsExactly(expected);
      }
    }
  }
}
