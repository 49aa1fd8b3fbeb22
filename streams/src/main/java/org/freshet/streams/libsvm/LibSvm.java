package org.freshet.streams.libsvm;

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
 * Reads LIBSVM and SVMlight text, {@code label index:value index:value … # comment}, plain or
 * gzipped, from a file or standard input, in constant memory. The rows are sparse and numeric; what
 * is absent is 0.
 *
 * <p>Indices are counted from {@code first_index} in the file and from 0 in the rows. They need not
 * be sorted; one that comes twice is a bad record. {@code qid:n} is taken as the key of the event.
 * A line without a label is an unlabelled event. Labels are numbers by the format: {@code +1},
 * {@code 1} and {@code 1.0} are one class, named 1; classes are numbered in the order of
 * appearance. A label that is no number is a class of that name.
 *
 * <p>The position is the record number and a hash of the first 64 KB of content. Cost of a record:
 * one pass over its bytes, and a sort when the indices do not rise.
 *
 * <pre>{@code
 * source: { libsvm: { path: rcv1.svm.gz } }
 * }</pre>
 */
@Component(name = "libsvm", kinds = Kind.SOURCE, family = "reader")
public final class LibSvm implements RecordParser {
  private static final byte[] QID = {'q', 'i', 'd'};

  public record Parameters(
      @Param(Describe.PATH) String path,
      @Param(value = "last for the label of the line, none to leave it out.", def = "last")
          String label,
      @Param(value = TableRoles.TASK, def = "classification", origin = "the more common") Task task,
      @Param(
              value = "Number of the first feature in the file.",
              def = "1",
              range = "[0, 1]",
              origin = "LIBSVM")
          int firstIndex,
      @Param(
              value =
                  "Largest index accepted; a larger one is a bad record, because learners take memory by it.",
              def = "16777216",
              range = "[1, 2147483646]",
              origin = "128 MB of weights")
          int maxIndex,
      Policy policy) {}

  private final Lines lines;
  private final Parameters p;
  private final SparseLabel label;
  private final Entries entries = new Entries();

  private LibSvm(Lines lines, Parameters p) {
    this.lines = lines;
    this.p = p;
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
    LibSvm parser = new LibSvm(new Lines(in, p.policy().maxRecord()), p);
    return new RecordSource(in, parser, p.policy());
  }

  @Override
  public Schema schema() {
    return label.schema();
  }

  @Override
  public boolean next(Batch batch) throws BadRecord {
    int end;
    do {
      if (!lines.next()) {
        return false;
      }
      end = contentEnd();
    } while (end == lines.start());
    byte[] b = lines.bytes();
    int at = word(b, lines.start(), end);
    int colon = colon(b, lines.start(), at);
    if (colon == at) {
      label.set(b, lines.start(), at, batch);
    } else {
      at = lines.start(); // no label: the line begins with a feature
    }
    entries.clear();
    while (at < end) {
      while (at < end && Lines.isBlank(b[at])) {
        at++;
      }
      int to = word(b, at, end);
      if (to > at) {
        feature(b, at, to, batch);
      }
      at = to;
    }
    int twice = entries.twice();
    if (twice >= 0) {
      throw new BadRecord(
          "index "
              + (twice + p.firstIndex())
              + " comes twice; mend the record, or set 'on_error: skip'");
    }
    entries.writeTo(batch);
    return true;
  }

  /** Where the comment begins, blanks before it left out. */
  private int contentEnd() {
    byte[] b = lines.bytes();
    int p = lines.start();
    while (p < lines.end() && b[p] != '#') {
      p++;
    }
    while (p > lines.start() && Lines.isBlank(b[p - 1])) {
      p--;
    }
    return p;
  }

  private static int word(byte[] b, int from, int end) {
    int p = from;
    while (p < end && !Lines.isBlank(b[p])) {
      p++;
    }
    return p;
  }

  private static int colon(byte[] b, int from, int end) {
    int p = from;
    while (p < end && b[p] != ':') {
      p++;
    }
    return p;
  }

  private void feature(byte[] b, int from, int to, Batch batch) throws BadRecord {
    int colon = from;
    long index = 0;
    while (colon < to && b[colon] >= '0' && b[colon] <= '9') {
      index = Math.min(10 * index + b[colon++] - '0', Integer.MAX_VALUE);
    }
    if (colon == from || colon == to || b[colon] != ':') {
      int mid = colon(b, from, to);
      if (mid - from == QID.length
          && java.util.Arrays.equals(b, from, mid, QID, 0, QID.length)
          && mid < to) {
        batch.setKey(new String(b, mid + 1, to - mid - 1, StandardCharsets.UTF_8));
        return;
      }
      throw new BadRecord(
          "found "
              + shown(b, from, to)
              + ", expected index:value; mend the record, or set 'on_error: skip'");
    }
    double v = Numbers.parse(b, colon + 1, to);
    if (Double.isNaN(v) && !Numbers.isWord(b, colon + 1, to, "nan")) {
      throw new BadRecord(
          "the value in "
              + shown(b, from, to)
              + " is no number; mend the record, or set 'on_error: skip'");
    }
    if (index < p.firstIndex()) {
      throw new BadRecord(
          "index 0, expected 1 or more; set 'first_index: 0' when the file counts from 0");
    }
    if (index > p.maxIndex()) {
      throw new BadRecord(
          "index "
              + (index == Integer.MAX_VALUE ? "over 2147483646" : "" + index)
              + ", expected at most "
              + p.maxIndex()
              + "; raise 'max_index', or hash the features");
    }
    entries.add((int) index - p.firstIndex(), v);
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
