package org.freshet.runtime.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.section.WatchSection;
import org.junit.jupiter.api.Test;

class WatchesTest {
  private static final Schema SCHEMA =
      Schema.classification(
          List.of(
              Column.numeric("normal"),
              Column.numeric("heavy"),
              Column.numeric("dice"),
              Column.numeric("gaps").withMissing(true),
              Column.category("colour", "red", "green", "blue", "none")),
          "y",
          "no",
          "yes");

  private static WatchSection.Parameters settings(String watch) {
    return PipelineFile.parse(
            "w.yaml",
            "source: { sea: { events: 10 } }\npipeline: majority\n" + watch,
            Path.of("."),
            List.of())
        .live()
        .watch();
  }

  /** An event drawn by chance; its label is whether the first two have the same sign. */
  private static void draw(Random rng, double[] x) {
    x[0] = rng.nextGaussian();
    x[1] = Math.exp(2 * rng.nextGaussian()) * (rng.nextBoolean() ? 1 : -1);
    x[2] = rng.nextInt(6);
    x[3] = rng.nextDouble() < 0.1 ? Double.NaN : rng.nextDouble();
    x[4] = rng.nextInt(3);
    x[5] = x[0] > 0 ? 1 : 0;
  }

  /** Alarms over events, of which those from {@code from} on are changed. */
  private static List<Alarm> alarms(
      Watches w, int events, long seed, int from, Consumer<double[]> change, int chunk) {
    List<Alarm> alarms = new ArrayList<>();
    Random rng = new Random(seed);
    double[] x = new double[6];
    Batch batch = new Batch(SCHEMA, chunk);
    Outcomes out = new Outcomes();
    try (Engine engine =
        new Engine(
            SCHEMA,
            org.freshet.core.component.Spec.parse("hoeffding_tree"),
            LabelPlan.afterEvents(20),
            1,
            1)) {
      for (int i = 0; i < events; i++) {
        draw(rng, x);
        if (i >= from) {
          change.accept(x);
        }
        batch.beginRow();
        for (int c = 0; c < 5; c++) {
          batch.set(c, x[c]);
        }
        batch.setLabel(x[5]);
        batch.endRow();
        if (batch.isFull() || i == events - 1) {
          engine.process(batch, 0, batch.size(), out);
          w.see(batch, out, e -> false);
          alarms.addAll(w.alarms());
          batch.clear();
        }
      }
    }
    return alarms;
  }

  private static List<Alarm> changed(String watch, Consumer<double[]> change) {
    return alarms(new Watches(settings(watch), SCHEMA, 1), 30_000, 5, 15_500, change, 64);
  }

  @Test
  void aStationaryStreamHasHardlyAnAlarm() {
    for (long seed = 1; seed <= 3; seed++) {
      Watches w = new Watches(settings(""), SCHEMA, seed);
      assertThat(alarms(w, 200_000, seed, 200_000, x -> {}, 1000)).isEmpty();
    }
  }

