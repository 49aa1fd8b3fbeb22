package org.freshet.streams.csv;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.freshet.core.DataException;
import org.freshet.streams.input.BadRecord;
import org.freshet.streams.input.ByteInput;
import org.freshet.streams.input.Cells;
import org.freshet.streams.input.ColumnSample;
import org.freshet.streams.input.Declared;
import org.freshet.streams.input.Missing;
import org.freshet.streams.input.Numbers;
import org.freshet.streams.input.Sampling;
import org.freshet.streams.input.TableColumn;
import org.freshet.streams.input.TableRoles;

/** Names and types of the columns, from the first records, which are then read again. */
final class Inference {
  /** The sample ends after this many bytes, whatever its number of records. */
  private static final int MOST_BYTES = 1 << 24;

  private final ByteInput in;
  private final Csv.Parameters p;
  private final TableRoles roles;
  private final Sampling sampling;
  private final Missing missing;
  private final List<String> first = new ArrayList<>();
  private final List<ColumnSample> below = new ArrayList<>();
  private final List<ColumnSample> all = new ArrayList<>();
  private int records;
  private final List<TableColumn> columns;

  Inference(ByteInput in, CsvTokens tokens, Csv.Parameters p, Missing missing) {
    this.in = in;
    this.p = p;
    this.roles = p.table();
    this.sampling = p.sampling();
    this.missing = missing;
    in.mark();
    look(tokens);
    if (records == 0) {
      throw new DataException(in.name(), 0, null, "is empty, expected at least one record");
    }
    boolean header = p.header() == Csv.Header.YES || p.header() == Csv.Header.AUTO && isHeader();
    in.reset();
    if (header) {
      pass(tokens);
      if (records == 1) {
        throw new DataException(
            in.name(),
            0,
            null,
            "holds a header and no records; set 'header: no' if it is a record");
      }
    }
    Declared declared = new Declared(sampling.numeric(), sampling.categorical(), sampling.text());
    columns =
        declared.columns(in.name(), header ? unique(first) : numbered(), header ? below : all);
  }

  List<TableColumn> columns() {
    return columns;
  }

  private void look(CsvTokens tokens) {
    BadRecord last = null;
    int wanted = sampling.sample() + (p.header() == Csv.Header.NO ? 0 : 1);
    while (records < wanted && in.sinceMark() < MOST_BYTES) {
      int before = in.sinceMark();
      try {
        if (!tokens.next()) {
          break;
        }
        add(tokens.cells());
      } catch (BadRecord later) { // reading says so, by the policy
        last = later;
        if (in.sinceMark() == before) {
          break;
        }
      }
    }
    if (records == 0 && last != null) {
      throw new DataException(in.name(), tokens.line(), last.field(), last.getMessage(), last);
    }
  }

  private void add(Cells cells) {
    if (records == 0) {
      for (int i = 0; i < cells.count; i++) {
        first.add(cells.text(i));
        below.add(new ColumnSample());
        all.add(new ColumnSample());
      }
    }
    if (cells.count == first.size()) {
      for (int i = 0; i < cells.count; i++) {
        all.get(i).add(cells, i, missing, true);
        if (records > 0) {
          below.get(i).add(cells, i, missing, true);
        }
      }
    }
    records++;
  }

  private static void pass(CsvTokens tokens) {
    while (true) {
      try {
        tokens.next();
        return;
      } catch (BadRecord again) {
        // a bad record before the header was passed over by the sample too
      }
    }
  }

  private boolean isHeader() {
    if (new HashSet<>(first).size() < first.size()) {
      return false;
    }
    if (isNamed()) {
      return true;
    }
    boolean evidence = false;
    boolean numeric = false;
    boolean counting = counts();
    for (int i = 0; i < first.size(); i++) {
      if (counting && Numbers.isNumber(first.get(i))) {
        numeric = true; // so another name has to be the evidence
        continue;
      }
      if (Numbers.isNumber(first.get(i)) || below.get(i).holds(first.get(i))) {
        return false;
      }
      boolean isNumeric = below.get(i).isNumeric() && !below.get(i).isEmpty();
      numeric |= isNumeric;
      evidence |= isNumeric && !isMark(first.get(i));
    }
    return evidence || !numeric && first.stream().noneMatch(this::isMark);
  }

  /** Whether the numbers of the first record only count its columns, as in 0,1,2,target. */
  private boolean counts() {
    int start = "0".equals(first.get(0)) ? 0 : 1;
    for (int i = 0; i < first.size(); i++) {
      String cell = first.get(i);
      if (Numbers.isNumber(cell) && !cell.equals(Integer.toString(start + i))) {
        return false;
      }
    }
    return first.size() > 2;
  }

  private boolean isMark(String cell) {
    byte[] b = cell.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return missing.is(b, 0, b.length);
  }

  /** Whether a column the user named stands in the first record. */
  private boolean isNamed() {
    List<String> named = new ArrayList<>(roles.ignore());
    named.addAll(sampling.numeric());
    named.addAll(sampling.categorical());
    named.addAll(sampling.text());
    for (String role :
        new String[] {
          roles.label(), roles.id(), roles.time(), roles.labelTime(), roles.key(), roles.weight()
        }) {
      if (role != null) {
        named.add(role);
        named.addAll(List.of(role.split("\\s*,\\s*")));
      }
    }
    return named.stream().anyMatch(n -> !Numbers.isNumber(n) && first.contains(n));
  }

  private List<String> numbered() {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= first.size(); i++) {
      names.add("x" + i);
    }
    return names;
  }

  private static List<String> unique(List<String> names) {
    Set<String> used = new HashSet<>(names);
    Set<String> given = new HashSet<>();
    List<String> out = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i).isEmpty() ? "x" + (i + 1) : names.get(i);
      String free = name;
      for (int k = 2; !given.add(free); k++) {
        free = used.contains(name + "_" + k) ? free : name + "_" + k;
      }
      out.add(free);
    }
    return out;
  }
}
