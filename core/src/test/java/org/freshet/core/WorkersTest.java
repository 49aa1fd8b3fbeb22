package org.freshet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void doEachPieceOnce(int threads) {
    try (Workers workers = new Workers(threads)) {
      AtomicIntegerArray done = new AtomicIntegerArray(37);
      for (int round = 1; round <= 50; round++) {
        workers.run(37, done::incrementAndGet);
        for (int i = 0; i < 37; i++) {
          assertThat(done.get(i)).isEqualTo(round);
        }
      }
    }
  }

  @Test
  void aFailureReachesTheCallerAndTheyGoOnWorking() {
    try (Workers workers = new Workers(2)) {
      assertThatThrownBy(
              () ->
                  workers.run(
                      8,
                      i -> {
                        if (i == 5) {
                          throw new IllegalStateException("piece 5");
                        }
                      }))
          .hasMessage("piece 5");
      AtomicIntegerArray done = new AtomicIntegerArray(4);
      workers.run(4, done::incrementAndGet);
      assertThat(done.toString()).isEqualTo("[1, 1, 1, 1]");
    }
  }

  @Test
  void refusesNoThreads() {
    assertThatThrownBy(() -> new Workers(0)).hasMessage("threads is 0, allowed 1 to 256");
  }
}
