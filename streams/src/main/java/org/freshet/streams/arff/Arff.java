package org.freshet.streams.arff;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.streams.input.BadRecord;
import org.freshet.streams.input.ByteInput;
import org.freshet.streams.input.Cells;
import org.freshet.streams.input.Content;
import org.freshet.streams.input.Describe;
import org.freshet.streams.input.Lines;
import org.freshet.streams.input.Missing;
import org.freshet.streams.input.Policy;
import org.freshet.streams.input.RecordParser;
import org.freshet.streams.input.RecordSource;
import org.freshet.streams.input.Table;
import org.freshet.streams.input.TableColumn;
import org.freshet.streams.input.TableRoles;

/**
 * Reads ARFF, the attribute-relation format of Weka and MOA, plain or gzipped, from a file or
 * standard input, in constant memory.
 *
 * <p>Nominal attributes are categories whose codes are the declared order; a value that is not
 * declared is a bad record. Numeric, real and integer attributes are numbers; string attributes are
 * text; date attributes are milliseconds since 1970, read by their own format, and may be given as
 * {@code time}. Keywords in any case, names and values in single or double quotes with backslash
 * escapes, {@code %} comments, {@code ?} for missing, a weight in braces behind an instance.
 * Relational attributes are not read.
 *
 * <p>Sparse instances ({@code {1 X, 3 Y}}) are read too: what is absent is 0, or the first declared
 * value. They are given out as dense rows, because a sparse row can hold numbers only.
 *
 * <p>The label is the last attribute unless said otherwise; as in all readers a classifier's label
 * is a category even where the attribute is numeric. The position is the record number and a hash
 * of the first 64 KB of content. Cost of an instance: one pass over its bytes.
 *
 * <pre>{@code
 * source: { arff: { path: electricity.arff.gz } }
 * }</pre>
 */
@Component(name = "arff", kinds = Kind.SOURCE, family = "reader")
public final class Arff implements RecordParser {

  public record Parameters(@Param(Describe.PATH) String path, TableRoles table, Policy policy) {}

  private static final byte[] ZERO = {'0'};

  private final ArffTokens tokens;
  private final Table table;
  private final Cells whole = new Cells((byte) '\\');

  /** What is meant where a sparse instance says nothing, one text behind the other. */
  private final byte[] absent;

  private final int[] absentStart;

  private Arff(ArffTokens tokens, Table table, List<TableColumn> columns) {
    this.tokens = tokens;
    this.table = table;
    this.absentStart = new int[columns.size() + 1];
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (int i = 0; i < columns.size(); i++) {
      List<String> declared = columns.get(i).declared();
      byte[] text =
          declared == null || declared.isEmpty()
              ? ZERO
              : declared.get(0).getBytes(java.nio.charset.StandardCharsets.UTF_8);
      all.write(text, 0, text.length);
      absentStart[i + 1] = all.size();
    }
    this.absent = all.toByteArray();
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
    Lines lines = new Lines(in, p.policy().maxRecord());
    List<TableColumn> columns =
        new ArrayList<>(new ArffHeader(in, lines, p.table().zone()).columns());
    List<String> marks = new ArrayList<>(p.table().missing());
    marks.add("?");
    Table table = new Table(in.name(), columns, p.table(), new Missing(marks, false));
    ArffTokens tokens = new ArffTokens(lines, columns.size());
    return new RecordSource(in, new Arff(tokens, table, columns), p.policy());
  }

  @Override
  public Schema schema() {
    return table.schema();
  }

  @Override
  public boolean next(Batch batch) throws BadRecord {
    if (!tokens.next()) {
      return false;
    }
    table.fill(tokens.isSparse() ? spread() : tokens.cells(), batch);
    if (tokens.weight() != 1) {
      batch.setWeight(tokens.weight());
    }
    return true;
  }

  /** The cells of a sparse instance with the absent ones filled in. */
  private Cells spread() throws BadRecord {
    Cells given = tokens.cells();
    int n = table.columns();
    int length = 0;
    for (int k = 0; k < given.count; k++) {
      length += given.end[k] - given.start[k];
    }
    if (whole.bytes.length < absent.length + length) {
      whole.bytes = java.util.Arrays.copyOf(absent, absent.length + 2 * length);
    }
    whole.count = 0;
    int at = absent.length;
    int k = 0;
    for (int i = 0; i < n; i++) {
      if (k < given.count && tokens.index(k) == i) {
        int size = given.end[k] - given.start[k];
        System.arraycopy(given.bytes, given.start[k], whole.bytes, at, size);
        whole.add(at, at + size, given.form[k++]);
        at += size;
      } else {
        whole.add(absentStart[i], absentStart[i + 1], Cells.QUOTED);
      }
    }
    return whole;
  }

  @Override
  public long line() {
    return tokens.line();
  }

  @Override
  public String record() {
    return tokens.record();
  }
}
