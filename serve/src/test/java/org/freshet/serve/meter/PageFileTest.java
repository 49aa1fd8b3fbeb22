package org.freshet.serve.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.engine.Rolling;
import org.freshet.runtime.Happening;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page shows of earlier runs. */
class PageFileTest {
  private static final List<String> MODELS = List.of("champion", "no_change");

  @TempDir Path folder;

  /** What a run has. */
  private final class Run {
    final History history = new History();
    final EventLog log = new EventLog("p");
    final Watches watches = new Watches();
    final Drifts drifts = new Drifts();
    final Map<String, Rolling> models = new LinkedHashMap<>();
    final PageFile file = new PageFile(folder.resolve("page"), history, log, watches, drifts);

    Run(List<String> names, boolean classes) {
      names.forEach(n -> models.put(n, new Rolling(classes)));
    }

    void point(long time, float events, float... ofModels) {
      float[] v = new float[History.FIXED.size() + ofModels.length];
      v[0] = events;
      System.arraycopy(ofModels, 0, v, History.FIXED.size(), ofModels.length);
      history.add(new History.Point(time, v));
    }

    void write() {
      file.write(History.names(models.keySet()), PageFile.models(models, null));
    }
  }

  private Run before(boolean classes) {
    Run r = new Run(MODELS, classes);
    for (int i = 0; i < 1500; i++) {
      r.point(1_000L * i, i, 0.5f, 0.25f);
      r.models.get("champion").add(i % 4 == 0 ? 0 : 1, 1);
    }
    for (int i = 0; i < 1200; i++) {
      r.log.keep(Happening.ALARM, "alarm " + i);
    }
    r.watches.measured("psi", "amount", 0.1, 0.2);
    r.watches.measured("psi", "amount", 0.3, 0.2);
    r.drifts.before(17);
    r.models.values().forEach(Rolling::publish);
    r.write();
    return r;
  }

  @Test
  void aRunGoesOnWhereTheOneBeforeEnded() {
    Run a = before(true);
    Run b = new Run(MODELS, true);
    b.point(2_000_000, 9);
    b.log.keep(Happening.STATE, "waits");
    b.file.read(b.models, null);

    assertThat(b.history.after(-1)).hasSameSizeAs(a.history.after(-1)); // the oldest left
    History.Point last = b.history.after(1_498_000).get(0);
    assertThat(last.time()).isEqualTo(1_499_000);
    assertThat(last.values()).startsWith(1499).endsWith(0.5f, 0.25f);
    assertThat(b.history.after(1_499_000))
        .extracting(History.Point::time)
        .containsExactly(2_000_000L);

    List<EventLog.Entry> log = b.log.from(1199);
    assertThat(log).extracting(EventLog.Entry::text).containsExactly("alarm 1199", "waits");
    assertThat(log).extracting(EventLog.Entry::number).containsExactly(1199L, 1200L);
    assertThat(b.log.count(Happening.ALARM)).isZero(); // of this run

    Watches.Measured psi = b.watches.get(new Watches.Key("psi", "amount"));
    assertThat(psi.trail()).containsExactly(0.1f, 0.3f);
    assertThat(psi.limit()).isEqualTo(0.2);
    assertThat(b.drifts.ever()).isEqualTo(17);
    assertThat(b.drifts.count()).isZero();

    Rolling was = a.models.get("champion");
    Rolling is = b.models.get("champion");
    assertThat(is.ofShort()).isEqualTo(was.ofShort()).isEqualTo(0.75);
    assertThat(is.ofLong()).isEqualTo(was.ofLong());
    for (int i = 0; i < 700; i++) {
      was.add(1, 1);
      is.add(1, 1);
    }
    was.publish();
    is.publish();
    assertThat(is.ofShort()).isEqualTo(was.ofShort());
    assertThat(is.labels()).isEqualTo(2200);
  }

  @Test
  void itStaysSmall() throws Exception {
    before(true);
    assertThat(Files.size(folder.resolve("page"))).isLessThan(200_000);
  }

  @Test
  void errorsOfNumbersGoOnToo() {
    Run a = before(false);
    Run b = new Run(MODELS, false);
    b.file.read(b.models, null);
    assertThat(b.models.get("champion").ofLong()).isEqualTo(a.models.get("champion").ofLong());
  }

  @Test
  void otherModelsTakeWhatIsTheirs() {
    before(true);
    Run b = new Run(List.of("champion", "forest", "no_change"), true);
    b.file.read(b.models, null);
    float[] values = b.history.after(1_498_000).get(0).values();
    assertThat(values).endsWith(0.5f, Float.NaN, 0.25f);
    assertThat(b.models.get("forest").ofShort()).isNaN();
  }

  @Test
  void aDamagedOneIsLeftOut() throws Exception {
    before(true);
    Path file = folder.resolve("page");
    byte[] bytes = Files.readAllBytes(file);
    for (int at : new int[] {9, bytes.length / 2, bytes.length - 2}) {
      byte[] bad = bytes.clone();
      bad[at] ^= 1;
      Files.write(file, bad);
      Run b = new Run(MODELS, true);
      b.file.read(b.models, null);
      assertThat(b.history.after(-1)).isEmpty();
      assertThat(b.log.next()).isZero();
    }
    Files.write(file, java.util.Arrays.copyOf(bytes, 100));
    Run b = new Run(MODELS, true);
    b.file.read(b.models, null);
    assertThat(b.history.after(-1)).isEmpty();
  }

  @Test
  void nothingIsWrittenOnceTheFolderIsLetGo() throws Exception {
    Run a = before(true);
    a.file.last(History.names(a.models.keySet()), PageFile.models(a.models, null));
    Files.delete(folder.resolve("page"));
    a.write();
    assertThat(folder.resolve("page")).doesNotExist();
  }
}
