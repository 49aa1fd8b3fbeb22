package org.freshet.streams.vw;

import java.nio.charset.StandardCharsets;
import org.freshet.core.Batch;
import org.freshet.core.DataException;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.streams.input.BadRecord;
import org.freshet.streams.input.ByteInput;
import org.freshet.streams.input.Content;
import org.freshet.streams.input.Describe;
import org.freshet.streams.input.Entries;
import org.freshet.streams.input.Lines;
import org.freshet.streams.input.Numbers;
import org.freshet.streams.input.Policy;
import org.freshet.streams.input.RecordParser;
import org.freshet.streams.input.RecordSource;
import org.freshet.streams.input.SparseLabel;
import org.freshet.streams.input.TableRoles;
import org.freshet.streams.input.Task;

/**
 * Reads the text format of Vowpal Wabbit, {@code label importance 'tag|namespace:weight name:value
 * …}, plain or gzipped, from a file or standard input, in constant memory. The rows are sparse and
 * numeric; what is absent is 0.
 *
 * <p>Names become indices below 2^bits by MurmurHash3, seeded by the hash of their namespace; a
 * name of digits counts from the hash of its namespace instead, as Vowpal Wabbit does by default,
 * so both use the same slots. Names that meet in a slot are added up. A feature without a value is
 * 1, and the weight of its namespace multiplies it. No constant feature is added: linear learners
 * here have an intercept.
 *
 * <p>The label is -1 and 1, a number of a class, or for regression any number; without one the
 * event is unlabelled. The importance is the weight, the tag the id of the event. A third number
 * (an initial prediction) is passed over. Labels with costs or actions (contextual bandits) are not
 * read.
 *
 * <p>The position is the record number and a hash of the first 64 KB of content. Cost of a record:
 * one pass over its bytes, a hash of each name and a sort of the indices.
 *
 * <pre>{@code
 * source: { vw: { path: clicks.vw.gz, bits: 22 } }
 * }</pre>
 */
@Component(name = "vw", kinds = Kind.SOURCE, family = "reader")
public final class VowpalWabbit implements RecordParser {

  public record Parameters(
      @Param(Describe.PATH) String path,
      @Param(value = "last for the label of the line, none to leave it out.", def = "last")
          String label,
      @Param(value = TableRoles.TASK, def = "classification", origin = "the more common") Task task,
      @Param(
              value = "Names are hashed to numbers of this many bits.",
              def = "18",
              range = "[1, 30]",
              unit = "bits",
              origin = "Vowpal Wabbit")
          int bits,
      Policy policy) {}

  private final Lines lines;
  private final int mask;
  private final SparseLabel label;
  private final Entries entries = new Entries();

  private VowpalWabbit(Lines lines, Parameters p) {
    this.lines = lines;
    this.mask = (1 << p.bits()) - 1;
    this.label = new SparseLabel(p.label(), p.task());
  }

  public static Source create(Parameters p, Build build) {
    ByteInput in = Content.open(p.path());
    try {
      return open(p, in);
    } catch (RuntimeException wrong) {
      in.close();
      throw wrong;
    }
  }

  static Source open(Parameters p, ByteInput in) {
    if (in.end() == 0) {
      throw new DataException(in.name(), 0, null, "is empty, expected at least one record");
    }
    VowpalWabbit parser = new VowpalWabbit(new Lines(in, p.policy().maxRecord()), p);
    return new RecordSource(in, parser, p.policy());
  }

  @Override
  public Schema schema() {
    return label.schema();
  }

  @Override
  public boolean next(Batch batch) throws BadRecord {
    if (!lines.next()) {
      return false;
    }
    byte[] b = lines.bytes();
    int end = lines.end();
    int bar = lines.start();
    while (bar < end && b[bar] != '|') {
      bar++;
    }
    if (bar == end) {
      throw new BadRecord("there is no '|'; expected label |namespace name:value …");
    }
    head(b, lines.start(), bar, batch);
    entries.clear();
    while (bar < end) {
      bar = namespace(b, bar + 1, end);
    }
    entries.writeTo(batch);
    return true;
  }

