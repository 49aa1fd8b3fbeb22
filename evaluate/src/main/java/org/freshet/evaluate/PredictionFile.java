package org.freshet.evaluate;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import org.freshet.core.Schema;
import org.freshet.engine.Outcomes;

/**
 * One predicted label or value a line (several are parted by commas), in the order of events; an
 * empty line where there was no answer.
 */
final class PredictionFile implements AutoCloseable {
  private final Path file;
  private final Schema schema;
  private final BufferedWriter out;

  PredictionFile(Path file, Schema schema) {
    this.file = file;
    this.schema = schema;
    try {
      this.out = Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  void take(Outcomes o) {
    boolean classes = schema.target() == Schema.Target.CLASS;
    try {
      for (int i = 0; i < o.predictions(); i++) {
        double p = o.predicted(i);
        if (schema.hasTruths()) {
          out.write(several(o, i));
        } else if (classes && p >= 0) {
          out.write(name((int) p));
        } else if (!classes && !Double.isNaN(p)) {
          out.write(Double.toString(p));
        }
        out.write('\n');
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Names of the labels that are answered, or the values of all targets, parted by commas. */
  private String several(Outcomes o, int i) {
    StringJoiner all = new StringJoiner(",");
    for (int k = 0; k < o.known(i); k++) {
      double p = o.scores()[o.scoresAt(i) + k];
      if (schema.target() == Schema.Target.NUMBERS) {
        all.add(Double.toString(p));
      } else if (p >= 0.5) {
        all.add(schema.outputs().get(k));
      }
    }
    return all.toString();
  }

  private String name(int code) {
    return code < schema.labels().size() ? schema.labels().name(code) : "#" + code;
  }

  private UncheckedIOException failed(IOException e) {
    return new UncheckedIOException(
        "cannot write predictions to " + file + ": " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
