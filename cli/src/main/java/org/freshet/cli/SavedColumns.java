package org.freshet.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.component.Suggest;

/**
 * Gives rows of another file the columns a model was saved with: by name, in the saved order, with
 * the saved codes of categories. A category the model has never seen is missing to it.
 */
final class SavedColumns {
  private final Schema saved;
  private final Schema found;
  private final int[] from;
  private final int[][] codes;

  /**
   * @throws ConfigException with every column that is not there or is of another kind
   */
  SavedColumns(Schema saved, Schema found, String name) {
    this.saved = saved;
    this.found = found;
    this.from = new int[saved.width()];
    this.codes = new int[saved.width()][0];
    List<Fault> faults = new ArrayList<>();
    if (saved.isSparse() != found.isSparse()) {
      faults.add(
          new Fault(
              name,
              "has "
                  + rows(found)
                  + " rows, the model was saved with "
                  + rows(saved)
                  + " ones; give data of the same format"));
    }
    List<String> names = found.columns().stream().map(Column::name).toList();
    for (int i = 0; i < saved.width() && faults.isEmpty() | !saved.isSparse(); i++) {
      if (saved.isSparse()) {
        continue;
      }
      Column c = saved.column(i);
      from[i] = found.indexOf(c.name());
      if (from[i] < 0) {
        faults.add(
            new Fault(
                name,
                "there is no column '"
                    + c.name()
                    + "', which the model needs"
                    + Suggest.didYouMean(c.name(), names)));
      } else if (found.column(from[i]).kind() != c.kind()) {
        faults.add(
            new Fault(
                name,
                "column '"
                    + c.name()
                    + "' is "
                    + word(found.column(from[i]))
                    + ", the model was saved with it as "
                    + word(c)));
      }
    }
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
  }

  private static String rows(Schema s) {
    return s.isSparse() ? "sparse" : "dense";
  }

  private static String word(Column c) {
    return c.kind().name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Replaces {@code to} by the rows of {@code batch}. */
  void map(Batch batch, Batch to) {
    to.clear();
    for (int r = 0; r < batch.size(); r++) {
      Features x = batch.row(r);
      if (saved.isSparse()) {
        to.append(x, Double.NaN, 1);
        continue;
      }
      to.beginRow();
      for (int i = 0; i < from.length; i++) {
        Column c = saved.column(i);
        if (c.kind() == Column.Kind.TEXT) {
          to.attach(saved.attachmentOf(i), x.attachment(found.attachmentOf(from[i])));
        } else {
          double v = x.get(from[i]);
          to.set(i, c.isCategory() && !Double.isNaN(v) ? code(i, (int) v) : v);
        }
      }
      if (x.time() != Features.NO_TIME) {
        to.setTime(x.time());
      }
      if (x.key() != null) {
        to.setKey(x.key());
      }
      to.endRow();
    }
  }

  /** The saved code of a found one; looked up once for each category. */
  private double code(int column, int code) {
    int[] known = codes[column];
    if (code >= known.length) {
      int n = known.length;
      known = Arrays.copyOf(known, Math.max(2 * n, code + 16));
      Arrays.fill(known, n, known.length, -2);
      codes[column] = known;
    }
    if (known[code] == -2) {
      Dictionary names = found.column(from[column]).dictionary();
      known[code] = saved.column(column).dictionary().find(names.name(code));
    }
    return known[code] < 0 ? Double.NaN : known[code];
  }
}