  @Test
  void smallWindowsHaveHardlyAFalseAlarmEither() {
    Watches w = new Watches(settings("watch: { window: 50 }\n"), SCHEMA, 1);
    assertThat(alarms(w, 100_000, 7, 100_000, x -> {}, 1000)).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void mmdOfAStationaryStreamIsQuiet() {
    Watches w = new Watches(settings("watch: { features: [mmd], window: 200 }\n"), SCHEMA, 1);
    assertThat(alarms(w, 60_000, 3, 60_000, x -> {}, 1000)).isEmpty();
  }

  private static void single(List<Alarm> alarms, String watch, String of, int window) {
    assertThat(alarms).extracting(Alarm::watch, Alarm::of).contains(tuple(watch, of));
    List<Alarm> own = alarms.stream().filter(a -> a.watch().equals(watch)).toList();
    assertThat(own).hasSize(1);
    assertThat(own.get(0).event()).isBetween(15_501L, 15_500L + 2 * window);
  }

  private static org.assertj.core.groups.Tuple tuple(Object... values) {
    return org.assertj.core.api.Assertions.tuple(values);
  }

  @Test
  void psiSeesAShiftWithinTwoWindowsAndSaysItOnce() {
    String psi = "watch: { features: [psi], profile: false, predictions: false }\n";
    single(changed(psi, x -> x[0] += 1), "psi", "normal", 1000);
    single(changed(psi, x -> x[2] = Math.min(x[2], 3)), "psi", "dice", 1000);
    single(changed(psi, x -> x[4] = x[4] == 0 ? 1 : x[4]), "psi", "colour", 1000);
    single(changed(psi, x -> x[3] = x[2] < 3 ? Double.NaN : x[3]), "psi", "gaps", 1000);
  }

  @Test
  void aNumberThatAlwaysGrowsIsOneAlarm() {
    double[] n = {0};
    List<Alarm> alarms =
        changed("watch: { profile: false, predictions: false }\n", x -> x[0] = 10 + n[0]++);
    assertThat(alarms.stream().filter(a -> a.of().equals("normal"))).hasSize(1);
  }

  @Test
  void mmdSeesWhatNoColumnShowsByItself() {
    // The two keep their distributions; they are no longer independent.
    Consumer<double[]> together = x -> x[2] = x[0] > 0 ? 5 - (int) x[2] % 3 : (int) x[2] % 3;
    single(
        changed("watch: { features: [mmd], predictions: false }\n", together),
        "mmd",
        "features",
        1000);
    assertThat(changed("watch: { features: [psi], predictions: false }\n", together)).isEmpty();
  }

  @Test
  void detectorsRunOnEachNumber() {
    List<Alarm> alarms =
        changed(
            "watch: { features: [\"kswin(alpha=0.0000001, window=400, stat_size=100)\"], profile: false,"
                + " predictions: false }\n",
            x -> x[3] += 0.5);
    assertThat(alarms).extracting(Alarm::watch, Alarm::of).containsExactly(tuple("kswin", "gaps"));
  }

  @Test
  void theProfileSeesMissingValuesStrangeValuesAndNewCategories() {
    String profile = "watch: { features: [], predictions: false }\n";
    single(changed(profile, x -> x[0] = x[2] == 0 ? Double.NaN : x[0]), "missing", "normal", 1000);
    single(changed(profile, x -> x[3] *= x[2] == 0 ? 3 : 1), "out_of_range", "gaps", 1000);
    single(changed(profile, x -> x[4] = x[2] == 0 ? 3 : x[4]), "new_category", "colour", 1000);
    // Once in a hundred is not an alarm.
    int[] n = {0};
    assertThat(changed(profile, x -> x[4] = n[0]++ % 200 == 0 ? 3 : x[4])).isEmpty();
  }

  @Test
  void theErrorTheAnswersAndTheLabelsAreWatched() {
    String some = "watch: { features: [], profile: false }\n";
    List<Alarm> error = changed(some, x -> x[5] = x[2] < 4 ? 1 - x[5] : x[5]);
    assertThat(error).extracting(Alarm::watch, Alarm::of).contains(tuple("adwin", "error"));
    assertThat(changed(some, x -> x[5] = (x[0] = Math.abs(x[0])) > 0 ? 1 : 0))
        .extracting(Alarm::watch, Alarm::of)
        .contains(tuple("psi", "answers"));
    int[] n = {0};
    assertThat(changed(some, x -> x[5] = n[0]++ % 3 == 0 ? x[5] : Double.NaN))
        .extracting(Alarm::watch, Alarm::of)
        .contains(tuple("adwin", "labels"));
  }

  @Test
  void howRowsAreDividedMakesNoDifferenceNorDoesStopping() {
    String all = "watch: { features: [psi, adwin, mmd], window: 100 }\n";
    Consumer<double[]> change = x -> x[0] += 1;
    Watches one = new Watches(settings(all), SCHEMA, 1);
    Watches two = new Watches(settings(all), SCHEMA, 1);
    List<Alarm> a = alarms(one, 4000, 9, 2050, change, 1);
    List<Alarm> b = alarms(two, 4000, 9, 2050, change, 977);
    assertThat(a).isNotEmpty().isEqualTo(b);
    assertThat(state(two)).isEqualTo(state(one));
    Watches again = new Watches(settings(all), SCHEMA, 1);
    again.load(StateReader.open("test", state(one)));
    assertThat(state(again)).isEqualTo(state(one));
    assertThat(alarms(again, 3000, 4, 1000, change, 64))
        .isEqualTo(alarms(one, 3000, 4, 1000, change, 64));
    assertThat(words(again)).isEqualTo(words(one));
    assertThat(state(again)).isEqualTo(state(one));
    Watches other = new Watches(settings("watch: { features: [psi], window: 100 }\n"), SCHEMA, 1);
    other.load(StateReader.open("test", state(one))); // begins anew
    assertThat(alarms(other, 500, 1, 500, change, 64)).isEmpty();
  }

  private static List<String> words(Watches w) {
    StateReader in = StateReader.open("test", state(w));
    return in.paths().stream().map(p -> p + " " + in.describe(p)).toList();
  }

  private static byte[] state(Watches w) {
    StateWriter out = new StateWriter();
    w.save(out);
    return out.toBytes();
  }

  @Test
  void whatIsNoWatchIsRefused() {
    assertThatThrownBy(() -> new Watches(settings("watch: { features: [psy] }\n"), SCHEMA, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("watch.features: 'psy' is no watch; expected psi, mmd or a drift detector");
    assertThatThrownBy(
            () -> new Watches(settings("watch: { features: [\"psi(bins=3)\"] }\n"), SCHEMA, 1))
        .hasMessage("watch.features: 'psi' does not have 'bins'");
  }
}
