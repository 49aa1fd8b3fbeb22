package org.freshet.learn.semi;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;

/** A learner that sees some columns of each row only. */
final class View {
  /** Which columns a view sees. */
  interface Choice {
    boolean sees(int column);
  }

  final Schema schema;
  final Classifier learner;
  private final Choice choice;
  private final Row row;
  private final int[] columns; // of a dense row

  View(Spec spec, Build build, Choice choice) {
    Schema all = build.schema();
    this.choice = choice;
    List<Column> seen = new ArrayList<>();
    columns = all.isSparse() ? new int[0] : new int[count(all, choice)];
    for (int i = 0; i < all.width() && !all.isSparse(); i++) {
      if (choice.sees(i)) {
        columns[seen.size()] = i;
        seen.add(all.column(i));
      }
    }
    schema = all.isSparse() ? all : all.withColumns(seen);
    row = Row.of(schema);
    learner = build.withSchema(schema).create(spec, Classifier.class);
  }

  static int count(Schema all, Choice choice) {
    int n = 0;
    for (int i = 0; i < all.width(); i++) {
      n += choice.sees(i) ? 1 : 0;
    }
    return n;
  }

  /** What it sees of a row; valid until the next call. */
  Features of(Features x) {
    row.begin(x);
    if (x.isSparse()) {
      for (int k = 0; k < x.count(); k++) {
        if (choice.sees(x.index(k))) {
          row.add(x.index(k), x.value(k));
        }
      }
    } else {
      for (int k = 0; k < columns.length; k++) {
        row.values()[k] = x.get(columns[k]);
      }
    }
    return row.view();
  }

  long memoryBytes() {
    return 80 + 4L * columns.length + row.memoryBytes() + learner.memoryBytes();
  }
}
