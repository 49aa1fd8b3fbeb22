package org.freshet.learn.transform;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Suggest;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Keeps some columns, or drops some, by name or by number.
 *
 * <p>With {@code keep} the row has the columns of the list in the order of the list; with {@code
 * drop} it has the others in their old order. A column is its name, or its number counted from 1; a
 * name goes before a number that looks the same. Of a sparse row the values of other columns are
 * left out and every index stays what it was; there a number need not have a name.
 *
 * <p>Paper: none.
 *
 * <p>Where we differ: nowhere.
 *
 * <p>Takes all kinds of columns, missing values, dense and sparse rows. A column that does not
 * exist is refused when the pipeline is built, with the nearest name. Has no state. O(columns kept)
 * time an event, of a sparse row O(values), and O(columns) memory.
 *
 * <pre>
 * pipeline: [ select: { drop: [date, 3] }, hoeffding_tree: {} ]
 * --model 'select(keep=[nswprice, nswdemand]) | gaussian_nb'
 * </pre>
 */
@Component(
    name = "select",
    kinds = Kind.TRANSFORMER,
    family = "transform",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_FEATURES,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class Select implements Transformer, Mergeable {
  public record Parameters(
      @Param(value = "The columns that stay, by name or number", def = "none") List<String> keep,
      @Param(value = "The columns that go, by name or number", def = "none") List<String> drop) {}

  /** Sparse columns can be named by a number up to this. */
  private static final int MAX_SPARSE = 1 << 24;

  private final Schema in;
  private final Schema output;
  private final int[] from;
  private final int[] texts;
  private final Object[] attachments;
  private final boolean[] listed;
  private final boolean keep;

  public Select(Parameters p, Build build) {
    in = build.schema();
    keep = p.keep() != null;
    if (keep == (p.drop() != null)) {
      throw new ConfigException("", "select needs either 'keep' or 'drop': a list of columns");
    }
    Set<Integer> chosen = find(keep ? p.keep() : p.drop());
    int width = Math.max(in.width(), chosen.stream().mapToInt(i -> i + 1).max().orElse(0));
    listed = new boolean[width];
    chosen.forEach(i -> listed[i] = true);
    List<Integer> stay = new ArrayList<>(keep ? chosen : List.of());
    for (int i = 0; i < in.width() && !keep; i++) {
      if (!listed[i]) {
        stay.add(i);
      }
    }
    from = in.isSparse() ? new int[0] : stay.stream().mapToInt(i -> i).toArray();
    List<Column> columns = new ArrayList<>();
    List<Integer> slots = new ArrayList<>();
    for (int i : from) {
      columns.add(in.column(i));
      if (in.attachmentOf(i) >= 0) {
        slots.add(in.attachmentOf(i));
      }
    }
    texts = slots.stream().mapToInt(i -> i).toArray();
    attachments = new Object[texts.length];
    output = in.isSparse() ? in : in.withColumns(columns);
  }

  private Set<Integer> find(List<String> names) {
    Set<Integer> found = new LinkedHashSet<>();
    for (String name : names) {
      int i = in.indexOf(name);
      i = i >= 0 ? i : number(name);
      if (i < 0) {
        throw new ConfigException("", missing(name));
      }
      if (!found.add(i)) {
        throw new ConfigException("", "select names the column '" + name + "' twice");
      }
    }
    return found;
  }

  /** Index of a column by its number counted from 1, or -1. */
  private int number(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      return -1;
    }
    int i = Integer.parseInt(text) - 1;
    return i < (in.isSparse() ? MAX_SPARSE : in.width()) ? i : -1;
  }

  private String missing(String name) {
    List<String> names = in.columns().stream().map(Column::name).toList();
    String hint = Suggest.didYouMean(name, names);
    if (!hint.isEmpty()) {
      return "select: there is no column '" + name + "'" + hint;
    }
    String known =
        names.size() <= 20
            ? String.join(", ", names)
            : String.join(", ", names.subList(0, 20)) + ", …";
    return "select: there is no column '"
        + name
        + "'; the columns are "
        + (names.isEmpty() ? "numbered from 1" : known + ", or a number from 1 to " + names.size());
  }

  @Override
  public Schema output() {
    return output;
  }

  @Override
  public void transform(Features x, Row out) {
    if (x.isSparse()) {
      for (int k = 0; k < x.count(); k++) {
        int i = x.index(k);
        if ((i < listed.length && listed[i]) == keep) {
          out.add(i, x.value(k));
        }
      }
      return;
    }
    double[] y = out.values();
    for (int j = 0; j < from.length; j++) {
      y[j] = x.get(from[j]);
    }
    if (in.attachments() > 0) {
      for (int t = 0; t < texts.length; t++) {
        attachments[t] = x.attachment(texts[t]);
      }
      out.attach(attachments);
    }
  }

  @Override
  public boolean isExact() {
    return true;
  }

  /** There is nothing to add: it learns nothing. */
  @Override
  public void add(Learner newer, Learner older, double share) {}

  @Override
  public void save(StateWriter out) {}

  @Override
  public void load(StateReader in) {}

  @Override
  public long memoryBytes() {
    return 48 + 4 * 16 + 4L * (from.length + 2L * texts.length) + listed.length;
  }
}
