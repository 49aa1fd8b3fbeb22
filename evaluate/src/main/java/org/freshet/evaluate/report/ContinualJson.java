package org.freshet.evaluate.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.freshet.evaluate.Continual;
import org.freshet.evaluate.Evaluation;

/** What came of a protocol, as fields of the evaluation's JSON; {@code continual} is a contract. */
final class ContinualJson {
  private ContinualJson() {}

  static void add(Evaluation e, ObjectNode o) {
    Continual c = e.continual();
    o.set("continual", EvaluationJson.numbers(c.metrics()));
    ObjectNode p = o.putObject("protocol");
    p.put("name", c.protocol());
    ArrayNode tasks = p.putArray("tasks");
    for (Continual.Task t : c.tasks()) {
      ObjectNode one = tasks.addObject().put("name", t.name()).put("events", t.events());
      put(one, "online_accuracy", t.online());
      put(one, "accuracy_after", t.after());
      put(one, "accuracy_at_end", t.last());
      put(one, "lowest_accuracy", t.lowest());
    }
    ArrayNode matrix = p.putArray("accuracy_matrix");
    for (int i = 0; i < c.matrix().ended(); i++) {
      ArrayNode row = matrix.addArray();
      for (int j = 0; j < c.tasks().size(); j++) {
        double v = c.matrix().end(i, j);
        if (Double.isNaN(v)) {
          row.addNull();
        } else {
          row.add(v);
        }
      }
    }
    ArrayNode anytime = p.putArray("anytime");
    for (Continual.Anytime a : c.anytime()) {
      ObjectNode one = anytime.addObject().put("event", a.event()).put("task", a.task());
      put(one, "accuracy", a.accuracy());
    }
    p.put("tested", c.tested());
    if (e.events() > 0) {
      p.put("microseconds_per_event", 1e6 * e.seconds() / e.events());
    }
    p.put("largest_model_bytes", c.modelBytes());
  }

  private static void put(ObjectNode o, String name, double value) {
    if (!Double.isNaN(value)) {
      o.put(name, value);
    }
  }
}
