package org.freshet.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.freshet.core.ConfigException;
import org.freshet.core.Source;
import org.freshet.core.StateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
  @TempDir Path folder;

  @Test
  void formatByNameOrContent() {
    assertThat(Sources.format("x/Elec.ARFF.gz")).isEqualTo("arff");
    assertThat(Sources.format("a.b.tsv")).isEqualTo("csv");
    assertThat(Sources.format("a.ndjson")).isEqualTo("jsonl");
    assertThat(by("1,2,a\n")).isEqualTo("csv");
    assertThat(by("a|b|c\n1|2|3\n")).isEqualTo("csv");
    assertThat(by("% c\n @RELATION x\n@attribute a numeric\n")).isEqualTo("arff");
    assertThat(by("\n {\"x\": 1}\n")).isEqualTo("jsonl");
    assertThat(by("+1 3:1 4:2.5e-1 # x\n")).isEqualTo("libsvm");
    assertThat(by("1 2.0 'tag|ns a:1 b |m c\n")).isEqualTo("vw");
    assertThat(by("| a b\n")).isEqualTo("vw");
  }

  private String by(String content) {
    String plain = Sources.format(Read.file(folder, "data", content).toString());
    assertThat(Sources.format(Read.file(folder, "data.gz", content).toString())).isEqualTo(plain);
    return plain;
  }

  @Test
  void unknownParametersAreRefused() {
    Path file = Read.file(folder, "a.arff", "@relation r\n@attribute a numeric\n@data\n1\n");
    assertThatThrownBy(() -> Sources.open(file.toString(), Map.of("lable", "a")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("did you mean 'label'?");
  }

  @Test
  void standardInputPlainAndZipped() throws IOException {
    byte[] csv = "x,y\n1,p\n2,q\n".getBytes(StandardCharsets.UTF_8);
    for (byte[] bytes : new byte[][] {csv, Read.gzip(csv)}) {
      assertThat(stdin(new ByteArrayInputStream(bytes), Map.of()))
          .isEqualTo("stdin [1 -> p, 2 -> q]");
    }
    byte[] svm = "1 1:2\n".getBytes(StandardCharsets.UTF_8);
    assertThat(stdin(new ByteArrayInputStream(svm), Map.of())).isEqualTo("stdin [0:2 -> 1]");
  }

  private static String stdin(InputStream in, Map<String, ?> parameters) {
    InputStream before = System.in;
    System.setIn(in);
    try (Source source = Sources.open("-", parameters)) {
      return source.name() + " " + Read.rest(source, 2);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void aSeekGoesOnWithTheSameCodes() {
    StringBuilder csv = new StringBuilder("x,s,y\n");
    for (int i = 0; i < 500; i++) {
      csv.append(i % 50 == 49 ? "bad" : "" + i)
          .append(",s")
          .append(499 - i)
          .append(",c")
          .append(i % 5)
          .append('\n');
    }
    Path file = Read.file(folder, "a.csv", csv.toString());
    Map<String, Object> skip = Map.of("on_error", "skip", "numeric", "x", "categorical", "s");
    try (Source whole = Sources.open(file.toString(), skip);
        Source resumed = Sources.open(file.toString(), skip)) {
      org.freshet.core.Batch batch = new org.freshet.core.Batch(whole.schema(), 70);
      while (whole.position().record() < 260) {
        assertThat(whole.read(batch, 70)).isPositive();
      }
      resumed.seek(whole.position());
      assertThat(resumed.badRecords()).isEqualTo(whole.badRecords()).isPositive();
      assertThat(resumed.schema().column(1).dictionary().names())
          .isEqualTo(whole.schema().column(1).dictionary().names());
      assertThat(Read.rest(resumed, 9)).isEqualTo(Read.rest(whole, 70)).isNotEmpty();
      assertThat(resumed.position()).isEqualTo(whole.position());
    }
  }

  @Test
  void anotherOrShorterStreamIsRefused() {
    Path a = Read.file(folder, "a.csv", "x,y\n1,p\n2,q\n");
    Path b = Read.file(folder, "b.csv", "x,y\n1,p\n3,q\n");
    try (Source one = Sources.open(a.toString());
        Source other = Sources.open(b.toString())) {
      Source.Position position = one.position();
      assertThatThrownBy(() -> other.seek(position))
          .isInstanceOf(StateException.class)
          .hasMessageStartingWith(b + ": other parameters: the state was made on another stream");
      assertThatThrownBy(() -> one.seek(new Source.Position(9, position.fingerprint())))
          .isInstanceOf(StateException.class)
          .hasMessageContaining("the stream has 2 records, the state was made after 9");
    }
  }
}
