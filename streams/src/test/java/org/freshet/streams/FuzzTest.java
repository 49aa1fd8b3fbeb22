package org.freshet.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.freshet.core.Batch;
import org.freshet.core.FreshetException;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random and mutated bytes through every reader: nothing but our own errors, in one line, and every
 * reader comes to an end. A smoke run by default; {@code -Dfreshet.fuzz.seconds=300} goes on
 * longer.
 */
class FuzzTest {
  private static final Map<String, String> GOOD =
      Map.of(
          "csv", "x,s,t,y\n1.5,\"a,\"\"b\",2024-01-01,p\n-2e3,c d,?,q\n,\"two\nlines\",NA,p\n",
          "arff",
              "% c\n@relation r\n@attribute 'a b' numeric\n@attribute c {u,'v w'}\n@attribute d date\n@data\n1,u,?\n{0 2, 1 'v w'}\n3,?,? ,{2}\n",
          "jsonl",
              "{\"x\":1.5,\"u\":{\"v\":[1,\"é\",null,true]},\"y\":\"a\"}\n{\"y\":\"b\",\"x\":-1e-3}\n",
          "libsvm", "+1 1:0.5 3:1e9 # c\n-1 qid:3 2:1 7:nan\n2 4:1\n",
          "vw", "1 2.0 'tag|ns:2 a:1 b |m c:0.5 7\n-1 | 1:2 3\n| x y z\n");
  private static final String HOT = ",\"'{}[]:|\n\r\t %@?\\#-+.e0123456789\0\377";

  @TempDir Path folder;

  @Test
  void onlyOwnErrors() throws IOException {
    int seconds = Integer.getInteger("freshet.fuzz.seconds", 0);
    int rounds = seconds > 0 ? Integer.MAX_VALUE : 400;
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    Random random = new Random(seconds > 0 ? System.nanoTime() : 11);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < rounds && (seconds == 0 || System.nanoTime() < end); i++) {
      for (String format : GOOD.keySet()) {
        byte[] content = content(random, GOOD.get(format));
        Path file = folder.resolve("fuzz." + format);
        Files.write(
            file, random.nextInt(10) == 0 ? mutate(random, Read.gzip(content), 1) : content);
        if (accepts(format, file, random)) {
          read++;
        } else {
          refused++;
        }
      }
    }
    assertThat(read).isPositive();
    assertThat(refused).isPositive();
  }

  private static byte[] content(Random random, String good) {
    if (random.nextInt(5) == 0) {
      byte[] noise = new byte[random.nextInt(300)];
      for (int i = 0; i < noise.length; i++) {
        noise[i] = (byte) HOT.charAt(random.nextInt(HOT.length() - 2));
      }
      return noise;
    }
    byte[] bytes = good.repeat(1 + random.nextInt(3)).getBytes(StandardCharsets.UTF_8);
    return mutate(random, bytes, random.nextInt(6));
  }

  private static byte[] mutate(Random random, byte[] bytes, int times) {
    byte[] b = bytes;
    for (int k = 0; k < times && b.length > 1; k++) {
      int at = random.nextInt(b.length);
      switch (random.nextInt(4)) {
        case 0 -> b[at] = (byte) HOT.charAt(random.nextInt(HOT.length()));
        case 1 -> b[at] = (byte) random.nextInt(256);
        case 2 -> b = java.util.Arrays.copyOf(b, at);
        default -> {
          byte[] more = new byte[b.length + 1];
          System.arraycopy(b, 0, more, 0, at);
          more[at] = (byte) HOT.charAt(random.nextInt(HOT.length()));
          System.arraycopy(b, at, more, at + 1, b.length - at);
          b = more;
        }
      }
    }
    return b;
  }

  /** Whether the file was read to its end; every error is checked. */
  private static boolean accepts(String format, Path file, Random random) throws IOException {
    Spec spec = Spec.of(format).with("path", file.toString()).with("max_record", 1024L);
    spec = random.nextBoolean() ? spec.with("on_error", "skip") : spec;
    spec =
        format.equals("libsvm") || format.equals("vw") || random.nextBoolean()
            ? spec
            : spec.with("label", "1");
    long steps = 0;
    try (Source source = Components.create(spec, Build.of(null), Source.class)) {
      Batch batch = new Batch(source.schema(), 4);
      while (source.read(batch, 4) > 0) {
        steps++;
        assertThat(steps).as("reads of %s", format).isLessThan(2000);
      }
      return true;
    } catch (FreshetException wrong) {
      assertThat(wrong.getMessage()).isNotBlank();
      assertThat(wrong.getMessage().lines().filter(l -> !l.startsWith(file.toString())).toList())
          .as("lines of %s", wrong.getMessage())
          .isEmpty();
      return false;
    } catch (RuntimeException | Error bug) {
      String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      throw new AssertionError(format + " threw " + bug + " on:\n" + bytes, bug);
    }
  }
}
