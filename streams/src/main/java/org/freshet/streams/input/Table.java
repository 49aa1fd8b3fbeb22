package org.freshet.streams.input;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.component.Suggest;

/**
 * Turns the cells of a record into a dense row: the one place where all tabular formats meet.
 * Columns with another role than feature are left out of the schema.
 */
public final class Table {
  private static final byte NUMBER = 0;
  private static final byte CATEGORY = 1;
  private static final byte TEXT = 2;
  private static final byte DATE = 3;
  private static final byte LABEL_NAME = 4;
  private static final byte LABEL_NUMBER = 5;
  private static final byte ID = 6;
  private static final byte TIME = 7;
  private static final byte LABEL_TIME = 8;
  private static final byte KEY = 9;
  private static final byte WEIGHT = 10;
  private static final byte NOTHING = 11;
  private static final byte TRUTH = 12;
  private static final byte TARGET = 13;

  private final TableColumn[] columns;
  private final byte[] action;

  /** Where a cell goes: column of the row, or slot of a text. */
  private final int[] target;

  private final Names[] names;
  private final Times times;
  private final Times labelTimes;
  private final Missing missing;
  private final Schema schema;
  private final int width;

  /**
   * @param where the source's name, for messages
   * @param given what each column is, and how times are written
   * @throws ConfigException when roles and columns do not fit
   */
  public Table(String where, List<TableColumn> columns, TableRoles given, Missing missing) {
    Roles roles = given.roles();
    int n = columns.size();
    this.columns = columns.toArray(new TableColumn[0]);
    this.action = new byte[n];
    this.target = new int[n];
    this.names = new Names[n];
    this.times = new Times(given.timeFormat(), given.zone());
    this.labelTimes = new Times(given.timeFormat(), given.zone());
    this.missing = missing;
    Roles.Role[] role = roles.assign(where, columns.stream().map(TableColumn::name).toList());
    List<Column> features = new ArrayList<>();
    int texts = 0;
    List<Integer> outputs = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (role[i] == Roles.Role.FEATURE) {
        Column c = columns.get(i).asFeature();
        target[i] = c.kind() == Column.Kind.TEXT ? texts++ : features.size();
        names[i] =
            c.isCategory() ? new Names(c.dictionary(), columns.get(i).isClosed(), missing) : null;
        features.add(c);
      }
      if (role[i] == Roles.Role.LABEL) {
        target[i] = outputs.size();
        outputs.add(i);
      }
      action[i] = action(role[i], columns.get(i), roles.task());
    }
    this.width = features.size();
    this.schema =
        outputs.size() > 1
            ? several(features, outputs, roles.task())
            : schema(features, outputs.isEmpty() ? -1 : outputs.get(0), roles.task());
  }

  private static byte action(Roles.Role role, TableColumn c, Task task) {
    return switch (role) {
      case FEATURE ->
          switch (c.type()) {
            case NUMBER -> NUMBER;
            case CATEGORY -> CATEGORY;
            case TEXT -> TEXT;
            case DATE -> DATE;
          };
      case LABEL -> task == Task.CLASSIFICATION ? LABEL_NAME : LABEL_NUMBER;
      case ID -> ID;
      case TIME -> TIME;
      case LABEL_TIME -> LABEL_TIME;
      case KEY -> KEY;
      case WEIGHT -> WEIGHT;
      case IGNORED -> NOTHING;
    };
  }

  private Schema several(List<Column> features, List<Integer> outputs, Task task) {
    boolean classes = task == Task.CLASSIFICATION;
    for (int i : outputs) {
      action[i] = classes ? TRUTH : TARGET;
    }
    List<String> names = outputs.stream().map(i -> columns[i].name()).toList();
    return classes ? Schema.multiLabel(features, names) : Schema.multiTarget(features, names);
  }

  private Schema schema(List<Column> features, int label, Task task) {
    if (label < 0) {
      return Schema.unlabelled(features);
    }
    TableColumn c = columns[label];
    if (task == Task.REGRESSION) {
      return Schema.regression(features, c.name());
    }
    Dictionary labels = c.dictionary();
    names[label] = new Names(labels, c.isClosed(), missing);
    return Schema.classification(features, c.name(), labels);
  }

  public Schema schema() {
    return schema;
  }

  /** Columns of the source, features or not. */
  public int columns() {
    return columns.length;
  }

  /**
   * Writes the cells, one for each column, to the open row.
   *
   * @throws BadRecord for the first cell that cannot be
   */
  public void fill(Cells cells, Batch batch) throws BadRecord {
    double[] block = batch.block();
    int row = batch.size() * width;
    boolean marks = missing.hasNumbers();
    byte[] b = cells.bytes; // locals, because the compiler cannot know that fields stay as they are
    int[] start = cells.start;
    int[] end = cells.end;
    byte[] does = action;
    int[] to = target;
    for (int i = 0; i < does.length; i++) {
      if (does[i] == NUMBER) {
        double v = Numbers.parse(b, start[i], end[i]);
        if (Double.isNaN(v) || marks && missing.is(v)) {
          v = missingNumber(cells, i, v);
        }
        block[row + to[i]] = v;
      } else if (does[i] == CATEGORY) {
        block[row + to[i]] = code(cells, i);
      } else if (does[i] != NOTHING) {
        other(cells, i, batch);
      }
    }
  }

  private void other(Cells cells, int i, Batch batch) throws BadRecord {
    boolean none = action[i] != LABEL_NAME && isMissing(cells, i);
    switch (action[i]) {
      case TEXT -> batch.attach(target[i], none ? null : cells.text(i));
      case DATE -> batch.set(target[i], none ? Double.NaN : time(cells, i, columns[i].times()));
      case LABEL_NAME -> batch.setLabel(code(cells, i));
      case LABEL_NUMBER -> batch.setLabel(none ? Double.NaN : number(cells, i));
      case TRUTH -> batch.setTruth(target[i], none ? Double.NaN : truth(cells, i));
      case TARGET -> batch.setTruth(target[i], none ? Double.NaN : number(cells, i));
      case ID -> batch.setId(none ? null : cells.text(i));
      case KEY -> batch.setKey(none ? null : cells.text(i));
      case TIME -> batch.setTime(none ? Features.NO_TIME : time(cells, i, times(i, times)));
      case LABEL_TIME ->
          batch.setLabelTime(none ? Features.NO_TIME : time(cells, i, times(i, labelTimes)));
      case WEIGHT -> batch.setWeight(none ? 1 : weight(cells, i));
      default -> throw new IllegalStateException();
    }
  }

  /** A column that declares its own form of time is read by it. */
  private Times times(int i, Times given) {
    return columns[i].times() == null ? given : columns[i].times();
  }

  private boolean isMissing(Cells cells, int i) {
    return cells.form[i] == Cells.ABSENT
        || missing.is(cells.bytes, cells.start[i], cells.end[i])
            && (cells.form[i] == Cells.PLAIN
                || cells.start[i] == cells.end[i]
                || action[i] != TEXT);
  }

  private double code(Cells cells, int i) throws BadRecord {
    int code = cells.code(i, names[i]);
    if (code >= 0) {
      return code;
    }
    if (code == Names.MISSING || !columns[i].isClosed()) {
      return Double.NaN; // an open dictionary that is full counts it
    }
    throw undeclared(cells, i);
  }

  private BadRecord undeclared(Cells cells, int i) {
    String found = cells.text(i);
    List<String> declared = columns[i].declared();
    String near = Suggest.didYouMean(found, declared);
    int shown = Math.min(declared.size(), 8);
    return new BadRecord(
        columns[i].name(),
        "column '"
            + columns[i].name()
            + "' is "
            + BadRecord.quote(found)
            + ", expected one of the "
            + declared.size()
            + " declared values: "
            + String.join(", ", declared.subList(0, shown))
            + (shown < declared.size() ? ", …" : "")
            + (near.isEmpty() ? "; declare it in the header, or set 'on_error: skip'" : near));
  }

  private double missingNumber(Cells cells, int i, double v) throws BadRecord {
    if (!Double.isNaN(v) || isMissing(cells, i)) {
      return Double.NaN;
    }
    throw notNumber(cells, i);
  }

  private double number(Cells cells, int i) throws BadRecord {
    double v = Numbers.parse(cells.bytes, cells.start[i], cells.end[i]);
    if (Double.isNaN(v)) {
      throw notNumber(cells, i);
    }
    return v;
  }

  private BadRecord notNumber(Cells cells, int i) {
    String found = cells.text(i);
    String name = columns[i].name();
    String shown = BadRecord.quote(found);
    String mark = found.matches("[\\w./ -]{1,20}") ? found : shown;
    return new BadRecord(
        name,
        "column '"
            + name
            + "' is "
            + shown
            + ", expected a number; set 'missing: ["
            + mark
            + "]' on the source, or 'on_error: skip'");
  }

  private double truth(Cells cells, int i) throws BadRecord {
    String found = cells.text(i).trim();
    switch (found.toLowerCase(java.util.Locale.ROOT)) {
      case "1", "true", "yes", "1.0":
        return 1;
      case "0", "false", "no", "0.0":
        return 0;
      default:
        throw new BadRecord(
            columns[i].name(),
            "label '"
                + columns[i].name()
                + "' is "
                + BadRecord.quote(found)
                + ", expected 1 or 0 (or true and false, yes and no), as each of several labels holds or not;"
                + " set 'task: regression' for targets, or 'on_error: skip'");
    }
  }

  private double weight(Cells cells, int i) throws BadRecord {
    double v = number(cells, i);
    if (!(v >= 0 && v < Double.POSITIVE_INFINITY)) {
      throw new BadRecord(
          columns[i].name(),
          "weight '"
              + columns[i].name()
              + "' is "
              + BadRecord.quote(cells.text(i))
              + ", expected a finite number of 0 or more; mend it, or set 'on_error: skip'");
    }
    return v;
  }

  private long time(Cells cells, int i, Times how) throws BadRecord {
    long t = how.parse(cells, i);
    if (t == Features.NO_TIME) {
      throw new BadRecord(
          columns[i].name(),
          "time '"
              + columns[i].name()
              + "' is "
              + BadRecord.quote(cells.text(i))
              + ", expected "
              + how
              + "; set 'time_format', or 'on_error: skip'");
    }
    return t;
  }
}
