package org.freshet.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrcTest {
  private static int crc(byte[] a, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(a, from, to - from);
    return (int) crc.getValue();
  }

  @Test
  void joinsTheChecksumsOfTwoRuns() {
    Rng rng = new Rng(3);
    byte[] a = new byte[5000];
    for (int i = 0; i < a.length; i++) {
      a[i] = (byte) rng.nextLong();
    }
    for (int cut = 0; cut <= a.length; cut += 1 + rng.nextInt(97)) {
      assertThat(Crc.joined(crc(a, 0, cut), crc(a, cut, a.length), a.length - cut))
          .isEqualTo(crc(a, 0, a.length));
    }
  }

  /** Written straight to a file or first to memory, in pieces or not: the same bytes. */
  @Test
  void aContainerWrittenToAFileIsTheSame(@TempDir Path folder) throws Exception {
    double[] numbers = new double[200_000];
    long[] longs = new long[70_000];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Math.sin(i);
      longs[i % longs.length] = i * 31L;
    }
    StateWriter memory = new StateWriter();
    fill(memory, numbers, longs);
    Path file = folder.resolve("s");
    long[] size = new long[1];
    StateFiles.write(file, out -> fill(out, numbers, longs), n -> size[0] = n);
    assertThat(Files.readAllBytes(file)).isEqualTo(memory.toBytes()).hasSize((int) size[0]);
    StateReader in = StateReader.open("s", memory.toBytes());
    assertThat(in.doubles("numbers")).isEqualTo(numbers);
    assertThat(in.child("deep").longs("longs")).isEqualTo(longs);
    assertThat(in.has("deep")).isTrue();
    assertThat(in.has("dee")).isFalse();
  }

  private static void fill(StateWriter out, double[] numbers, long[] longs) {
    out.put("numbers", numbers);
    out.child("deep").put("longs", longs);
    out.put("ints", new int[] {1, 2, 3});
    out.put("floats", new float[] {1, 2});
    out.put("bytes", new byte[300_000]);
    out.put("text", "x".repeat(400_000));
  }
}
