package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
  @TempDir Path folder;

  /** The queue of questions and its log take room like all else. */
  @Test
  void theLimitCountsQuestions() throws Exception {
    try (StateFolder f = new StateFolder(folder, 10_000)) {
      f.lock();
      assertThat(f.over(9_000)).isFalse();
      Files.write(folder.resolve("questions.db"), new byte[1_500]);
      Files.write(folder.resolve("questions.db-wal"), new byte[1_000]);
      f.recount();
      assertThat(f.over(7_000)).isFalse();
      assertThat(f.over(8_000)).isTrue();
      assertThatThrownBy(() -> f.check(8_000))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(
              "journal, snapshots and questions in " + folder + " take 10500 bytes");
    }
  }
}
