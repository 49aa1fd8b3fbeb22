package org.freshet.serve.meter;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.engine.Outcomes;

/**
 * The last events with an id, as they came in: at most {@value #MOST} and four megabytes of them.
 * Only the pipeline's thread uses it.
 */
final class Recent {
  private static final int MOST = 50_000;
  private static final int VALUES = 1 << 19;

  private final Schema schema;
  private final int width;
  private final String[] ids;
  private final double[] values;
  private int next;

  Recent(Schema schema) {
    this.schema = schema;
    this.width = schema.width();
    int rows = schema.isSparse() ? 0 : Math.min(MOST, VALUES / Math.max(1, width));
    this.ids = new String[rows];
    this.values = new double[rows * width];
  }

  void add(Batch rows, Outcomes out) {
    for (int r = 0; r < rows.size() && ids.length > 0; r++) {
      if (rows.kind(r) == Batch.Kind.EVENT && rows.id(r) != null && out.prediction(r) >= 0) {
        ids[next] = rows.id(r);
        System.arraycopy(rows.block(), r * width, values, next * width, width);
        next = next + 1 == ids.length ? 0 : next + 1;
      }
    }
  }

  /** Numbers and names of categories by column, of those that are there; text is not kept. */
  Map<String, Map<String, Object>> find(Set<String> asked) {
    Map<String, Map<String, Object>> found = new HashMap<>();
    for (int i = 0; i < ids.length && found.size() < asked.size(); i++) {
      if (asked.contains(ids[i])) {
        found.put(ids[i], row(i));
      }
    }
    return found;
  }

  private Map<String, Object> row(int i) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int c = 0; c < width; c++) {
      Column column = schema.column(c);
      double v = values[i * width + c];
      if (column.kind() != Column.Kind.TEXT && !Double.isNaN(v)) {
        row.put(column.name(), column.isCategory() ? column.dictionary().name((int) v) : v);
      }
    }
    return row;
  }
}
