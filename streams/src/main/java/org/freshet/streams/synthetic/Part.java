package org.freshet.streams.synthetic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Source;

/** One stream of a {@link Drift}, read event by event, its codes turned into those of the whole. */
final class Part {
  private final Source source;
  private final Schema schema;
  private final Batch buffer;
  private final Codes[] codes;
  private final Codes labelCodes;
  private Features row;
  private int at = -1;

  Part(Source source, Schema whole) {
    this.source = source;
    this.schema = whole;
    this.buffer = new Batch(source.schema(), 64);
    codes = new Codes[whole.width()];
    for (int i = 0; i < codes.length; i++) {
      Column c = whole.column(i);
      codes[i] =
          c.isCategory() ? new Codes(source.schema().column(i).dictionary(), c.dictionary()) : null;
    }
    labelCodes =
        whole.labels() == null ? null : new Codes(source.schema().labels(), whole.labels());
  }

  Source source() {
    return source;
  }

  /** Goes to the next event; false at the end. */
  boolean advance() {
    at++;
    if (at >= buffer.size()) {
      if (source.read(buffer, buffer.capacity()) == 0) {
        return false;
      }
      at = 0;
    }
    row = buffer.row(at);
    return true;
  }

  /** Label of the event in the codes of the whole. */
  double label() {
    double label = buffer.label(at);
    return labelCodes == null ? label : labelCodes.of(label);
  }

  /** Writes the event into the open row of a batch. */
  void write(Batch out) {
    if (row.isSparse()) {
      for (int k = 0; k < row.count(); k++) {
        out.add(row.index(k), row.value(k));
      }
    } else {
      for (int i = 0; i < codes.length; i++) {
        out.set(i, value(i));
      }
    }
    out.setLabel(label());
    writeRest(out);
  }

  private double value(int i) {
    double v = row.get(i);
    return codes[i] == null ? v : codes[i].of(v);
  }

  private void writeRest(Batch out) {
    double weight = buffer.weight(at);
    if (weight != 1) {
      out.setWeight(weight);
    }
    if (row.time() != Features.NO_TIME) {
      out.setTime(row.time());
    }
    if (buffer.labelTime(at) != Features.NO_TIME) {
      out.setLabelTime(buffer.labelTime(at));
    }
    if (row.id() != null) {
      out.setId(row.id());
    }
    if (row.key() != null) {
      out.setKey(row.key());
    }
    for (int slot = 0; slot < schema.attachments(); slot++) {
      out.attach(slot, row.attachment(slot));
    }
  }

  /**
   * Moves the open dense row of a batch towards this event; a category changes with that
   * probability.
   */
  void mixInto(Batch out, double share, Rng rng) {
    double[] block = out.block();
    int start = out.size() * codes.length;
    for (int i = 0; i < codes.length; i++) {
      double v = value(i);
      if (codes[i] == null) {
        block[start + i] = (1 - share) * block[start + i] + share * v;
      } else if (rng.nextDouble() < share) {
        block[start + i] = v;
      }
    }
  }

  /** The schema of the first source, with room for what may be missing in any. */
  static Schema schema(List<Source> sources) {
    Schema first = sources.get(0).schema();
    List<Column> columns = new ArrayList<>(first.columns());
    for (int s = 1; s < sources.size(); s++) {
      Schema other = sources.get(s).schema();
      String where = "stream " + (s + 1) + " (" + sources.get(s).name() + ") of drift ";
      String asFirst = " as in stream 1 (" + sources.get(0).name() + ")";
      checkShape(first, other, where, asFirst);
      for (int i = 0; i < columns.size(); i++) {
        Column a = columns.get(i);
        Column b = other.column(i);
        if (a.kind() != b.kind() || !a.name().equals(b.name())) {
          throw new SchemaException(
              where
                  + "has column "
                  + (i + 1)
                  + " "
                  + words(b)
                  + ", expected "
                  + words(a)
                  + asFirst);
        }
        columns.set(i, a.withMissing(a.mayBeMissing() || b.mayBeMissing()));
      }
    }
    return first.isSparse() ? first.withSparse(columns) : first.withColumns(columns);
  }

  private static void checkShape(Schema first, Schema other, String where, String asFirst) {
    if (first.isSparse() != other.isSparse()) {
      throw new SchemaException(
          where
              + "has "
              + (other.isSparse() ? "sparse" : "dense")
              + " rows, expected "
              + (first.isSparse() ? "sparse" : "dense")
              + " ones"
              + asFirst);
    }
    if (first.width() != other.width()) {
      throw new SchemaException(
          where + "has " + other.width() + " columns, expected " + first.width() + asFirst);
    }
    if (first.target() != other.target()) {
      throw new SchemaException(
          where
              + "has the label kind "
              + other.target()
              + ", expected "
              + first.target()
              + asFirst);
    }
  }

  private static String words(Column c) {
    return "'" + c.name() + "' (" + c.kind().name().toLowerCase(java.util.Locale.ROOT) + ")";
  }

  /** Codes of one dictionary in another, found by name once and kept. */
  private static final class Codes {
    private final Dictionary from;
    private final Dictionary to;
    private double[] known = new double[0];

    Codes(Dictionary from, Dictionary to) {
      this.from = from;
      this.to = to;
    }

    double of(double code) {
      if (from == to || Double.isNaN(code)) {
        return code;
      }
      int c = (int) code;
      if (c >= known.length) {
        learn();
      }
      return known[c];
    }

    private void learn() {
      int old = known.length;
      known = Arrays.copyOf(known, from.size());
      for (int c = old; c < known.length; c++) {
        int code = to.code(from.name(c));
        known[c] = code == Dictionary.FULL ? Double.NaN : code;
      }
    }
  }
}
