package org.freshet.streams.jsonl;

import java.util.ArrayList;
import java.util.List;
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
import org.freshet.streams.input.Cells;
import org.freshet.streams.input.ColumnSample;
import org.freshet.streams.input.Content;
import org.freshet.streams.input.Declared;
import org.freshet.streams.input.Describe;
import org.freshet.streams.input.Lines;
import org.freshet.streams.input.Missing;
import org.freshet.streams.input.Policy;
import org.freshet.streams.input.RecordParser;
import org.freshet.streams.input.RecordSource;
import org.freshet.streams.input.Sampling;
import org.freshet.streams.input.Table;
import org.freshet.streams.input.TableColumn;
import org.freshet.streams.input.TableRoles;

/**
 * Reads JSON lines (NDJSON): one object a line, plain or gzipped, from a file or standard input, in
 * constant memory.
 *
 * <p>Nested objects are flattened, keys joined by dots ({@code user.age}); elements of arrays are
 * numbered from 0 ({@code tags.0}). The columns are the keys of the first {@code sample} records,
 * in the order of appearance (kept and given out after); values under later keys are left out and
 * counted. A key that is not in a record, or null, is a missing value.
 *
 * <p>A column of numbers is numeric; strings and booleans are categories with an open dictionary,
 * or text by the rule of {@code csv}. {@code numeric}, {@code categorical} and {@code text}
 * overrule that. A column counts as possibly missing when a record of the sample has no value for
 * it.
 *
 * <p>The label is the last column that appeared unless named, which is better. The position is the
 * record number and a hash of the first 64 KB of content (from standard input: of what the sample
 * took). Cost of a record: Jackson's streaming parser over its bytes.
 *
 * <pre>{@code
 * source: { jsonl: { path: "-", label: fraud, id: tx.id, time: tx.at, key: card } }
 * }</pre>
 */
@Component(name = "jsonl", kinds = Kind.SOURCE, family = "reader")
public final class Jsonl implements RecordParser {
  /** The sample ends after this many bytes, whatever its number of records. */
  private static final int SAMPLE_BYTES = 1 << 24;

  public record Parameters(
      @Param(Describe.PATH) String path, TableRoles table, Sampling sampling, Policy policy) {}

  private final JsonCells objects;
  private final Table table;

  private Jsonl(JsonCells objects, Table table) {
    this.objects = objects;
    this.table = table;
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
    JsonCells objects = new JsonCells(new Lines(in, p.policy().maxRecord()));
    Missing missing = new Missing(p.table().missing(), p.sampling().usualMissing());
    Sampling sampling = p.sampling();
    Declared declared = new Declared(sampling.numeric(), sampling.categorical(), sampling.text());
    List<TableColumn> columns = look(in, objects, sampling.sample(), missing, declared);
    Table table = new Table(in.name(), columns, p.table(), missing);
    return new RecordSource(in, new Jsonl(objects, table), p.policy());
  }

  private static List<TableColumn> look(
      ByteInput in, JsonCells objects, int sample, Missing missing, Declared declared) {
    List<ColumnSample> samples = new ArrayList<>();
    BadRecord last = null;
    long lastLine = 0;
    in.mark();
    int n = 0;
    while (n < sample && in.sinceMark() < SAMPLE_BYTES) {
      int before = in.sinceMark();
      try {
        if (!objects.next()) {
          break;
        }
        while (samples.size() < objects.names().size()) {
          samples.add(n == 0 ? new ColumnSample() : ColumnSample.missingBefore());
        }
        Cells cells = objects.cells();
        for (int i = 0; i < cells.count; i++) {
          samples.get(i).add(cells, i, missing, cells.form[i] == Cells.PLAIN);
        }
        n++;
      } catch (BadRecord later) { // reading says so, by the policy
        last = later;
        lastLine = objects.line();
        if (in.sinceMark() == before) {
          break;
        }
      }
    }
    if (n == 0 && last != null) {
      throw new DataException(
          in.name(), Math.max(1, lastLine), last.field(), last.getMessage(), last);
    }
    if (samples.isEmpty()) {
      throw new DataException(
          in.name(), 0, null, "is empty, expected at least one JSON object with a key");
    }
    in.reset();
    objects.close();
    while (samples.size() < objects.names().size()) { // keys of a record that was bad
      samples.add(ColumnSample.missingBefore());
    }
    return declared.columns(in.name(), objects.names(), samples);
  }

  @Override
  public Schema schema() {
    return table.schema();
  }

  /** Values left out so far because their keys were not in the sample. */
  public long unknownKeys() {
    return objects.unknown();
  }

  @Override
  public boolean next(Batch batch) throws BadRecord {
    if (!objects.next()) {
      return false;
    }
    table.fill(objects.cells(), batch);
    return true;
  }

  @Override
  public long line() {
    return objects.line();
  }

  @Override
  public String record() {
    return objects.record();
  }
}
