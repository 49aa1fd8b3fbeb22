package org.freshet.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.freshet.engine.PipelineFile;

/** The process that {@link KillTest} kills: runs a pipeline until its stream is through. */
public final class KilledRun {
  private KilledRun() {}

  static PipelineFile file(Path folder) {
    return PipelineFile.parse(
        "killed.yaml",
        """
        name: killed
        source: { sea: {} }
        pipeline:
          - standard_scaler
          - hoeffding_tree: { grace_period: 50 }
        labels: { timeout: 7d, on_timeout: drop }
        state: { directory: s, every: 60ms, keep: 2, keep_journal: true }
        """,
        folder,
        List.of());
  }

  static Script script(long events, int pauseMillis) {
    return new Script(events, 2, pauseMillis);
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Script script = script(Long.parseLong(args[1]), Integer.parseInt(args[2]));
    Live live =
        new Live(
            file(folder),
            List.of(script.eventFeed(), script.labelFeed()),
            1,
            "test",
            LiveListener.NONE);
    live.start(List.of(new LineSink(folder.resolve("answers"))));
    System.out.println("runs");
    while (!live.read(r -> script.through(r.positions())).get(60, TimeUnit.SECONDS)) {
      Thread.sleep(20);
    }
    live.drainAndClose();
    live.ended().get();
    System.exit(0);
  }
}
