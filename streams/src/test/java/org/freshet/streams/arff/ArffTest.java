package org.freshet.streams.arff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Source;
import org.freshet.streams.Read;
import org.freshet.streams.Sources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArffTest {
  private static final String HEADER =
      "% a comment\n@RELATION 'small one'\n\n@Attribute x  REAL\n@attribute 'the day' {mon, 'tues day',\"wed\"}\n"
          + "@attribute note string\n@attribute at date 'yyyy-MM-dd HH:mm'\n@attribute class {yes,no}\n@DATA\n";

  @TempDir Path folder;

  private Path arff(String content) {
    return Read.file(folder, "a.arff", content);
  }

  @Test
  void declaredOrderIsTheOrderOfCodes() {
    Path file =
        arff(
            HEADER
                + "1.5,wed,'it\\'s, late','1970-01-02 00:00',no\n% more\n?, 'tues day' ,?,?,yes, {2.5}\n");
    assertThat(Read.columns(file, Map.of()))
        .isEqualTo("x:N? the day:C? note:T? at:N? | class CLASS");
    assertThat(Read.all(file, Map.of()))
        .containsExactly(
            "1.5 wed \"it's, late\" 86400000 -> no", "- tues day \"null\" - -> yes weight=2.5");
    try (Source source = Sources.open(file.toString())) {
      assertThat(source.schema().labels().names()).containsExactly("yes", "no");
      assertThat(source.schema().declaredLabels()).isEqualTo(2);
      assertThat(source.schema().column(1).dictionary().names())
          .containsExactly("mon", "tues day", "wed");
    }
    assertThat(Read.all(file, Map.of("time", "at", "ignore", "note")))
        .containsExactly("1.5 wed -> no time=86400000", "- tues day -> yes weight=2.5");
  }

  @Test
  void sparseInstancesMeanZeroOrTheFirstValue() {
    Path file =
        arff(
            "@relation s\n@attribute a numeric\n@attribute b {u,v}\n@attribute c numeric\n@attribute y {p,q}\n@data\n"
                + "{0 2.5, 3 q}\n{ }\n{1 v,2 ?}, {3}\n0,v,7,p\n");
    assertThat(Read.all(file, Map.of()))
        .containsExactly("2.5 u 0 -> q", "0 u 0 -> p", "0 v - -> p weight=3", "0 v 7 -> p");
  }

  @Test
  void errorsNameTheLine() {
    fails(
        HEADER + "1,sun,a,?,yes\n",
        ":10: column 'the day' is 'sun', expected one of the 3 declared values: mon, tues day, wed; did you mean 'mon'?");
    fails(
        HEADER + "1,mon,a,?\n",
        ":10: found 4 values, expected 5 as declared; mend the line, or set 'on_error: skip'");
    fails(
        HEADER + "1,mon,'a,?,yes\n",
        ":10: the quote of value 3 is not closed; put a backslash before one that is meant");
    fails(HEADER + "{1 mon,0 3}\n", ":10: attribute number 0, expected a rising one in 0 to 4");
    fails(
        "@relation r\n@atribute x numeric\n@data\n",
        ":2: found '@atribute', expected @relation, @attribute or @data; did you mean '@attribute'?");
    fails(
        "@relation r\n@attribute x numerical\n@data\n",
        ":2: attribute 'x' has the type 'numerical', expected numeric, real, integer, string, date or {values}; did you mean 'numeric'?");
    fails(
        "@relation r\n@attribute x {a,b\n@data\n",
        ":2: the values of attribute 'x' have no closing '}'");
    fails("@relation r\n@attribute x {a,b}\n", ":2: the header ends without @data");
    fails("@relation r\n@data\n1\n", ":2: there is no @attribute before @data");
    fails("", ": is empty, expected an ARFF header");
  }

  private void fails(String content, String message) {
    Path file = arff(content);
    assertThatThrownBy(() -> Read.all(file, Map.of())).hasMessage(file + message);
  }

  @Test
  void electricityAsItIs() {
    String data = System.getenv("FRESHET_DATA");
    assumeTrue(data != null, "FRESHET_DATA is not set: the Electricity stream is not read");
    Path file = Path.of(data, "electricity", "electricity.arff.gz");
    assumeTrue(
        Files.exists(file), "there is no electricity/electricity.arff.gz under FRESHET_DATA");
    try (Source source = Sources.open(file.toString())) {
      assertThat(source.schema().width()).isEqualTo(6);
      assertThat(source.schema().labels().names()).containsExactly("0", "1");
      Batch batch = new Batch(source.schema(), 1000);
      long[] counts = new long[2];
      double price = Double.NaN;
      while (source.read(batch, 1000) > 0) {
        price = Double.isNaN(price) ? batch.row(0).get(1) : price;
        for (int r = 0; r < batch.size(); r++) {
          counts[batch.labelCode(r)]++;
        }
      }
      assertThat(price).isEqualTo(0.056443);
      assertThat(source.position().record()).isEqualTo(45_312);
      assertThat(counts).containsExactly(26_075, 19_237);
    }
  }
}
