package org.freshet.serve;

import java.util.function.Consumer;
import org.freshet.engine.JobPage;
import org.freshet.engine.JobVitals;
import org.freshet.engine.PipelineFile;
import org.freshet.serve.meter.JobMeters;

/** The page of a job that runs on a cluster, and nothing else: it cannot be told anything. */
public final class JobServer implements JobPage {
  @Override
  public Showing open(PipelineFile file, Consumer<String> announce) {
    JobMeters meters = new JobMeters(file);
    Front front =
        new Front(
            file.live().serve(),
            (routes, guard, crowd) -> {
              new Page(meters::page).add(routes);
              return null;
            });
    front.start();
    announce.accept(front.address());
    return new Showing() {
      @Override
      public void show(JobVitals now) {
        meters.take(now);
      }

      @Override
      public void close() {
        front.close();
      }
    };
  }
}
