package org.freshet.cli;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.component.Suggest;
import org.freshet.engine.Expectation;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.PipelineTest;
import org.freshet.evaluate.Evaluation;

/** Whether the tests of a pipeline file name metrics that there are. */
final class ExpectedMetrics {
  private ExpectedMetrics() {}

  static List<Fault> faults(PipelineFile file) {
    List<String> known = new ArrayList<>(Evaluation.CLASS_METRICS);
    known.addAll(Evaluation.NUMBER_METRICS);
    known.addAll(Evaluation.LABEL_METRICS);
    List<Fault> found = new ArrayList<>();
    for (PipelineTest test : file.tests()) {
      for (Expectation x : test.expect()) {
        if (!known.contains(x.metric())) {
          String hint = Suggest.didYouMean(x.metric(), known);
          String rest = hint.isEmpty() ? "; there are " + String.join(", ", known) : hint;
          found.add(new Fault(x.where().toString(), "no metric '" + x.metric() + "'" + rest));
        }
      }
    }
    return found;
  }
}
