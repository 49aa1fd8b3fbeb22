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

/** The events of a dense batch as MOA's instances: the same values, codes and class order. */
final class MoaEvents {
  private MoaEvents() {}

  static InstancesHeader header(Schema schema) {
    List<Attribute> attributes = new ArrayList<>();
    for (Column c : schema.columns()) {
      attributes.add(
          c.isCategory()
              ? new Attribute(c.name(), c.dictionary().names())
              : new Attribute(c.name()));
    }
    attributes.add(new Attribute(schema.labelName(), schema.labels().names()));
    InstancesHeader header = new InstancesHeader(new Instances("events", attributes, 0));
    header.setClassIndex(schema.width());
    return header;
  }

  static Instance[] of(Batch batch, InstancesHeader header) {
    Instance[] all = new Instance[batch.size()];
    int width = batch.schema().width();
    for (int r = 0; r < all.length; r++) {
      Features x = batch.row(r);
      double[] values = new double[width + 1];
      x.copyTo(values, 0);
      values[width] = batch.label(r);
      all[r] = new DenseInstance(1, values);
      all[r].setDataset(header);
    }
    return all;
  }
}
