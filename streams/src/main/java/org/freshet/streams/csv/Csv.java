package org.freshet.streams.csv;

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
import org.freshet.streams.input.Missing;
import org.freshet.streams.input.Policy;
import org.freshet.streams.input.RecordParser;
import org.freshet.streams.input.RecordSource;
import org.freshet.streams.input.Sampling;
import org.freshet.streams.input.Table;
import org.freshet.streams.input.TableRoles;

/**
 * Reads CSV, TSV and any other text of separated columns, plain or gzipped, from a file or standard
 * input, in constant memory.
 *
 * <p>Cells may stand in quotes as in RFC 4180, with separators, newlines and doubled quotes inside.
 * Blanks around a cell are cut off, blank lines are passed over. The separator is found from the
 * first lines, or from the name {@code .tsv}, unless given. Text is UTF-8; bytes that are not
 * become U+FFFD and stop nothing.
 *
 * <p>Types come from the first {@code sample} records (kept and given out after): a column is
 * numeric when every value is a number (a column without any value too); text when a value is
 * longer than 64 bytes, or there are more than 100 distinct values and more than half of all are;
 * else a category with an open dictionary, its codes in the order of appearance. {@code numeric},
 * {@code categorical} and {@code text} overrule that. A column counts as possibly missing when the
 * sample has a missing value in it; later ones are given out as NaN all the same. Text in a numeric
 * column is a bad record.
 *
 * <p>With {@code header: auto} the first line holds names when none of its cells is a number while
 * a column below is numeric, or when no column is and none of its cells comes again below, or when
 * a given column name stands in it. Without a header the columns are x1, x2, …; a name that comes
 * twice gets a number at its end.
 *
 * <p>The position is the record number and a hash of the first 64 KB of content (from standard
 * input: of what the sample took). Cost of a record: one pass over its bytes, no allocation but for
 * text, ids, keys and names never seen before. There is no paper; the number parser is described at
 * {@link org.freshet.streams.input.Numbers}.
 *
 * <pre>{@code
 * source: { csv: { path: elec.csv.gz, label: class, time: date, time_format: dd/MM/yyyy } }
 * }</pre>
 */
@Component(name = "csv", kinds = Kind.SOURCE, family = "reader")
public final class Csv implements RecordParser {

  /** Whether the first record holds the names of the columns. */
  public enum Header {
    AUTO,
    YES,
    NO
  }

  public record Parameters(
      @Param(Describe.PATH) String path,
      TableRoles table,
      @Param(
              value = "Whether the first record holds the names of the columns.",
              def = "auto",
              origin = Describe.CHOICE)
          Header header,
      @Param(
              value =
                  "What separates cells: one character, tab, space (runs count as one), comma,"
                      + " semicolon, pipe, or auto.",
              def = "auto",
              origin = Describe.CHOICE)
          String separator,
      @Param(
              value = "Character around cells that hold separators; none when quotes mean nothing.",
              def = "'\"'",
              origin = "RFC 4180")
          String quote,
      @Param(
              value = "Character that begins comment lines.",
              def = "none",
              origin = "RFC 4180 has none")
          String comment,
      Sampling sampling,
      Policy policy) {}

  private final CsvTokens tokens;
  private final Table table;

  private Csv(CsvTokens tokens, Table table) {
    this.tokens = tokens;
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
    char quote = p.quote() == null ? 0 : Dialect.character("quote", p.quote());
    char comment = p.comment() == null ? 0 : Dialect.character("comment", p.comment());
    char separator = Dialect.separator(p.separator(), p.path(), in, quote, comment);
    CsvTokens tokens = new CsvTokens(in, separator, quote, comment, p.policy().maxRecord());
    Missing missing = new Missing(p.table().missing(), p.sampling().usualMissing());
    Inference found = new Inference(in, tokens, p, missing);
    Table table = new Table(in.name(), found.columns(), p.table(), missing);
    return new RecordSource(in, new Csv(tokens, table), p.policy());
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
    Cells cells = tokens.cells();
    if (cells.count != table.columns()) {
      throw new BadRecord(
          "found "
              + cells.count
              + " columns, expected "
              + table.columns()
              + "; mend the record, or set 'on_error: skip'");
    }
    table.fill(cells, batch);
    return true;
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
