package org.freshet.streams.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.DataException;
import org.freshet.core.Source;
import org.freshet.streams.Read;
import org.freshet.streams.Sources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvErrorsTest {
  @Test
  void oneOfSeveralLabelsIsNeitherTrueNorFalse() {
    assertThatThrownBy(
            () -> Read.all(Read.file(folder, "m.csv", "a,b,c\n1,0,2\n"), Map.of("label", "b,c")))
        .hasMessageEndingWith(
            "m.csv:2: label 'c' is '2', expected 1 or 0 (or true and false, yes and no), as each of several"
                + " labels holds or not; set 'task: regression' for targets, or 'on_error: skip'");
  }

  @TempDir Path folder;

  private void fails(Path file, Map<String, ?> parameters, String message) {
    assertThatThrownBy(() -> Read.all(file, parameters))
        .isInstanceOfAny(DataException.class, ConfigException.class)
        .hasMessage(file + message);
  }

  private Path csv(String content) {
    return Read.file(folder, "a.csv", content);
  }

  @Test
  void textInANumericColumn() {
    fails(
        csv("price,y\n" + "1,p\n".repeat(1200) + "n/a,p\n2,q\n"),
        Map.of(),
        ":1202: column 'price' is 'n/a', expected a number; set 'missing: [n/a]' on the source, or 'on_error: skip'");
  }

  @Test
  void tooFewAndTooManyColumns() {
    fails(
        csv("a,b,y\n1,2,p\n1,q\n"),
        Map.of(),
        ":3: found 2 columns, expected 3; mend the record, or set 'on_error: skip'");
    fails(
        csv("a,b,y\n1,2,p\n1,2,3,q\n"),
        Map.of(),
        ":3: found 4 columns, expected 3; mend the record, or set 'on_error: skip'");
  }

  @Test
  void aVeryLongLineIsNamedAndPassedOver() {
    Path file = csv("a,y\n1,p\n" + "7".repeat(10_000_000) + ",p\n3,q\n");
    fails(
        file,
        Map.of(),
        ":3: the record is longer than 8388608 bytes; raise 'max_record' if that is meant, or look for a quote that is not closed");
    assertThat(Read.all(file, Map.of("on_error", "skip"))).containsExactly("1 -> p", "3 -> q");
    fails(
        csv("7".repeat(10_000_000)),
        Map.of(),
        ":1: the record is longer than 8388608 bytes; raise 'max_record' if that is meant, or look for a quote that is not closed");
  }

  @Test
  void anOpenQuoteCostsOneLine() {
    Path file = csv("a,s,y\n1,x,p\n2,\"x,p\n3,z,q\n4,\"u\"v,q\n5,w,p\n");
    fails(
        file,
        Map.of(),
        ":3: there is text behind the closing quote of column 2; double quotes within quotes, or set another 'quote'");
    assertThat(Read.all(file, Map.of("on_error", "skip")))
        .containsExactly("1 x -> p", "3 z -> q", "5 w -> p");
    fails(
        csv("a,s,y\n1,x,p\n2,\"x,p\n3,z,q\n"),
        Map.of(),
        ":3: the quote opened in line 3 is not closed; double a quote that is meant as one");
  }

  @Test
  void truncatedAndDamagedGzip() throws IOException {
    StringBuilder s = new StringBuilder("a,y\n");
    for (int i = 0; i < 200_000; i++) {
      s.append(i * 7919 % 100_003).append(i % 2 == 0 ? ",p\n" : ",q\n");
    }
    byte[] zip = Read.gzip(s.toString().getBytes(StandardCharsets.UTF_8));
    Path cut = Files.write(folder.resolve("cut.csv.gz"), Arrays.copyOf(zip, zip.length / 2));
    try (Source source = Sources.open(cut.toString())) {
      Batch batch = new Batch(source.schema(), 256);
      assertThatThrownBy(
              () -> {
                while (source.read(batch, 256) > 0) {
                  assertThat(batch.labelCode(0)).isNotNegative();
                }
              })
          .isInstanceOf(DataException.class)
          .hasMessage(
              cut
                  + ":"
                  + (source.position().record() + 1)
                  + ": the gzip data end too early, the file is cut off; copy it again");
      assertThat(source.position().record()).isGreaterThan(50_000);
    }
    zip[zip.length / 2] ^= 0x55;
    Path damaged = Files.write(folder.resolve("bad.csv.gz"), zip);
    assertThatThrownBy(() -> Read.all(damaged, Map.of()))
        .isInstanceOf(DataException.class)
        .message()
        .startsWith(damaged + ":")
        .doesNotContain("\n");
  }

  @Test
  void aLabelThatDoesNotExist() {
    fails(
        csv("price,klass\n1,p\n"),
        Map.of("label", "class"),
        ": there is no column 'class' for 'label'; did you mean 'klass'?");
    fails(
        csv("a,y\n1,p\n"),
        Map.of("label", "7"),
        ": there is no column '7' for 'label'; there are 2: a, y");
    fails(
        csv("a,y\n1,p\n"),
        Map.of("id", "y"),
        ": column 'y' is given for 'id' and for 'label'; a column has one role");
    fails(
        csv("a,y\n1,p\n"),
        Map.of("numeric", List.of("aa")),
        ": there is no column 'aa' for 'numeric'; did you mean 'a'?");
  }

  @Test
  void namesWithControlCharactersLeaveTheMessageOneLine() {
    fails(
        csv("\"unit\nprice\",y\n1,p\nx,q\n"),
        Map.of("numeric", "1"),
        ":4: column 'unit\\nprice' is 'x', expected a number; set 'missing: [x]' on the source, or 'on_error: skip'");
    fails(
        csv("\"unit\nprice\",y\n1,p\n"),
        Map.of("id", "customer"),
        ": there is no column 'customer' for 'id'; there are 2: unit\\nprice, y");
  }

  @Test
  void filesThatAreNone() {
    fails(csv(""), Map.of(), ": is empty, expected at least one record");
    fails(csv("\n \n"), Map.of(), ": is empty, expected at least one record");
    fails(
        csv("a,y\n"),
        Map.of("header", "yes"),
        ": holds a header and no records; set 'header: no' if it is a record");
    fails(folder, Map.of(), ": is a directory; give a file, or - for standard input");
    fails(
        folder.resolve("none.csv"),
        Map.of(),
        ": no such file; give the path of a file, or - for standard input");
    fails(
        Read.file(folder, "b.csv", new byte[] {1, 2, 'a', 0, 7, 9}),
        Map.of(),
        ": is binary (byte 0 at offset 3), expected text, plain or gzipped");
    fails(
        Read.file(folder, "z.csv", "PK\u0003\u0004 and more"),
        Map.of(),
        ": is a zip archive, expected text, plain or gzipped; unpack or convert it first");
    fails(
        Read.file(folder, "u.csv", "a,b\n1,2\n".getBytes(StandardCharsets.UTF_16)),
        Map.of(),
        ": is UTF-16, expected text, plain or gzipped; unpack or convert it first");
  }

  @Test
  void wrongWeightsTimesAndParameters() {
    fails(
        csv("a,w,y\n1,-2,p\n"),
        Map.of("weight", "w"),
        ":2: weight 'w' is '-2', expected a finite number of 0 or more; mend it, or set 'on_error: skip'");
    fails(
        csv("a,t,y\n1,soon,p\n"),
        Map.of("time", "t"),
        ":2: time 't' is 'soon', expected seconds or milliseconds since 1970, or ISO-8601; set 'time_format', or 'on_error: skip'");
    Path file = csv("a,t,y\n1,2,p\n");
    assertThatThrownBy(() -> Read.all(file, Map.of("zone", "Mars")))
        .hasMessage(
            "parameter 'zone' is 'Mars', expected a zone such as UTC, +02:00 or Europe/Paris");
    assertThatThrownBy(() -> Read.all(file, Map.of("separator", "ab")))
        .hasMessage(
            "parameter 'separator' of csv is 'ab', expected one ASCII character, or tab, space, comma, semicolon or pipe");
    assertThatThrownBy(() -> Read.all(file, Map.of("on_error", "dead_letter")))
        .hasMessage(
            "'on_error: dead_letter' needs a file to write to; set 'dead_letter: bad.jsonl'");
  }

  @Test
  void aFailureLosesNoGoodRecordAndReadingMayGoOn() {
    Path file = csv("a,y\n1,p\n2,p\nx,p\n4,q\n");
    try (Source source = Sources.open(file.toString(), Map.of("numeric", List.of("a")))) {
      Batch batch = new Batch(source.schema(), 10);
      assertThat(source.read(batch, 10)).isEqualTo(2);
      assertThat(source.position().record()).isEqualTo(2);
      assertThatThrownBy(() -> source.read(batch, 10))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(":4: column 'a' is 'x'");
      assertThat(source.position().record()).isEqualTo(3);
      assertThat(Read.rest(source, 10)).containsExactly("4 -> q");
    }
  }

  @Test
  void deadLettersHoldTheRecordAndItsCause() throws IOException {
    Path file = csv("a,s,y\n1,u,p\nx,\"v\",p\n3,\"w\n4,u,q\n");
    Path dead = folder.resolve("dead.jsonl");
    Map<String, Object> parameters =
        Map.of("numeric", List.of("a"), "on_error", "dead_letter", "dead_letter", dead.toString());
    try (Source source = Sources.open(file.toString(), parameters)) {
      assertThat(Read.rest(source, 10)).containsExactly("1 u -> p", "4 u -> q");
      assertThat(source.badRecords()).isEqualTo(2);
      assertThat(source.position().record()).isEqualTo(4);
    }
    List<String> lines = Files.readAllLines(dead);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .contains("\"line\":3", "\"field\":\"a\"", "expected a number", "x,\\\"v\\\",p");
    assertThat(lines.get(1)).contains("\"line\":4", "is not closed", "\"record\":\"3,\\\"w\"");
  }
}
