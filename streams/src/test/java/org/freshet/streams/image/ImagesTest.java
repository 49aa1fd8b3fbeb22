package org.freshet.streams.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.freshet.core.Batch;
import org.freshet.core.FreshetException;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.streams.Read;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {
  @TempDir Path folder;

  /** An image of given pixels, in rows of {@code width}. */
  private static byte[] image(String format, int type, int width, int... rgb) throws IOException {
    BufferedImage image = new BufferedImage(width, rgb.length / width, type);
    for (int i = 0; i < rgb.length; i++) {
      if (type == BufferedImage.TYPE_BYTE_GRAY) {
        image.getRaster().setSample(i % width, i / width, 0, rgb[i]);
      } else {
        image.setRGB(i % width, i / width, rgb[i]);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }

  private static byte[] png(int width, int... rgb) throws IOException {
    return image("png", BufferedImage.TYPE_INT_RGB, width, rgb);
  }

  private static byte[] zip(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> f : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(f.getKey()));
        zip.write(f.getValue());
      }
    }
    return out.toByteArray();
  }

  /** A ustar archive; names of 100 bytes and more as GNU tar writes them. */
  private static byte[] tar(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> f : files.entrySet()) {
      byte[] name = f.getKey().getBytes(StandardCharsets.UTF_8);
      if (name.length >= 100) {
        entry(
            out,
            "././@LongLink".getBytes(StandardCharsets.UTF_8),
            'L',
            Arrays.copyOf(name, name.length + 1));
      }
      entry(out, Arrays.copyOf(name, Math.min(99, name.length)), '0', f.getValue());
    }
    out.write(new byte[1024]);
    return out.toByteArray();
  }

  private static void entry(ByteArrayOutputStream out, byte[] name, char type, byte[] content)
      throws IOException {
    byte[] b = new byte[512];
    System.arraycopy(name, 0, b, 0, name.length);
    put(b, 124, String.format("%011o", content.length));
    b[156] = (byte) type;
    put(b, 257, "ustar");
    put(b, 148, "        ");
    int sum = 0;
    for (byte v : b) {
      sum += v & 0xff;
    }
    put(b, 148, String.format("%06o\0 ", sum));
    out.write(b);
    out.write(content);
    out.write(new byte[(512 - content.length % 512) % 512]);
  }

  private static void put(byte[] b, int at, String text) {
    byte[] t = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(t, 0, b, at, t.length);
  }

  private Map<String, byte[]> animals() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("train/cat/1.png", png(2, 0x010203, 0xff0000));
    files.put("train/readme.txt", new byte[] {1, 2});
    files.put("train/dog/.hidden.png", new byte[] {1, 2});
    files.put("train/dog/x.PNG", png(2, 0x0a0b0c, 0x00ff10));
    files.put("y".repeat(120) + "/cat/2.png", png(2, 0, 0xffffff));
    return files;
  }

  private static List<String> rows(Path path, String parameters) {
    try (Source s = open(path, parameters)) {
      return Read.rest(s, 2);
    }
  }

  private static Source open(Path path, String parameters) {
    String more = parameters.isEmpty() ? "" : ", " + parameters;
    Spec spec = Spec.parse("images(path='" + path + "', scale=raw" + more + ")");
    return Components.create(spec, Build.of(null).withSeed(4), Source.class);
  }

  private static final String[] ANIMALS = {
    "1 2 3 255 0 0 -> cat", "10 11 12 0 255 16 -> dog", "0 0 0 255 255 255 -> cat"
  };

  @Test
  void readsFoldersAndArchives() throws IOException {
    Path zip = Read.file(folder, "a.zip", zip(animals()));
    Path tar = Read.file(folder, "a.tar", tar(animals()));
    Path tgz = Read.file(folder, "a.tar.gz", tar(animals()));
    for (Path p : List.of(zip, tar, tgz)) {
      assertThat(rows(p, "")).as(p.toString()).containsExactly(ANIMALS);
    }
    Path root = folder.resolve("root");
    for (Map.Entry<String, byte[]> f : animals().entrySet()) {
      Path file = root.resolve(f.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, f.getValue());
    }
    assertThat(rows(root, "")).containsExactly(ANIMALS); // paths of train come before those of y…
    assertThat(Read.all(zip, Map.of("scale", "raw"))).as("by its name").containsExactly(ANIMALS);
  }

  @Test
  void greyAndColour() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("g/1.png", image("png", BufferedImage.TYPE_BYTE_GRAY, 2, 128, 7));
    files.put("g/2.png", png(2, 0x808080, 0xff0000));
    Path zip = Read.file(folder, "g.zip", zip(files));
    assertThat(rows(zip, "")).containsExactly("128 128 128 7 7 7 -> g", "128 128 128 255 0 0 -> g");
    assertThat(rows(zip, "channels=grey")).containsExactly("128 7 -> g", "128 76 -> g");
  }

  @Test
  void readsJpeg() throws IOException {
    int[] flat = new int[64];
    Arrays.fill(flat, 0x406080);
    Map<String, byte[]> files =
        Map.of("a/1.jpg", image("jpg", BufferedImage.TYPE_INT_RGB, 8, flat));
    try (Source s = open(Read.file(folder, "j.zip", zip(files)), "")) {
      Batch batch = new Batch(s.schema(), 1);
      assertThat(s.read(batch, 1)).isEqualTo(1);
      for (int i = 0; i < 192; i++) {
        assertThat(batch.row(0).get(i))
            .isBetween(0x40 + 32.0 * (i % 3) - 3, 0x40 + 32.0 * (i % 3) + 3);
      }
    }
  }

  @Test
  void bringsImagesToOneSize() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a/1.png", image("png", BufferedImage.TYPE_BYTE_GRAY, 4, 10, 20, 0, 4, 30, 40, 8, 8));
    files.put("a/2.png", image("png", BufferedImage.TYPE_BYTE_GRAY, 3, 90, 30, 60));
    Path zip = Read.file(folder, "s.zip", zip(files));
    // each pixel the mean of four; of one and a half beside each other
    assertThat(rows(zip, "width=2, height=1, channels=grey"))
        .containsExactly("25 5 -> a", "70 50 -> a");
    assertThat(rows(zip, "width=6, height=1, channels=grey").get(1))
        .isEqualTo("90 90 30 30 60 60 -> a");
    assertThatThrownBy(() -> rows(zip, "channels=grey"))
        .hasMessage(
            zip
                + ": a/2.png has 3 × 1 pixels, the first has 4 × 2: give 'width' and 'height'; mend"
                + " it, or set 'on_error: skip'");
  }

  @Test
  void shufflesFromTheSeed() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < 30; i++) {
      files.put("k" + i / 10 + "/" + i + ".png", png(1, i << 16));
    }
    Path zip = Read.file(folder, "o.zip", zip(files));
    List<String> asTheyLie = rows(zip, "");
    List<String> one = rows(zip, "shuffle=true, seed=1");
    assertThat(one).isEqualTo(rows(zip, "shuffle=true, seed=1")).isNotEqualTo(asTheyLie);
    assertThat(one).isNotEqualTo(rows(zip, "shuffle=true, seed=2"));
    assertThat(new HashSet<>(one)).isEqualTo(new HashSet<>(asTheyLie));
    assertThatThrownBy(() -> rows(zip, "shuffle=true, max_bytes=2000"))
        .hasMessageEndingWith(
            "takes more than 2000 bytes of memory to be shuffled; raise 'max_bytes', or unpack it to"
                + " a folder");
  }

  @Test
  void badImagesAreToldOrSkipped() throws IOException {
    Map<String, byte[]> files = animals();
    files.put("train/cat/bad.png", Arrays.copyOf(png(2, 1, 2), 40));
    files.put("train/cat/text.jpg", "hello, world".getBytes(StandardCharsets.UTF_8));
    files.put("alone.png", png(2, 1, 2));
    files.put("train/dog/last.png", png(2, 0x010101, 0x020202));
    Path zip = Read.file(folder, "b.zip", zip(files));
    try (Source s = open(zip, "")) {
      Batch batch = new Batch(s.schema(), 100);
      assertThat(s.read(batch, 100)).as("those before it").isEqualTo(3);
      assertThatThrownBy(() -> s.read(batch, 100))
          .hasMessageStartingWith(zip + ": train/cat/bad.png cannot be decoded: ");
      assertThatThrownBy(() -> s.read(batch, 100))
          .hasMessage(
              zip
                  + ": train/cat/text.jpg is neither JPEG nor PNG by its first bytes; mend it, or set"
                  + " 'on_error: skip'");
    }
    try (Source s = open(zip, "on_error=skip")) {
      assertThat(Read.rest(s, 2)).hasSize(4).last().isEqualTo("1 1 1 2 2 2 -> dog");
      assertThat(s.badRecords()).isEqualTo(3);
    }
  }

  /** A header may announce a huge image: it is refused before memory is taken. */
  @Test
  void hugeImagesAreRefused() throws IOException {
    byte[] huge = png(2, 1, 2);
    put4(huge, 16, 60_000);
    put4(huge, 20, 60_000);
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(huge, 12, 17);
    put4(huge, 29, (int) crc.getValue());
    Path zip = Read.file(folder, "h.zip", zip(Map.of("a/huge.png", huge)));
    assertThatThrownBy(() -> rows(zip, ""))
        .hasMessageContaining("a/huge.png has 3600000000 pixels, at most 16777216 are taken");
  }

  private static void put4(byte[] b, int at, int v) {
    for (int i = 0; i < 4; i++) {
      b[at + i] = (byte) (v >> 24 - 8 * i);
    }
  }

  @Test
  void whatIsNoArchiveIsRefused() throws IOException {
    Path text = Read.file(folder, "t.zip", "no archive at all");
    assertThatThrownBy(() -> rows(text, ""))
        .hasMessage(text + ": is neither a folder nor a zip or tar archive of images");
    Path empty = Read.file(folder, "e.zip", zip(Map.of("a.txt", new byte[1])));
    assertThatThrownBy(() -> rows(empty, ""))
        .hasMessage(empty + ": has no file that ends in .jpg, .jpeg or .png");
    byte[] whole = tar(animals());
    Path cut = Read.file(folder, "c.tar", Arrays.copyOf(whole, 600));
    assertThatThrownBy(() -> rows(cut, ""))
        .hasMessage(cut + ": is cut off in 'train/cat/1.png'; copy it again");
    whole[1024] ^= 1;
    Path damaged = Read.file(folder, "d.tar", whole);
    assertThatThrownBy(() -> rows(damaged, ""))
        .hasMessage(damaged + ": is damaged or cut off behind 'train/cat/1.png'; copy it again");
  }

  @Test
  void anyBytesGiveRowsOrOneLine() throws IOException {
    Random random = new Random(5);
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a/1.png", png(2, 1, 2, 3, 4));
    files.put("b/2.jpg", image("jpg", BufferedImage.TYPE_INT_RGB, 2, 1, 2, 3, 4));
    byte[] zip = zip(files);
    byte[] tar = tar(files);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < 600; i++) {
      byte[] b = (random.nextBoolean() ? zip : tar).clone();
      for (int k = random.nextInt(4); k > 0; k--) {
        b[random.nextInt(b.length)] = (byte) random.nextInt(256);
      }
      b = random.nextInt(5) == 0 ? Arrays.copyOf(b, random.nextInt(b.length)) : b;
      Path file = folder.resolve("f.bin");
      Files.write(file, random.nextInt(4) == 0 ? Read.gzip(b) : b);
      try {
        rows(file, random.nextBoolean() ? "on_error=skip" : "");
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
