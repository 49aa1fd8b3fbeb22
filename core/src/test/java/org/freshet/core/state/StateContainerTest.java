package org.freshet.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.freshet.core.Rng;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateContainerTest {
  private static byte[] sample() {
    StateWriter out = new StateWriter();
    fill(out);
    return out.toBytes();
  }

  private static void fill(StateWriter out) {
    out.put("flag", true);
    out.put("n", 42L);
    out.put("x", -0.5);
    out.put("word", "čas");
    out.put("raw", new byte[] {1, 2, 3});
    out.put("ints", new int[] {7, -8, 9}, 2);
    out.put("floats", new float[] {1.5f});
    StateWriter child = out.child("child");
    child.put("longs", new long[] {Long.MIN_VALUE, 5});
    child.put("doubles", new double[] {Double.NaN, 2});
    child.put("names", new String[] {"a", null, "", "bcd"});
  }

  @Test
  void aKeptStateIsWrittenAsItWas() {
    long[] changing = new long[100_000];
    String[] texts = {"ž", "\uD83D", "\uDE00", "\uD83D\uDE00"};
    byte[] before = bytes(out -> fillMore(out, changing, texts));
    KeptState kept = KeptState.of(out -> fillMore(out, changing, texts));
    Arrays.fill(changing, 7);
    texts[0] = "other";
    assertThat(bytes(kept::writeTo)).isEqualTo(before);
    assertThat(StateReader.open("s", before).child("in").child("side").strings("texts"))
        .containsExactly("ž", "?", "?", "\uD83D\uDE00");
  }

  @Test
  void theMemoryOfAKeptStateIsTakenForTheNext() {
    long[] values = new long[200_000];
    Arrays.setAll(values, i -> 31L * i);
    KeptState first = KeptState.of(out -> out.put("a", values));
    byte[] then = bytes(first::writeTo);
    List<byte[]> memory = List.copyOf(first.memory());
    Arrays.setAll(values, i -> 37L * i);
    byte[] now = bytes(out -> out.put("a", values, 100_000));
    KeptState second = KeptState.of(out -> out.put("a", values, 100_000), first);
    assertThat(bytes(second::writeTo)).isEqualTo(now).isNotEqualTo(then);
    assertThat(second.memory()).isNotEmpty().hasSizeLessThan(memory.size());
    assertThat(memory).containsAll(second.memory());
  }

  private static byte[] bytes(Consumer<StateWriter> state) {
    StateWriter out = new StateWriter();
    state.accept(out);
    return out.toBytes();
  }

  private static void fillMore(StateWriter out, long[] longs, String[] texts) {
    fill(out);
    StateWriter in = out.child("in").child("side");
    in.put("longs", longs);
    in.put("texts", texts);
    in.put("behind", 1L);
  }

  @Test
  void valuesGivenOneByOneAreThoseOfAnArray() {
    double[] a = new double[70_001]; // more than one piece
    Arrays.setAll(a, i -> i * 0.1);
    byte[] whole = bytes(out -> out.put("a", a));
    assertThat(
            bytes(
                out -> {
                  StateWriter.Values values = out.doubles("a", a.length);
                  values.put(a[0]);
                  values.put(a, 1, 60_000);
                  for (int i = 60_001; i < a.length; i++) {
                    values.put(a[i]);
                  }
                  values.end();
                }))
        .isEqualTo(whole);
    StateWriter out = new StateWriter();
    StateWriter.Values two = out.ints("two", 2);
    two.put(1);
    assertThatThrownBy(() -> out.put("x", 1L)).hasMessageContaining("while 'two' is open");
    assertThatThrownBy(two::end).hasMessageContaining("lacks 1 of the values");
  }

  @Test
  void everyTypeComesBack() {
    StateReader in = StateReader.open("s", sample());
    assertThat(in.bool("flag")).isTrue();
    assertThat(in.longValue("n")).isEqualTo(42);
    assertThat(in.doubleValue("x")).isEqualTo(-0.5);
    assertThat(in.string("word")).isEqualTo("čas");
    assertThat(in.bytes("raw")).containsExactly(1, 2, 3);
    assertThat(in.ints("ints")).containsExactly(7, -8);
    assertThat(in.floats("floats")).containsExactly(1.5f);
    StateReader child = in.child("child");
    assertThat(child.longs("longs", 2)).containsExactly(Long.MIN_VALUE, 5);
    assertThat(child.doubles("doubles")).containsExactly(Double.NaN, 2);
    assertThat(child.strings("names")).containsExactly("a", null, "", "bcd");
    assertThat(in.has("child")).isTrue();
    assertThat(in.has("chil")).isFalse();
  }

  @Test
  void everyRefusalSaysWhereAndWhat() {
    StateReader in = StateReader.open("model.frs", sample());
    refused(() -> in.longValue("m"), "model.frs: corrupt: entry 'm' is missing");
    refused(
        () -> in.longValue("x"), "model.frs: corrupt: entry 'x' is of type DOUBLE, expected LONG");
    refused(() -> in.intValue("n", 0, 41), "model.frs: corrupt: entry 'n' is 42, allowed 0 to 41");
    refused(
        () -> in.child("child").longs("longs", 3),
        "model.frs: corrupt: entry 'child/longs' has 2 values, expected 3");
    refused(
        () -> StateReader.open("f", Arrays.copyOf(sample(), 10)),
        "f: corrupt: not a Freshet snapshot, or cut off in its header");
    byte[] short1 = Arrays.copyOf(sample(), sample().length - 1);
    int found = short1.length - 24;
    refused(
        () -> StateReader.open("f", short1),
        "f: corrupt: the header says "
            + (found + 1)
            + " bytes of content, found "
            + found
            + "; the file is cut off or was changed");
    byte[] flipped = sample();
    flipped[40] ^= 4;
    refused(
        () -> StateReader.open("f", flipped),
        "f: corrupt: the checksum does not match; the file was damaged");
    byte[] newer = sample();
    newer[8] = 9;
    refused(
        () -> StateReader.open("f", newer),
        "f: corrupt: the checksum does not match; the file was damaged");
    seal(newer);
    assertThatThrownBy(() -> StateReader.open("f", newer))
        .hasMessage(
            "f: too new: container version 9, this program reads up to 1; use the newer Freshet that wrote it")
        .extracting(e -> ((StateException) e).verdict())
        .isEqualTo(Verdict.TOO_NEW);
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable code, String message) {
    assertThatThrownBy(code).isInstanceOf(StateException.class).hasMessage(message);
  }

  @Test
  void aNameIsUsedOnceAndIsPlain() {
    StateWriter out = new StateWriter();
    out.put("a", 1L);
    assertThatThrownBy(() -> out.put("a", 2L)).hasMessage("state entry 'a' is written twice");
    assertThatThrownBy(() -> out.put("a/b", 2L))
        .hasMessage("state name 'a/b' has the character '/'");
  }

  /**
   * Whatever a container's bytes are, with the checksum made right: an answer or a StateException.
   */
  @Test
  void survivesThousandsOfForgedContainers() {
    Rng rng = new Rng(77);
    byte[] good = sample();
    int accepted = 0;
    for (int k = 0; k < 20_000; k++) {
      byte[] bad = good.clone();
      for (int flips = 1 + rng.nextInt(3); flips > 0; flips--) {
        bad[20 + rng.nextInt(bad.length - 24)] = (byte) rng.nextLong();
      }
      accepted += read(seal(bad)) ? 1 : 0;
    }
    assertThat(accepted).isGreaterThan(100);
  }

  private static byte[] seal(byte[] container) {
    CRC32C crc = new CRC32C();
    crc.update(container, 0, container.length - 4);
    ByteBuffer.wrap(container)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(container.length - 4, (int) crc.getValue());
    return container;
  }

  private static boolean read(byte[] container) {
    try {
      StateReader in = StateReader.open("f", container);
      in.paths().forEach(in::describe);
      in.bool("flag");
      in.string("word");
      in.ints("ints");
      in.child("child").doubles("doubles");
      in.child("child").strings("names");
      return true;
    } catch (StateException refused) {
      return false;
    }
  }

  @Test
  void aFileIsReplacedWholeOrNotAtAll(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("s.frs");
    StateFiles.write(file, new byte[] {1});
    StateFiles.write(file, new byte[] {2, 3});
    assertThat(Files.readAllBytes(file)).containsExactly(2, 3);
    try (var all = Files.list(folder)) {
      assertThat(all).hasSize(1);
    }
    Path nowhere = folder.resolve("missing").resolve("s.frs");
    assertThatThrownBy(() -> StateFiles.write(nowhere, new byte[1]))
        .hasMessageStartingWith("cannot write " + nowhere);
    assertThatCode(() -> StateReader.open("s", sample())).doesNotThrowAnyException();
  }
}
