package org.freshet.streams.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.freshet.core.Batch;
import org.freshet.core.FreshetException;
import org.freshet.core.Source;
import org.freshet.streams.Read;
import org.freshet.streams.Sources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  @TempDir Path folder;

  /** A file with values of a type: 8 is unsigned bytes. */
  private static byte[] idx(int type, int[] sizes, int... values) {
    int bytes = type == 8 || type == 9 ? 1 : type == 0x0b ? 2 : type == 0x0e ? 8 : 4;
    ByteBuffer b = ByteBuffer.allocate(4 + 4 * sizes.length + bytes * values.length);
    b.put((byte) 0).put((byte) 0).put((byte) type).put((byte) sizes.length);
    for (int s : sizes) {
      b.putInt(s);
    }
    for (int v : values) {
      switch (type) {
        case 0x0b -> b.putShort((short) v);
        case 0x0c -> b.putInt(v);
        case 0x0d -> b.putFloat(v / 4f);
        case 0x0e -> b.putDouble(v / 4.0);
        default -> b.put((byte) v);
      }
    }
    return b.array();
  }

  private static int[] sizes(int... s) {
    return s;
  }

  private Path images(byte[] content) {
    return Read.file(folder, "t-images-idx3-ubyte", content);
  }

  private void labels(int... labels) {
    Read.file(folder, "t-labels-idx1-ubyte", idx(8, sizes(labels.length), labels));
  }

  @Test
  void readsImagesWithTheLabelsBesideThem() {
    Path file = images(idx(8, sizes(3, 2, 2), 0, 51, 255, 1, 0, 0, 0, 0, 9, 8, 7, 6));
    labels(7, 0, 7);
    assertThat(Read.all(file, Map.of("scale", "raw")))
        .containsExactly("0 51 255 1 -> 7", "0 0 0 0 -> 0", "9 8 7 6 -> 7");
    try (Source s = Sources.open(file.toString())) {
      assertThat(s.schema().labels().declared()).as("classes are open").isZero();
      Batch batch = new Batch(s.schema(), 2);
      assertThat(s.read(batch, 2)).isEqualTo(2);
      assertThat(batch.row(0).get(1)).isEqualTo(51 / 255f); // single precision
      assertThat(batch.row(0).get(2)).isEqualTo(1);
    }
    assertThat(Read.columns(file, Map.of())).isEqualTo("x1:N x2:N x3:N x4:N | label CLASS");
  }

  @Test
  void readsGzipAndFindsPlainLabels() {
    labels(1, 2);
    byte[] content = idx(8, sizes(2, 1, 2), 1, 2, 3, 4);
    Path file = Read.file(folder, "t-images-idx3-ubyte.gz", content);
    assertThat(Read.all(file, Map.of("scale", "raw"))).containsExactly("1 2 -> 1", "3 4 -> 2");
  }

  @Test
  void readsOtherTypesAsTheyAre() {
    Path other = Read.file(folder, "o.idx", idx(0x0b, sizes(2, 2), 300, -2, 5, 6));
    assertThat(Read.all(other, Map.of("label", "none"))).containsExactly("300 -2 -> -", "5 6 -> -");
    other = Read.file(folder, "o.idx", idx(0x0d, sizes(1, 2), 1, -6));
    assertThat(Read.all(other, Map.of("label", "none"))).containsExactly("0.25 -1.5 -> -");
    other = Read.file(folder, "o.idx", idx(0x0e, sizes(1, 2), 1, -6));
    assertThat(Read.all(other, Map.of("label", "none"))).containsExactly("0.25 -1.5 -> -");
    other = Read.file(folder, "o.idx", idx(0x09, sizes(2), -1, 3));
    assertThat(Read.all(other, Map.of("label", "none"))).containsExactly("-1 -> -", "3 -> -");
  }

  @Test
  void whatIsWrongIsSaidInOneLine() {
    labels(1, 2);
    byte[] good = idx(8, sizes(2, 1, 2), 1, 2, 3, 4);
    fails(new byte[] {0, 0}, ": ends in its header; is it an IDX file?");
    fails(
        "P6 1".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        ": begins with the bytes 50 36 20 31, expected 00 00, a type and a number of dimensions; is"
            + " it an IDX file?");
    fails(
        Arrays.copyOf(good, good.length - 1),
        ": ends in item 2 of 2, the file is cut off; copy it again");
    fails(
        Arrays.copyOf(good, good.length + 1),
        ": goes on behind the 2 items its header announces; copy it again");
    fails(
        idx(8, sizes(2, 65536, 65536)),
        ": announces the sizes [2, 65536, 65536], which is more than 65536 values an item; make the"
            + " images smaller");
    fails(
        idx(8, sizes(2, 1 << 30, 1 << 30, 1 << 30)),
        ": announces the sizes [2, 1073741824, 1073741824, 1073741824], which is more than 65536"
            + " values an item; make the images smaller");
    fails(idx(8, sizes(-1, 2)), ": announces the sizes [-1, 2], expected positive ones");
    fails(idx(8, sizes(2, 0)), ": announces the sizes [2, 0], expected positive ones");
    labels(1);
    assertThatThrownBy(() -> Read.all(images(good), Map.of()))
        .hasMessageEndingWith(
            "t-labels-idx1-ubyte: has 1 labels, "
                + folder.resolve("t-images-idx3-ubyte")
                + " has 2 images; give files that belong together");
    assertThatThrownBy(() -> Read.all(images(good), Map.of("label_file", images(good).toString())))
        .hasMessageEndingWith(
            ": has no whole number an item, expected labels; is it the file of the images?");
    Path alone = Read.file(folder, "digits.idx", good);
    assertThatThrownBy(() -> Read.all(alone, Map.of()))
        .hasMessage(
            alone
                + ": its name does not tell the file of the labels; name it with 'label_file', or set"
                + " 'label: none'");
  }

  private void fails(byte[] content, String message) {
    Path file = images(content);
    assertThatThrownBy(() -> Read.all(file, Map.of())).hasMessage(file + message);
  }

  /** A header may announce billions of images: memory is taken for one. */
  @Test
  void hugeAnnouncementsTakeNoMemory() {
    Path file =
        Read.file(folder, "huge.idx", idx(8, sizes(Integer.MAX_VALUE, 256, 256), new int[65536]));
    assertThatThrownBy(() -> Read.all(file, Map.of("label", "none")))
        .hasMessage(file + ": ends in item 2 of 2147483647, the file is cut off; copy it again");
  }

  @Test
  void anyBytesGiveRowsOrOneLine() throws IOException {
    Random random = new Random(5);
    labels(3, 1, 2);
    byte[] good = idx(8, sizes(3, 1, 2), 1, 2, 3, 4, 5, 6);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] b = Arrays.copyOf(good, random.nextInt(3) > 0 ? good.length : random.nextInt(20));
      for (int k = random.nextInt(4); k > 0 && b.length > 0; k--) {
        b[random.nextInt(b.length)] = (byte) random.nextInt(random.nextBoolean() ? 4 : 256);
      }
      Path file = folder.resolve("f-images.idx");
      Files.write(file, random.nextInt(4) == 0 ? Read.gzip(b) : b);
      Map<String, String> from =
          Map.of("label_file", folder.resolve("t-labels-idx1-ubyte").toString());
      try (Source s = Sources.open(file.toString(), from)) {
        Read.rest(s, 2);
        read++;
      } catch (FreshetException e) {
        assertThat(e.getMessage().lines().toList()).hasSize(1);
        refused++;
      }
    }
    assertThat(read).isPositive();
    assertThat(refused).isPositive();
  }
}
