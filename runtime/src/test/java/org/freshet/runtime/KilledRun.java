package org.freshet.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.freshet.core.ConfigException;
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
        challengers: [ { name: bayes, pipeline: gaussian_nb } ]
        promote: { automatic: false }
        state: { directory: s, every: 60ms, keep: 2, keep_journal: true, versions: 5 }
        """,
        folder,
        List.of());
  }

  static Script script(long events, int pauseMillis) {
    return new Script(events, 2, pauseMillis);
  }

  /** Another version answers, or an old one again; what is refused, or too late, is no matter. */
  private static void changeModel(Live live, Random random) throws Exception {
    List<KeptVersion> kept = live.versions().stream().filter(v -> v.file() != null).toList();
    String command =
        switch (random.nextInt(5)) {
          case 0 -> "publish by hand";
          case 1 -> "promote " + (random.nextBoolean() ? "bayes" : "main");
          case 2 -> "rollback";
          default ->
              "rollback "
                  + (kept.isEmpty() ? 1 : kept.get(random.nextInt(kept.size())).version().number());
        };
    try {
      live.ask(command).get(60, TimeUnit.SECONDS);
    } catch (ExecutionException refused) {
      if (!(refused.getCause() instanceof ConfigException)) {
        throw refused;
      }
    }
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
    Random random = new Random();
    while (!live.read(r -> script.through(r.positions())).get(60, TimeUnit.SECONDS)) {
      changeModel(live, random);
      Thread.sleep(20);
    }
    live.drainAndClose();
    live.ended().get();
    System.exit(0);
  }
}
