package org.freshet.connectors.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.freshet.core.state.StateWriter;

/**
 * The process that {@link KafkaKillTest} kills: from Kafka to Kafka until so many were answered.
 */
public final class KilledPipe {
  private KilledPipe() {}

  static String yaml(String bootstrap) {
    return """
        name: killed
        source:
          kafka:
            topic: events
            bootstrap: %1$s
            group: killed
            numeric: [x0, x1, x2]
            labels: [no, yes]
        labels: { source: { kafka: { topic: labels, bootstrap: %1$s } } }
        pipeline:
          - standard_scaler
          - hoeffding_tree: { grace_period: 50 }
        sink: { kafka: { topic: answers, bootstrap: %1$s, every: 5ms } }
        state: { directory: s, every: 100ms, keep: 2, keep_journal: true }
        """
        .formatted(bootstrap);
  }

  static Pipe pipe(String bootstrap, Path folder) {
    return new Pipe("killed.yaml", yaml(bootstrap), folder);
  }

  /**
   * The folder, the brokers, and how many events and labels there are; none to go on until killed.
   */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    long events = Long.parseLong(args[2]);
    long labels = Long.parseLong(args[3]);
    Pipe pipe = pipe(args[1], folder).start();
    System.out.println("runs");
    while (!pipe.live
        .read(
            r ->
                r.answers() >= events
                    && r.engine().counts().labels() >= labels
                    && r.engine().counts().duplicates() >= (labels + 49) / 50)
        .get(60, TimeUnit.SECONDS)) {
      Thread.sleep(20);
    }
    byte[] state =
        pipe.live
            .read(
                r -> {
                  StateWriter out = new StateWriter();
                  r.save(out);
                  return out.toBytes();
                })
            .get(60, TimeUnit.SECONDS);
    Files.write(folder.resolve("state"), state);
    pipe.live.drainAndClose();
    pipe.live.ended().get();
    System.exit(0);
  }
}
