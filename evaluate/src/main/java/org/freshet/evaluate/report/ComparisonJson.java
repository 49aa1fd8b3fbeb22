package org.freshet.evaluate.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.freshet.evaluate.Comparison;
import org.freshet.evaluate.stats.Ranking;

/** A comparison as JSON for programs. */
public final class ComparisonJson {
  private ComparisonJson() {}

  public static String text(Comparison c) {
    return of(c).toPrettyString() + "\n";
  }

  public static ObjectNode of(Comparison c) {
    ObjectNode o = JsonNodeFactory.instance.objectNode();
    o.put("metric", c.metric());
    c.models().forEach(o.putArray("models")::add);
    c.seeds().forEach(o.putArray("seeds")::add);
    ArrayNode streams = o.putArray("streams");
    for (int i = 0; i < c.streams().size(); i++) {
      ObjectNode s = streams.addObject().put("stream", c.streams().get(i));
      s.put("no_change", c.baselines()[i][0])
          .put(c.higherIsBetter() ? "majority" : "mean", c.baselines()[i][1]);
      ArrayNode scores = s.putArray("scores");
      for (int j = 0; j < c.models().size(); j++) {
        scores
            .addObject()
            .put("mean", c.scores()[i][j])
            .put("low", c.intervals()[i][j].low())
            .put("high", c.intervals()[i][j].high());
      }
    }
    Ranking r = c.ranking();
    ArrayNode ranks = o.putArray("average_ranks");
    for (double v : r.averageRanks()) {
      ranks.add(v);
    }
    if (c.streams().size() > 1) {
      o.putObject("friedman").put("chi_squared", r.friedman()).put("p_value", r.pValue());
      o.put("critical_difference", r.criticalDifference());
    }
    ArrayNode pairs = o.putArray("pairs");
    for (Comparison.Pair p : c.pairs()) {
      ObjectNode q =
          pairs
              .addObject()
              .put("stream", c.streams().get(p.stream()))
              .put("first", p.first())
              .put("second", p.second());
      q.put("difference", p.difference().mean())
          .put("low", p.difference().low())
          .put("high", p.difference().high());
      q.put("block_bootstrap_p", p.blocks());
      if (Double.isFinite(p.mcNemar())) {
        q.put("mcnemar_p", p.mcNemar());
      }
    }
    return o;
  }
}
