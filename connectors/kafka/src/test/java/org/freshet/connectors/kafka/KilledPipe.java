package org.freshet.connectors.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.LabelCounts;
import org.freshet.runtime.Replica;

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
    long[] before = ask(pipe, KilledPipe::counts);
    for (boolean said = false; ; Thread.sleep(20)) {
      long[] now = ask(pipe, KilledPipe::counts);
      if (!said && now[0] > before[0] && now[1] > before[1]) {
        System.out.println("learns");
        said = true;
      }
      if (now[0] >= events && now[1] >= labels && now[2] >= (labels + 49) / 50) {
        break;
      }
    }
    byte[] state =
        ask(
            pipe,
            r -> {
              StateWriter out = new StateWriter();
              r.save(out);
              return out.toBytes();
            });
    Files.write(folder.resolve("state"), state);
    pipe.live.drainAndClose();
    pipe.live.ended().get();
    System.exit(0);
  }

  /** Answers given, labels learnt, labels that came again. */
  private static long[] counts(Replica r) {
    LabelCounts c = r.engine().counts();
    return new long[] {r.answers(), c.labels(), c.duplicates()};
  }

  private static <T> T ask(Pipe pipe, Function<Replica, T> question) throws Exception {
    try {
      return pipe.live.read(question).get(60, TimeUnit.SECONDS);
    } catch (ExecutionException stopped) {
      pipe.live.ended().get(); // says why
      throw stopped;
    }
  }
}
