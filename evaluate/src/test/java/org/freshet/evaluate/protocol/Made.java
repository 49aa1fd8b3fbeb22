package org.freshet.evaluate.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Protocol;
import org.freshet.core.component.Spec;

/**
 * A stream of given rows, the first column of each its number, and what a protocol makes of it.
 *
 * @param rows values, then the label's name
 */
record Made(Schema schema, List<Object[]> rows, int[] next) implements Source {

  /** Events numbered from 0, with further columns of zeros, and labels that come in turn. */
  static Made events(int n, int columns, String... labels) {
    List<Column> all = new ArrayList<>();
    for (int c = 1; c <= columns; c++) {
      all.add(Column.numeric("x" + c));
    }
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Object[] row = new Object[columns + 1];
      for (int c = 0; c < columns; c++) {
        row[c] = (double) (c == 0 ? i : 0);
      }
      row[columns] = labels[i % labels.length];
      rows.add(row);
    }
    return of(all, rows);
  }

  static Made of(List<Column> columns, List<Object[]> rows) {
    return new Made(Schema.classification(columns, "y", new Dictionary()), rows, new int[1]);
  }

  @Override
  public String name() {
    return "made";
  }

  @Override
  public int read(Batch batch, int max) {
    batch.clear();
    for (; batch.size() < max && next[0] < rows.size(); next[0]++) {
      Object[] row = rows.get(next[0]);
      batch.beginRow();
      for (int c = 0; c < schema.width(); c++) {
        Column column = schema.column(c);
        batch.set(
            c, column.isCategory() ? column.dictionary().code((String) row[c]) : (Double) row[c]);
      }
      batch.setLabel(schema.labels().code((String) row[schema.width()]));
      batch.endRow();
    }
    return batch.size();
  }

  @Override
  public Position position() {
    return new Position(next[0], 1);
  }

  @Override
  public void seek(Position position) {
    next[0] = (int) position.record();
  }

  @Override
  public void close() {
    // nothing is open
  }

  /** What a protocol makes of it, with a seed. */
  TaskStream tasks(String protocol, long seed) {
    Spec spec = Spec.parse(protocol);
    Build build = Build.of(null).withSeed(seed);
    return ((TaskProtocol) Components.create(spec, build, Protocol.class)).over(this, 0, protocol);
  }

  TaskStream tasks(String protocol) {
    return tasks(protocol, 1);
  }

  /** An event: all values, then the name of the class. */
  static String text(Batch batch, int r) {
    StringBuilder s = new StringBuilder();
    Features x = batch.row(r);
    for (int k = 0; k < x.count(); k++) {
      double v = x.value(k);
      s.append(v == Math.rint(v) ? Long.toString((long) v) : Double.toString(v)).append(' ');
    }
    return s.append(batch.schema().labels().name(batch.labelCode(r))).toString();
  }

  /** The events of each task, read so many at a time. */
  static List<List<String>> read(TaskStream s, int size) {
    List<String> all = new ArrayList<>();
    Batch batch = new Batch(s.schema(), size);
    while (s.read(batch, size) > 0) {
      for (int r = 0; r < batch.size(); r++) {
        all.add(text(batch, r));
      }
    }
    List<List<String>> tasks = new ArrayList<>();
    for (int t = 0; t < s.tasks(); t++) {
      tasks.add(all.subList((int) s.start(t), (int) s.start(t + 1)));
    }
    return tasks;
  }

  /** The tests of a task. */
  static List<String> tests(TaskStream s, int task) {
    List<String> all = new ArrayList<>();
    Batch batch = new Batch(s.schema(), 3);
    for (int n = s.tests(task, 0, batch); n > 0; n = s.tests(task, all.size(), batch)) {
      for (int r = 0; r < n; r++) {
        all.add(text(batch, r));
      }
    }
    return all;
  }

  /** How many of some events have each class, by name. */
  static TreeMap<String, Integer> classes(List<String> events) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    events.forEach(e -> counts.merge(e.substring(e.lastIndexOf(' ') + 1), 1, Integer::sum));
    return counts;
  }

  /** The numbers of some events. */
  static List<Integer> numbers(List<String> events) {
    return events.stream().map(e -> Integer.valueOf(e.substring(0, e.indexOf(' ')))).toList();
  }
}
