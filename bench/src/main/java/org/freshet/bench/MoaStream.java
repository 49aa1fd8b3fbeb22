package org.freshet.bench;

import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.Source;

/**
 * The same events for both sides: one block for us, one list of instances for MOA, both in memory.
 * Categories and classes are those met in the stream, in the same order. Events whose label never
 * came are left out.
 */
final class MoaStream {
  final Schema schema;
  final Batch batch;
  final InstancesHeader header;
  final Instance[] instances;

  MoaStream(Source source, int events) {
    schema = source.schema();
    batch = readAll(source, events);
    header = new InstancesHeader(new Instances(source.name(), attributes(schema), 0));
    header.setClassIndex(schema.width());
    instances = new Instance[batch.size()];
    for (int r = 0; r < instances.length; r++) {
      Features x = batch.row(r);
      double[] values = new double[schema.width() + 1];
      x.copyTo(values, 0);
      values[schema.width()] = batch.label(r);
      instances[r] = new DenseInstance(1, values);
      instances[r].setDataset(header);
    }
  }

  boolean regression() {
    return schema.target() == Schema.Target.NUMBER;
  }

  /** Classes met in the stream; 0 for numbers. */
  int labels() {
    return regression() ? 0 : schema.labels().size();
  }

  private static Batch readAll(Source source, int events) {
    Batch all = new Batch(source.schema(), Math.min(events, 1 << 14));
    Batch part = new Batch(source.schema(), 1024);
    while (all.size() < events) {
      int n = source.read(part, Math.min(1024, events - all.size()));
      if (n == 0) {
        break;
      }
      for (int r = 0; r < n; r++) {
        if (!Double.isNaN(part.label(r))) {
          all = all.isFull() ? larger(all, events) : all;
          all.append(part.row(r), part.label(r), part.weight(r));
        }
      }
    }
    return all;
  }

  private static Batch larger(Batch full, int events) {
    Batch more = new Batch(full.schema(), Math.min(events, 2 * full.capacity()));
    for (int r = 0; r < full.size(); r++) {
      more.append(full, r);
    }
    return more;
  }

  private static List<Attribute> attributes(Schema schema) {
    List<Attribute> out = new ArrayList<>();
    for (Column c : schema.columns()) {
      out.add(
          c.isCategory()
              ? new Attribute(c.name(), c.dictionary().names())
              : new Attribute(c.name()));
    }
    out.add(
        schema.target() == Schema.Target.NUMBER
            ? new Attribute("target")
            : new Attribute("class", schema.labels().names()));
    return out;
  }
}
