package org.freshet.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import org.freshet.core.Classifier;
import org.freshet.core.Explainer;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Schema;

/**
 * A line of JSON a row: the answer, the base value, and what each column adds to it. They sum to
 * the probability of the class answered, or to the number.
 */
final class Explanations {
  private final SavedTrees trees;
  private final Explainer explainer;
  private final Schema labels;
  private final JsonFactory json = new JsonFactory();
  private final double[] scores;
  private final double[] out;

  /**
   * @param labels the schema with the names of the classes
   */
  Explanations(SavedTrees trees, Schema labels) {
    this.trees = trees;
    this.labels = labels;
    this.explainer = trees.explainer();
    Classifier c = trees.classifier();
    this.scores = new double[c == null ? 0 : Math.max(1, c.labels())];
    this.out = new double[trees.schema().width()];
  }

  void write(Features x, Writer to) throws IOException {
    Features row = trees.row(x);
    Classifier c = trees.classifier();
    int label = 0;
    if (c != null) {
      c.scores(row, scores);
      label = Kernels.argmax(scores, c.labels());
    }
    double base = explainer.attribute(row, Math.max(0, label), out);
    double sum = base;
    for (double v : out) {
      sum += v;
    }
    JsonGenerator g = json.createGenerator(to);
    g.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    g.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    g.writeStartObject();
    if (c == null) {
      g.writeNumberField("answer", sum);
    } else if (label >= 0) {
      g.writeStringField("answer", name(label));
      g.writeNumberField("probability", scores[label]);
    }
    g.writeNumberField("base", base);
    g.writeObjectFieldStart("attributions");
    for (int i = 0; i < out.length; i++) {
      g.writeNumberField(trees.schema().column(i).name(), out[i]);
    }
    g.writeEndObject();
    g.writeEndObject();
    g.close();
  }

  private String name(int code) {
    return code < labels.labels().size() ? labels.labels().name(code) : "#" + code;
  }
}
