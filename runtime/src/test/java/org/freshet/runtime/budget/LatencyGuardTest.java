package org.freshet.runtime.budget;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyGuardTest {
  private static final long SECOND = 1_000_000_000L;
  private final LatencyGuard guard = new LatencyGuard(2, false);
  private long now = 100 * SECOND;

  /** What is decided during some seconds in which each of 1000 events a second takes so long. */
  private String during(int seconds, double millis) {
    String decided = null;
    for (int i = 0; i < 100 * seconds; i++) {
      now += SECOND / 100;
      guard.answered(10, (long) (millis * 1e6));
      String d = guard.decide(now);
      decided = d == null ? decided : decided == null ? d : decided + ", " + d;
    }
    return decided;
  }

  @Test
  void fallsBackOverTheLimitAndComesBackLater() {
    assertThat(during(10, 1.9)).isNull();
    assertThat(during(2, 2.5)).isEqualTo("fallback on");
    assertThat(guard.p95()).isEqualTo(2_500_000);
    assertThat(during(60, 1.5)).as("not below half").isNull();
    assertThat(during(2, 0.1)).isEqualTo("fallback off");
    assertThat(during(60, 1.5)).isNull();
  }

  @Test
  void oneSlowEventInThirtyIsNone() {
    for (int i = 0; i < 3000; i++) {
      now += SECOND / 100;
      guard.answered(1, i % 30 == 0 ? 50_000_000 : 100_000);
      assertThat(guard.decide(now)).isNull();
    }
  }

  @Test
  void comingBackTooEarlyMakesTheNextTimeLonger() {
    assertThat(during(2, 9)).isEqualTo("fallback on");
    assertThat(during(3, 0.1)).as("five seconds at least").isNull();
    assertThat(during(3, 0.1)).isEqualTo("fallback off");
    assertThat(during(2, 9)).isEqualTo("fallback on");
    assertThat(during(8, 0.1)).as("ten now").isNull();
    assertThat(during(3, 0.1)).isEqualTo("fallback off");
    assertThat(during(30, 0.1)).isNull();
    assertThat(during(2, 9)).isEqualTo("fallback on");
    assertThat(during(6, 0.1)).as("it had held out: five again").isEqualTo("fallback off");
  }
}
