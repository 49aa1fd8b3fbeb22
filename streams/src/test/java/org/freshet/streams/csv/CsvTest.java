package org.freshet.streams.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.freshet.core.Source;
import org.freshet.streams.Read;
import org.freshet.streams.Sources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTest {
  @TempDir Path folder;

  private List<String> read(String content, Map<String, ?> parameters) {
    return Read.all(Read.file(folder, "a.csv", content), parameters);
  }

  private String columns(String content, Map<String, ?> parameters) {
    return Read.columns(Read.file(folder, "a.csv", content), parameters);
  }

  @Test
  void readsNumbersCategoriesAndTheLastColumnAsLabel() {
    String csv = "x,colour,y\n1.5,red,0\n-2e3,blue,1\n.25,red,1.0\n";
    assertThat(columns(csv, Map.of())).isEqualTo("x:N colour:C | y CLASS");
    assertThat(read(csv, Map.of()))
        .containsExactly("1.5 red -> 0", "-2000 blue -> 1", "0.25 red -> 1.0");
  }

  @Test
  void aRegressionLabelIsANumberAndMayStandAnywhere() {
    String csv = "a,b,c\n1,2,3\n4,,6\n";
    assertThat(read(csv, Map.of("task", "regression", "label", "b")))
        .containsExactly("1 3 -> 2", "4 6 -> -");
    assertThat(read(csv, Map.of("task", "regression", "label", "1")))
        .containsExactly("2 3 -> 1", "- 6 -> 4");
    assertThat(columns(csv, Map.of("label", "none"))).isEqualTo("a:N b:N? c:N |  NONE");
  }

  @Test
  void severalLabelsAreTruthsOrTargets() {
    String csv = "a,b,c,d\n1,0,yes,2.5\n4,1,,6\n,true,no,7\n";
    assertThat(columns(csv, Map.of("label", "b, c"))).isEqualTo("a:N? d:N | b,c LABELS");
    assertThat(read(csv, Map.of("label", "b,c")))
        .containsExactly("1 2.5 -> 0 1", "4 6 -> 1 -", "- 7 -> 1 0");
    String numbers = "a,b,c\n1,2,3\n4,,6\n";
    assertThat(columns(numbers, Map.of("label", "3,1", "task", "regression")))
        .isEqualTo("b:N? | a,c NUMBERS");
    assertThat(read(numbers, Map.of("label", "3,1", "task", "regression")))
        .containsExactly("2 -> 1 3", "- -> 4 6");
  }

  @Test
  void quotesHoldSeparatorsNewlinesAndDoubledQuotes() {
    String csv = "n,s,y\r\n1,\"a,b\",p\r\n2,\"say \"\"hi\"\"\",q\r\n3,\"two\nlines\" ,p\r\n";
    assertThat(read(csv, Map.of()))
        .containsExactly("1 a,b -> p", "2 say \"hi\" -> q", "3 two\nlines -> p");
  }

  @Test
  void blanksCommentsAndBlankLinesArePassedOver() {
    String csv = "# made by hand\nx,s,y\n\n 1 , a b ,p\n# more\n2,\" q\" , r\n   \n";
    assertThat(read(csv, Map.of("comment", "#"))).containsExactly("1 a b -> p", "2  q -> r");
  }

  @Test
  void findsOtherSeparators() {
    List<String> expected = List.of("1 2 -> u", "3 4 -> v");
    assertThat(read("1;2;u\n3;4;v\n", Map.of())).isEqualTo(expected);
    assertThat(read("1\t2\tu\n3\t4\tv\n", Map.of())).isEqualTo(expected);
    assertThat(read("1|2|u\n3|4|v\n", Map.of())).isEqualTo(expected);
    assertThat(read("1  2 u\n 3 4   v  \r\n", Map.of())).isEqualTo(expected);
    assertThat(read("1:2:u\n3:4:v\n", Map.of("separator", ":"))).isEqualTo(expected);
    assertThat(read("39, a b; c, u\n40, d e; c, v\n", Map.of("separator", ","))).hasSize(2);
    Path tsv = Read.file(folder, "b.tsv.gz", "1\ta,b\tu\n3\ta,b\tv\n");
    assertThat(Read.all(tsv, Map.of())).containsExactly("1 a,b -> u", "3 a,b -> v");
  }

  @Test
  void findsAHeaderOrNone() {
    assertThat(columns("1,2,a\n3,4,b\n", Map.of())).isEqualTo("x1:N x2:N | x3 CLASS");
    assertThat(columns("p,x,s\nq,x,s\np,z,t\np,x,s\n", Map.of())).isEqualTo("x1:C x2:C | x3 CLASS");
    assertThat(columns("odour,cap,kind\nq,x,s\np,z,t\n", Map.of()))
        .isEqualTo("odour:C cap:C | kind CLASS");
    assertThat(columns("?,x,1\nq,x,2\n", Map.of())).isEqualTo("x1:C? x2:C | x3 CLASS");
    assertThat(columns("0,1,kind\n5,6,a\n", Map.of("label", "kind")))
        .isEqualTo("0:N 1:N | kind CLASS");
    assertThat(columns("0,1,target\n0,6,3\n0,1,4\n", Map.of())).isEqualTo("0:N 1:N | target CLASS");
    assertThat(columns("1,2,x,y\n5,6,2,7\n", Map.of())).isEqualTo("1:N 2:N x:N | y CLASS");
    assertThat(columns("1,3,x,y\n5,6,2,7\n", Map.of())).isEqualTo("x1:N x2:N x3:C | x4 CLASS");
    assertThat(columns("a,b\n1,2\n", Map.of("header", "no"))).isEqualTo("x1:C | x2 CLASS");
    assertThat(columns("1,2\n1,2\n", Map.of("header", "yes"))).isEqualTo("1:N | 2 CLASS");
    assertThat(columns(",a,a,a_2,y\n0,1,2,3,p\n", Map.of("header", "yes")))
        .isEqualTo("x1:N a:N a_3:N a_2:N | y CLASS");
  }

  @Test
  void missingMarks() {
    String csv = "a,b,y\n1,u,p\n?,NA,?\nnull,,\n-999,n/a,q\n2,v,p\n";
    assertThat(read(csv, Map.of("missing", List.of("-999", "n/a"))))
        .containsExactly("1 u -> p", "- - -> -", "- - -> -", "- - -> q", "2 v -> p");
    assertThat(read("a,y\n1,NA\n2,GB\n", Map.of("usual_missing", false)))
        .containsExactly("1 -> NA", "2 -> GB");
  }

  @Test
  void rolesTakeColumnsOutOfTheFeatures() {
    String csv =
        "tx,when,card,w,x,y,arrives\na1,2024-05-31 13:45,c7,2,1,no,2024-06-01\na2,,,,3,,\n";
    Map<String, String> roles =
        Map.of(
            "id",
            "tx",
            "time",
            "when",
            "key",
            "card",
            "weight",
            "w",
            "label",
            "y",
            "label_time",
            "arrives",
            "zone",
            "+02:00");
    assertThat(columns(csv, roles)).isEqualTo("x:N | y CLASS");
    // 2024-05-31 11:45 UTC and 2024-05-31 22:00 UTC.
    assertThat(read(csv, roles))
        .containsExactly(
            "1 -> no id=a1 key=c7 time=1717155900000 label_time=1717192800000 weight=2",
            "3 -> - id=a2");
    assertThat(columns("a,b,c,y\n1,2,3,p\n", Map.of("ignore", List.of("b", "3"))))
        .isEqualTo("a:N | y CLASS");
  }

  @Test
  void timesByUnitSizeAndPattern() {
    assertThat(read("t,x,y\n1700000000,1,p\n", Map.of("time", "t")))
        .containsExactly("1 -> p time=1700000000000");
    assertThat(read("t,x,y\n1700000000123,1,p\n", Map.of("time", "t")))
        .containsExactly("1 -> p time=1700000000123");
    assertThat(read("t,x,y\n61,1,p\n", Map.of("time", "t", "time_format", "epoch_min")))
        .containsExactly("1 -> p time=3660000");
    assertThat(
            read(
                "t,x,y\n02/01/1970 01:00,1,p\n",
                Map.of("time", "t", "time_format", "dd/MM/yyyy HH:mm", "zone", "Europe/Paris")))
        .containsExactly("1 -> p time=86400000");
    assertThat(read("t,x,y\n1970-01-01T01:00:00.5+01:00,1,p\n", Map.of("time", "t")))
        .containsExactly("1 -> p time=500");
  }

  @Test
  void longOrManyDifferentWordsAreText() {
    StringBuilder csv = new StringBuilder("s,few,y\n");
    for (int i = 0; i < 300; i++) {
      csv.append("word").append(i).append(",k").append(i % 150).append(",p\n");
    }
    assertThat(columns(csv.toString(), Map.of())).isEqualTo("s:T? few:C | y CLASS");
    assertThat(columns("s,y\n" + "long ".repeat(20) + ",p\n", Map.of()))
        .isEqualTo("s:T? | y CLASS");
    assertThat(
            columns("s,n,y\nab,1,p\n", Map.of("text", List.of("s"), "categorical", List.of("n"))))
        .isEqualTo("s:T? n:C | y CLASS");
  }

  @Test
  void latin1BytesStopNothing() {
    byte[] latin = "n,s,y\n1,caf\u00e9,p\n2,caf\u00e9,q\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(Read.all(Read.file(folder, "l.csv", latin), Map.of()))
        .containsExactly("1 caf\ufffd -> p", "2 caf\ufffd -> q");
    byte[] bom = "\ufeffn,y\n1,p\n".getBytes(StandardCharsets.UTF_8);
    assertThat(Read.columns(Read.file(folder, "b.csv", bom), Map.of())).isEqualTo("n:N | y CLASS");
  }

  @Test
  void recordsThatCrossTheBufferAreWhole() {
    StringBuilder csv = new StringBuilder("i,s,y\n");
    String filler = "z".repeat(37);
    int rows = 30_000; // over a megabyte, four buffers
    for (int i = 0; i < rows; i++) {
      csv.append(i)
          .append(",\"")
          .append(filler)
          .append("\n\"\"")
          .append(i % 7)
          .append("\",k")
          .append(i % 3)
          .append('\n');
    }
    List<String> all = read(csv.toString(), Map.of());
    assertThat(all).hasSize(rows);
    for (int i = 0; i < rows; i += 977) {
      assertThat(all.get(i)).isEqualTo(i + " " + filler + "\n\"" + i % 7 + " -> k" + i % 3);
    }
  }

  @Test
  void namesFoundAgainAfterTheTableGrew() {
    StringBuilder csv = new StringBuilder("s,y\n");
    for (int i = 0; i < 4000; i++) {
      csv.append('n').append(i % 2000).append(",p\n");
    }
    Path file = Read.file(folder, "n.csv", csv.toString());
    try (Source source = Sources.open(file.toString(), Map.of("categorical", List.of("s")))) {
      assertThat(Read.rest(source, 100)).element(3999).isEqualTo("n1999 -> p");
      assertThat(source.schema().column(0).dictionary().size()).isEqualTo(2000);
    }
  }
}
