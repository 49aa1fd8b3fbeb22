package org.freshet.streams;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.Source;

/** Writes small files, and reads sources to text that a test can compare. */
public final class Read {
  private Read() {}

  public static Path file(Path folder, String name, String content) {
    return file(folder, name, content.getBytes(StandardCharsets.UTF_8));
  }

  public static Path file(Path folder, String name, byte[] content) {
    try {
      return Files.write(folder.resolve(name), name.endsWith(".gz") ? gzip(content) : content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(content);
    }
    return out.toByteArray();
  }

  /** All rows of a file as text. */
  public static List<String> all(Path file, Map<String, ?> parameters) {
    try (Source source = Sources.open(file.toString(), parameters)) {
      return rest(source, 3);
    }
  }

  /** The rows still to come, read in batches of a size. */
  public static List<String> rest(Source source, int size) {
    List<String> rows = new ArrayList<>();
    Batch batch = new Batch(source.schema(), size);
    while (source.read(batch, size) > 0) {
      for (int r = 0; r < batch.size(); r++) {
        rows.add(text(batch, r));
      }
    }
    return rows;
  }

  /** One row: values by name of category, text in quotes, then what else the event has. */
  public static String text(Batch batch, int r) {
    Schema schema = batch.schema();
    Features x = batch.row(r);
    StringBuilder s = new StringBuilder();
    for (int k = 0; k < x.count(); k++) {
      s.append(k == 0 ? "" : " ");
      if (x.isSparse()) {
        s.append(x.index(k)).append(':').append(number(x.value(k)));
        continue;
      }
      Column c = schema.column(k);
      switch (c.kind()) {
        case NUMERIC -> s.append(number(x.value(k)));
        case CATEGORY ->
            s.append(Double.isNaN(x.value(k)) ? "-" : c.dictionary().name((int) x.value(k)));
        case TEXT -> s.append('"').append(x.attachment(schema.attachmentOf(k))).append('"');
      }
    }
    s.append(" -> ");
    if (schema.target() == Schema.Target.CLASS) {
      s.append(batch.labelCode(r) < 0 ? "-" : schema.labels().name(batch.labelCode(r)));
    } else if (schema.hasTruths()) {
      double[] truths = new double[schema.outputs().size()];
      batch.truths(r, truths);
      for (int k = 0; k < truths.length; k++) {
        s.append(k == 0 ? "" : " ").append(number(truths[k]));
      }
    } else {
      s.append(number(batch.label(r)));
    }
    s.append(x.id() == null ? "" : " id=" + x.id())
        .append(x.key() == null ? "" : " key=" + x.key());
    s.append(x.time() == Features.NO_TIME ? "" : " time=" + x.time());
    s.append(batch.labelTime(r) == Features.NO_TIME ? "" : " label_time=" + batch.labelTime(r));
    s.append(batch.weight(r) == 1 ? "" : " weight=" + number(batch.weight(r)));
    return s.toString();
  }

  private static String number(double v) {
    if (Double.isNaN(v)) {
      return "-";
    }
    return v == Math.rint(v) && Math.abs(v) < 1e15 ? Long.toString((long) v) : Double.toString(v);
  }

  /** Columns as name:kind, a question mark behind those that may be missing. */
  public static String columns(Path file, Map<String, ?> parameters) {
    try (Source source = Sources.open(file.toString(), parameters)) {
      StringBuilder s = new StringBuilder();
      for (Column c : source.schema().columns()) {
        s.append(c.name())
            .append(':')
            .append(c.kind().toString().charAt(0))
            .append(c.mayBeMissing() ? "? " : " ");
      }
      return s.append("| ")
          .append(source.schema().labelName())
          .append(' ')
          .append(source.schema().target())
          .toString();
    }
  }
}
