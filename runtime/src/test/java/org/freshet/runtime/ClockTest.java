package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.freshet.core.Features;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setting;
import org.freshet.runtime.journal.Disk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clocks that jump, and times that cannot be. */
@Timeout(120)
class ClockTest {
  private static final long HOUR = 3_600_000L;
  private static final long DAY = 24 * HOUR;
  private static final long YEAR = 365 * DAY;

  @TempDir Path folder;
  private final AtomicLong wall = new AtomicLong(Script.START);
  private final AtomicLong nanos = new AtomicLong(77);
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  private void pass(long millis) {
    wall.addAndGet(millis);
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void aJumpBackStandsStillAndAJumpAheadIsTakenWhenItLasts() {
    Clock clock = new Clock(wall::get, nanos::get, DAY);
    assertThat(clock.now()).isEqualTo(Script.START);
    pass(1000);
    assertThat(clock.now()).isEqualTo(Script.START + 1000);
    wall.addAndGet(-HOUR);
    pass(1000);
    assertThat(clock.now()).isEqualTo(Script.START + 1000);
    wall.addAndGet(HOUR);
    assertThat(clock.now()).isEqualTo(Script.START + 2000);

    wall.addAndGet(YEAR);
    pass(30_000);
    assertThat(clock.now()).as("as if nothing happened").isEqualTo(Script.START + 32_000);
    wall.addAndGet(-YEAR); // somebody set it right
    pass(1000);
    assertThat(clock.now()).isEqualTo(Script.START + 33_000);

    wall.addAndGet(YEAR);
    clock.now();
    pass(59_000);
    assertThat(clock.now()).isEqualTo(Script.START + 92_000);
    pass(1000);
    assertThat(clock.now()).as("the machine had slept").isEqualTo(Script.START + YEAR + 93_000);
    wall.addAndGet(HOUR);
    assertThat(clock.now()).as("less than a day").isEqualTo(wall.get());
  }

  private Live live(HandFeed hand, String... settings) throws InterruptedException {
    PipelineFile file =
        PipelineFile.parse(
            "clock.yaml",
            """
            name: clock
            source: { sea: {} }
            pipeline: [standard_scaler, hoeffding_tree]
            labels: { timeout: 7d, on_timeout: drop }
            state: { directory: s, every: 1h }
            """,
            folder,
            List.of(settings).stream().map(Setting::parse).toList());
    LiveListener listener =
        new LiveListener() {
          @Override
          public void happened(Happening kind, String text) {
            said.add(text);
          }
        };
    Live live = new Live(file, List.of(hand), 1, "test", listener, wall::get, Disk.REAL);
    live.start(List.of());
    return live;
  }

  private static long ask(Live live, ToLongFunction<Replica> question) {
    try {
      return live.read(question::applyAsLong).get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
      Thread.sleep(2);
    }
  }

  private static void untimed(Live live, HandFeed hand) throws InterruptedException {
    long before = ask(live, Replica::answers);
    hand.events(1, Features.NO_TIME);
    await(() -> ask(live, Replica::answers) == before + 1);
  }

  @Test
  void whatWaitsOutlastsClocksSetWrong() throws Exception {
    HandFeed hand = new HandFeed();
    Live live = live(hand);
    untimed(live, hand);
    wall.addAndGet(-10 * YEAR);
    untimed(live, hand);
    assertThat(ask(live, r -> r.engine().clock())).isEqualTo(Script.START);
    wall.addAndGet(10 * YEAR + 60_000);
    await(() -> ask(live, r -> r.engine().clock()) == Script.START + 60_000); // a tick
    wall.addAndGet(YEAR);
    untimed(live, hand);
    wall.addAndGet(-YEAR);
    untimed(live, hand);
    hand.events(1, Script.START - 20 * YEAR); // a time long ago moves nothing
    for (int i = 0; i < 5; i++) {
      hand.label("e" + i, "yes", Script.START);
    }
    await(() -> ask(live, r -> r.engine().counts().labels()) == 5);
    assertThat(ask(live, r -> r.engine().counts().timedOut())).isZero();
    live.close();
    live.ended().get();
  }

  @Test
  void anEventOfTheFarFutureGivesNobodyUp() throws Exception {
    HandFeed hand = new HandFeed();
    Live live = live(hand);
    hand.events(2, Script.START);
    hand.events(1, 1000 * Script.START); // microseconds
    hand.label("e1", "yes", Long.MAX_VALUE);
    await(() -> ask(live, r -> r.engine().counts().labels()) == 1);
    assertThat(ask(live, r -> r.engine().clock())).isEqualTo(Script.START);
    assertThat(ask(live, r -> r.engine().counts().timedOut())).isZero();
    assertThat(said)
        .anyMatch(
            s ->
                s.startsWith("event 'e2' has the time 1700000000000000, which is more than")
                    && s.contains("limits.ahead, 1d"));
    hand.events(1, Script.START + DAY); // within it
    await(() -> ask(live, r -> r.engine().clock()) == Script.START + DAY);
    live.close();
    live.ended().get();
  }

  @Test
  void whoAllowsAnyTimeGetsWhatItDoes() throws Exception {
    HandFeed hand = new HandFeed();
    Live live = live(hand, "limits.ahead=0");
    hand.events(2, Script.START);
    hand.events(1, Script.START + 20 * YEAR);
    await(() -> ask(live, Replica::answers) == 3);
    assertThat(ask(live, r -> r.engine().counts().timedOut())).isEqualTo(2);
    live.close();
    live.ended().get();
  }
}