  /** Label, importance and tag: what stands before the first bar. */
  private void head(byte[] b, int from, int bar, Batch batch) throws BadRecord {
    int at = from;
    int numbers = 0;
    while (at < bar) {
      if (Lines.isBlank(b[at])) {
        at++;
        continue;
      }
      int to = at;
      while (to < bar && !Lines.isBlank(b[to])) {
        to++;
      }
      boolean quoted = b[at] == '\'';
      if (quoted || to == bar) { // a tag has a quote before it or touches the bar
        int start = quoted ? at + 1 : at;
        batch.setId(new String(b, start, to - start, StandardCharsets.UTF_8));
      } else {
        number(b, at, to, numbers++, batch);
      }
      at = to;
    }
  }

  private void number(byte[] b, int from, int to, int position, Batch batch) throws BadRecord {
    double v = Numbers.parse(b, from, to);
    if (Double.isNaN(v)) {
      throw new BadRecord(
          "found "
              + shown(b, from, to)
              + " before '|', expected label, importance and 'tag; labels with costs or actions are not read");
    }
    if (position == 0) {
      label.set(b, from, to, batch);
    } else if (position == 1) {
      if (!(v >= 0 && v < Double.POSITIVE_INFINITY)) {
        throw new BadRecord(
            "the importance is " + shown(b, from, to) + ", expected a finite number of 0 or more");
      }
      batch.setWeight(v);
    } else if (position > 2) {
      throw new BadRecord(
          "found more than three numbers before '|', expected label, importance and initial prediction");
    }
  }

  /** Reads from behind a bar to the next bar, which is returned, or the end. */
  private int namespace(byte[] b, int from, int end) throws BadRecord {
    int at = from;
    int seed = 0;
    double scale = 1;
    if (at < end && b[at] != '|' && !Lines.isBlank(b[at])) {
      int to = word(b, at, end);
      int colon = colon(b, at, to);
      seed = hash(b, at, colon, 0);
      scale = value(b, colon, to);
      at = to;
    }
    while (at < end && b[at] != '|') {
      if (Lines.isBlank(b[at])) {
        at++;
        continue;
      }
      int to = word(b, at, end);
      int colon = colon(b, at, to);
      double v = value(b, colon, to);
      entries.add(hash(b, at, colon, seed) & mask, scale * v);
      at = to;
    }
    return at;
  }

  private static int word(byte[] b, int from, int end) {
    int p = from;
    while (p < end && !Lines.isBlank(b[p]) && b[p] != '|') {
      p++;
    }
    return p;
  }

  private static int colon(byte[] b, int from, int to) {
    int p = from;
    while (p < to && b[p] != ':') {
      p++;
    }
    return p;
  }

  private static double value(byte[] b, int colon, int to) throws BadRecord {
    if (colon == to) {
      return 1;
    }
    double v = Numbers.parse(b, colon + 1, to);
    if (Double.isNaN(v) && !Numbers.isWord(b, colon + 1, to, "nan")) {
      throw new BadRecord(
          "the value behind ':' is "
              + shown(b, colon + 1, to)
              + ", expected a number; mend the record, or set 'on_error: skip'");
    }
    return v;
  }

  /** A name of digits is a number counted from the seed; every other one is hashed. */
  private static int hash(byte[] b, int from, int to, int seed) {
    int number = 0;
    for (int p = from; p < to; p++) {
      int d = b[p] - '0';
      if (d < 0 || d > 9) {
        return Murmur3.hash(b, from, to, seed);
      }
      number = 10 * number + d;
    }
    return from == to ? seed : number + seed;
  }

  private static String shown(byte[] b, int from, int to) {
    return BadRecord.quote(new String(b, from, to - from, StandardCharsets.UTF_8));
  }

  @Override
  public long line() {
    return lines.line();
  }

  @Override
  public String record() {
    return lines.text();
  }
}
