package org.freshet.evaluate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.evaluate.metrics.AccuracyMatrix;

/**
 * What came of a protocol of continual learning.
 *
 * @param protocol as it was asked for
 * @param metrics by name: {@link #METRICS} that are defined
 * @param tasks in their order
 * @param matrix accuracy on each task at the end of each
 * @param anytime mean accuracy over the tasks so far, at each time at which tests were taken
 * @param tested predictions made for tests
 * @param modelBytes the most heap the model took, where tests were taken
 */
public record Continual(
    String protocol,
    Map<String, Double> metrics,
    List<Task> tasks,
    AccuracyMatrix matrix,
    List<Anytime> anytime,
    long tested,
    long modelBytes) {
  /**
   * Names the {@link #metrics} may have. The first six are defined by {@link AccuracyMatrix};
   * {@code near_future_accuracy} is the accuracy on events that lie ahead in the stream: on the
   * very next one, which is the accuracy online, or with '--near-future N' on the one N events
   * behind it. Al Kader Hammoud, Prabhu, Lim, Torr, Bibi and Ghanem, "Rapid adaptation in online
   * continual learning: are we evaluating it right?", ICCV 2023.
   */
  public static final List<String> METRICS =
      List.of(
          "final_accuracy",
          "average_anytime_accuracy",
          "worst_case_accuracy",
          "forgetting",
          "backward_transfer",
          "forward_transfer",
          "near_future_accuracy");

  public Continual {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics)); // in their order
    tasks = List.copyOf(tasks);
    anytime = List.copyOf(anytime);
  }

  /**
   * One task.
   *
   * @param events learnt in it
   * @param online accuracy of the answers given before learning; NaN without events
   * @param after accuracy on its tests at its end; NaN when it was not tested
   * @param last the same at the end of the stream
   * @param lowest the lowest after its end; NaN for the last task
   */
  public record Task(
      String name, long events, double online, double after, double last, double lowest) {}

  /** Mean accuracy over the tasks so far, after some events. */
  public record Anytime(long event, int task, double accuracy) {}
}
