package org.freshet.cli;

import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.ReplayScorer;
import org.freshet.engine.section.PlaceSection;
import org.freshet.evaluate.EvaluateOptions;
import org.freshet.evaluate.ReplayEvaluator;

/** Scores a pipeline file that runs on a cluster as 'freshet evaluate' scores it here. */
final class ClusterScores implements ReplayScorer {
  private final Console console;

  ClusterScores(Console console) {
    this.console = console;
  }

  @Override
  public Board begin(PipelineFile file, Schema schema, Report report) {
    RunOptions.Files files = new RunOptions.Files();
    files.json = report.json();
    files.report = report.html();
    files.check();
    Plan plan = Plan.of(file, 1);
    if (plan.protocol() != null) {
      throw new ConfigException(
          "protocol", "divides the stream in one process; use 'freshet evaluate'");
    }
    if (Streams.isEndless(plan.source())) {
      throw new ConfigException(
          "source", "'" + plan.source() + "' has no end; give 'events' to " + plan.source().name());
    }
    EvaluateOptions options = EvaluateOptions.DEFAULT;
    if (report.window() != null) {
      options = options.withWindow(report.window());
    }
    note(file, schema);
    ReplayEvaluator scores = new ReplayEvaluator(plan.job(null, 0), options, schema);
    return new Board() {
      @Override
      public void take(Outcomes out) {
        scores.take(out);
      }

      @Override
      public void end(long nanos, long modelBytes) {
        Evaluations.tell(scores.result(nanos, modelBytes), files, console);
      }

      @Override
      public void close() {
        scores.close();
      }
    };
  }

  /** Says where the metrics are not those of one process. */
  private void note(PipelineFile file, Schema schema) {
    PlaceSection.Parameters place = file.live().place();
    if (place != null && place.merged() > 0) {
      console
          .err()
          .println(
              "note: copies learn apart until they are merged; the metrics are near those of one"
                  + " model, and not the same each time");
    } else if (place != null
        && place.column() != null
        && schema.target() == Schema.Target.CLASS
        && schema.declaredLabels() == 0) {
      console
          .err()
          .println(
              "note: the source declares no classes, and a part of the stream knows of those it has"
                  + " learnt; its first answers may differ from 'freshet evaluate'");
    }
  }
}
