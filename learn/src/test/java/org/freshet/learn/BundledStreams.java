package org.freshet.learn;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Schema;

/** The real streams bundled with the examples, read by the simplest means; learn has no readers. */
public final class BundledStreams {
  private static final Path DATA = Path.of("..", "examples", "data");

  private BundledStreams() {}

  /** Electricity from the 6-attribute ARFF: 45,312 events, classes 0 and 1. */
  public static Batch electricity() throws IOException {
    return read("electricity.arff.gz", 6, 45_312);
  }

  /** 1,250 web pages, 9 columns, classes 0 and 1. */
  public static Batch phishing() throws IOException {
    return read("phishing.csv.gz", 9, 1_250);
  }

  private static Batch read(String file, int width, int events) throws IOException {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      columns.add(Column.numeric("x" + i));
    }
    Batch batch = new Batch(Schema.classification(columns, "class", "0", "1"), events);
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(DATA.resolve(file))),
                StandardCharsets.US_ASCII))) {
      for (String line; (line = in.readLine()) != null; ) {
        if (!line.isEmpty() && Character.isDigit(line.charAt(0))) {
          append(batch, line.split(","), width);
        }
      }
    }
    if (batch.size() != events) {
      throw new IOException(file + " has " + batch.size() + " events, expected " + events);
    }
    return batch;
  }

  private static void append(Batch batch, String[] cells, int width) {
    batch.beginRow();
    for (int i = 0; i < width; i++) {
      batch.set(i, Double.parseDouble(cells[i]));
    }
    batch.setLabel(Double.parseDouble(cells[width]));
    batch.endRow();
  }
}
