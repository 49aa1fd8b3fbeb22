package org.freshet.streams.vw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.freshet.streams.Read;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VowpalWabbitTest {
  private static final int MASK = (1 << 18) - 1;

  @TempDir Path folder;

  private Path vw(String content) {
    return Read.file(folder, "a.vw", content);
  }

  private static int hash(String name, int seed) {
    byte[] b = name.getBytes(StandardCharsets.UTF_8);
    return Murmur3.hash(b, 0, b.length, seed);
  }

  /** Known answers of MurmurHash3_x86_32. */
  @Test
  void murmur3() {
    assertThat(hash("", 0)).isZero();
    assertThat(hash("", 1)).isEqualTo(0x514E28B7);
    assertThat(hash("test", 0)).isEqualTo(0xba6bd213);
    assertThat(hash("Hello, world!", 0)).isEqualTo(0xc0363e43);
    assertThat(hash("The quick brown fox jumps over the lazy dog", 0x9747b28c))
        .isEqualTo(0x2FA826CD);
  }

  @Test
  void digitsCountFromTheNamespaceAndOthersAreHashed() {
    int ns = hash("ab", 0);
    int a = (ns + 5) & MASK;
    int b = hash("x", ns) & MASK;
    String pair = a < b ? a + ":2 " + b + ":1" : b + ":1 " + a + ":2";
    assertThat(Read.all(vw("1 |ab 5:2 x\n"), Map.of())).containsExactly(pair + " -> 1");
    assertThat(Read.all(vw("-1 | 3:0.5 4\n"), Map.of())).containsExactly("3:0.5 4:1 -> -1");
  }

  @Test
  void labelImportanceTagWeightsAndNamespaces() {
    Path file =
        vw(
            "1 2.5 'first| 1:2 |:3 2:1\n-1 0.5 0.1 |\n'second | 1:1 1:2\n| 7\n2 third| 1:0 2:-1\n1|x:2 \n");
    assertThat(Read.all(file, Map.of()))
        .containsExactly(
            "1:2 2:3 -> 1 id=first weight=2.5",
            " -> -1 weight=0.5",
            "1:3 -> - id=second",
            "7:1 -> -",
            "2:-1 -> 2 id=third",
            " -> - id=1");
    assertThat(Read.all(vw("0.25 |n 1\n"), Map.of("task", "regression", "bits", 1)))
        .hasSize(1)
        .first()
        .asString()
        .endsWith("-> 0.25");
  }

  @Test
  void errorsNameTheLine() {
    fails("1 2\n", ":1: there is no '|'; expected label |namespace name:value …");
    fails(
        "1:2:0.5 | a\n",
        ":1: found '1:2:0.5' before '|', expected label, importance and 'tag; labels with costs or actions are not read");
    fails(
        "1 | a:b\n",
        ":1: the value behind ':' is 'b', expected a number; mend the record, or set 'on_error: skip'");
    fails("1 -2 | a\n", ":1: the importance is '-2', expected a finite number of 0 or more");
  }

  private void fails(String content, String message) {
    Path file = vw(content);
    assertThatThrownBy(() -> Read.all(file, Map.of())).hasMessage(file + message);
  }
}
