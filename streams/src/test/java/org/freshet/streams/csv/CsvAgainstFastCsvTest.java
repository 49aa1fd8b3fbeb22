package org.freshet.streams.csv;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.freshet.streams.input.BadRecord;
import org.freshet.streams.input.ByteInput;
import org.freshet.streams.input.Cells;
import org.junit.jupiter.api.Test;

/** The tokenizer against FastCSV, on random records written by the rules of RFC 4180. */
class CsvAgainstFastCsvTest {
  private static final String[] PIECES = {"a", "12.5", ",", "\"", "\n", "é", "x y", ""};

  @Test
  void sameCells() throws BadRecord {
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      String csv = write(random);
      List<List<String>> expected = new ArrayList<>();
      CsvReader.builder()
          .skipEmptyLines(true)
          .ofCsvRecord(csv)
          .forEach(r -> expected.add(r.getFields()));
      assertThat(tokens(csv)).as(csv).isEqualTo(expected);
    }
  }

  private static String write(Random random) {
    StringBuilder s = new StringBuilder();
    int columns = 2 + random.nextInt(4);
    String end = random.nextBoolean() ? "\n" : "\r\n";
    for (int r = random.nextInt(20); r >= 0; r--) {
      for (int c = 0; c < columns; c++) {
        StringBuilder cell = new StringBuilder();
        for (int k = random.nextInt(4); k > 0; k--) {
          cell.append(PIECES[random.nextInt(PIECES.length)]);
        }
        String v = cell.toString();
        boolean quote =
            v.contains(",") || v.contains("\"") || v.contains("\n") || random.nextInt(5) == 0;
        s.append(c == 0 ? "" : ",").append(quote ? '"' + v.replace("\"", "\"\"") + '"' : v);
      }
      s.append(r == 0 && random.nextBoolean() ? "" : end);
    }
    return s.toString();
  }

  private static List<List<String>> tokens(String csv) throws BadRecord {
    byte[] bytes = csv.getBytes(StandardCharsets.UTF_8);
    ByteInput in = new ByteInput("t", new ByteArrayInputStream(bytes), false);
    CsvTokens tokens = new CsvTokens(in, ',', '"', (char) 0, 1 << 20);
    List<List<String>> out = new ArrayList<>();
    while (tokens.next()) {
      Cells cells = tokens.cells();
      List<String> row = new ArrayList<>();
      for (int i = 0; i < cells.count; i++) {
        row.add(cells.text(i));
      }
      out.add(row);
    }
    return out;
  }
}
