package org.freshet.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFilesTest {
  @TempDir Path folder;

  @Test
  void replacesAFileAndLeavesNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "old");
    StateFiles.write(file, new byte[] {1, 2});
    assertThat(Files.readAllBytes(file)).containsExactly(1, 2);
    try (var all = Files.list(folder)) {
      assertThat(all).containsExactly(file);
    }
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("b"), file);
    StateFiles.write(link, new byte[] {3});
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(Files.readAllBytes(file)).containsExactly(3);
  }

  @Test
  void aFullDeviceIsToldAndStaysADevice() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full) && !Files.isRegularFile(full), "needs the device /dev/full");
    assertThatThrownBy(() -> StateFiles.write(full, new byte[] {1}))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot write /dev/full");
    assertThat(Files.isRegularFile(full)).isFalse();
  }
}
