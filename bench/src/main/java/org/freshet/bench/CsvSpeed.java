package org.freshet.bench;

import ch.randelshofer.fastdoubleparser.JavaDoubleParser;
import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.freshet.core.Batch;
import org.freshet.core.Source;
import org.freshet.streams.Sources;

/**
 * How fast numeric CSV becomes a {@link Batch}, on one thread, beside FastCSV's callback handler
 * with fastdoubleparser writing the same batch. Writes a file of 50 MB, 20 numeric columns and a
 * class, reads it several times with both, checks the sums and prints MB of text per second of
 * processor time. From the root of the repository:
 *
 * <pre>
 * mvn -P bench -pl bench -am package -DskipTests
 * java -Xmx1g -cp "bench/target/bench-0.1.0.jar:bench/target/lib/*" org.freshet.bench.CsvSpeed
 * </pre>
 */
public final class CsvSpeed {
  private static final int COLUMNS = 20;
  private static final long BYTES = 50L << 20;
  private static final int ROUNDS = 7;
  private static final int ROWS = 1024;

  private CsvSpeed() {}

  /** What was read: rows and the sum of all values. */
  private record Read(long rows, double sum, long nanos) {}

  public static void main(String[] args) throws IOException {
    Path file = args.length > 0 ? Path.of(args[0]) : Files.createTempFile("freshet-csv", ".csv");
    try {
      double[] written = args.length > 0 ? null : write(file);
      double megabytes = Files.size(file) / 1e6;
      double own = 0;
      double fast = 0;
      for (int i = 0; i < ROUNDS; i++) {
        Read a = freshet(file);
        Read b = args.length > 0 ? a : fastCsv(file);
        check(a, b, written);
        own = Math.max(own, megabytes / (a.nanos / 1e9));
        fast = Math.max(fast, megabytes / (b.nanos / 1e9));
      }
      System.out.printf(
          Locale.ROOT,
          "csv %.0f MB: freshet %.0f MB/s, FastCSV callback + fastdoubleparser %.0f MB/s, best of %d%n",
          megabytes,
          own,
          fast,
          ROUNDS);
    } finally {
      if (args.length == 0) {
        Files.delete(file);
      }
    }
  }

  /** Time of this thread on a processor: others on the machine do not count. */
  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void check(Read a, Read b, double[] written) {
    boolean same = a.rows == b.rows && Double.compare(a.sum, b.sum) == 0;
    if (!same
        || written != null
            && (a.rows != (long) written[0] || Double.compare(a.sum, written[1]) != 0)) {
      throw new IllegalStateException("sums differ: " + a + ", " + b);
    }
  }

  /**
   * Writes the file; the number of rows and the sum of its values, added in the order of reading.
   */
  private static double[] write(Path file) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    double sum = 0;
    long rows = 0;
    long bytes = 0;
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      while (bytes < BYTES) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < COLUMNS; i++) {
          String v = String.format(Locale.ROOT, "%.4f", (random.nextDouble() - 0.5) * 100);
          sum += Double.parseDouble(v);
          line.append(v).append(',');
        }
        line.append(random.nextBoolean() ? "up" : "down").append('\n');
        out.append(line);
        bytes += line.length();
        rows++;
      }
    }
    return new double[] {rows, sum};
  }

  private static Read freshet(Path file) {
    long start = cpu();
    double sum = 0;
    long rows = 0;
    try (Source source = Sources.open(file.toString(), Map.of("header", "no"))) {
      Batch batch = new Batch(source.schema(), ROWS);
      int width = source.schema().width();
      for (int n; (n = source.read(batch, ROWS)) > 0; rows += n) {
        sum = add(sum, batch.block(), n * width);
      }
    }
    return new Read(rows, sum, cpu() - start);
  }

  private static double add(double to, double[] block, int n) {
    double sum = to;
    for (int i = 0; i < n; i++) {
      sum += Double.isNaN(block[i]) ? 0 : block[i];
    }
    return sum;
  }

  /** Parses numbers where FastCSV has its characters. */
  private static final class Handler extends AbstractBaseCsvCallbackHandler<double[]> {
    private final double[] row = new double[COLUMNS];
    private int at;

    @Override
    protected void handleBegin(long startingLineNumber) {
      at = 0;
    }

    @Override
    protected void handleField(int fieldIdx, char[] buf, int offset, int len, boolean quoted) {
      if (at < COLUMNS) {
        row[at] = JavaDoubleParser.parseDouble(buf, offset, len);
      }
      at++;
    }

    @Override
    protected double[] buildRecord() {
      return row;
    }
  }

  private static Read fastCsv(Path file) throws IOException {
    long start = cpu();
    double sum = 0;
    long rows = 0;
    double[] block = new double[ROWS * COLUMNS];
    int n = 0;
    try (CsvReader<double[]> reader =
        CsvReader.builder()
            .build(new Handler(), Files.newBufferedReader(file, StandardCharsets.ISO_8859_1))) {
      for (double[] row : reader) {
        System.arraycopy(row, 0, block, n++ * COLUMNS, COLUMNS);
        if (n == ROWS) {
          sum = add(sum, block, n * COLUMNS);
          rows += n;
          n = 0;
        }
      }
    }
    sum = add(sum, block, n * COLUMNS);
    return new Read(rows + n, sum, cpu() - start);
  }
}
