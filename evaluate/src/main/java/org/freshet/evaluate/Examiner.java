package org.freshet.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.evaluate.metrics.AccuracyMatrix;
import org.freshet.evaluate.protocol.TaskStream;
import org.freshet.evaluate.protocol.TaskStream.Moment;

/**
 * Tests what a model knows of the tasks of a {@link TaskStream} at the times the stream names. The
 * tests are predicted and nothing more: the model does not change, and its clock does not run.
 */
final class Examiner {
  private static final int ROWS = 256;

  private final TaskStream stream;
  private final Engine engine;
  private final List<Moment> moments;
  private final AccuracyMatrix matrix;
  private final List<Continual.Anytime> anytime = new ArrayList<>();
  private final Batch batch;
  private final Outcomes out = new Outcomes();
  private final long[] right;
  private final long[] labels;
  private int next;
  private int task;
  private long tested;
  private long modelBytes;

  Examiner(TaskStream stream, Engine engine) {
    this.stream = stream;
    this.engine = engine;
    this.moments = stream.moments();
    this.matrix = new AccuracyMatrix(stream.tasks());
    this.batch = new Batch(stream.schema(), ROWS);
    this.right = new long[stream.tasks()];
    this.labels = new long[stream.tasks()];
  }

  /** Before the first event. */
  void begin() {
    if (stream.tested()) {
      double[] all = accuracies(stream.tasks());
      for (int j = 0; j < all.length; j++) {
        matrix.untrained(j, all[j]);
      }
    }
    test(0);
  }

  /** Takes in what the stream brought, and takes the tests that are due behind it. */
  void take(Outcomes outcomes, long events) {
    for (int i = 0; i < outcomes.labels(); i++) {
      int of = taskOf(outcomes.labelEvent(i));
      labels[of]++;
      right[of] += outcomes.labelPredicted(i) == outcomes.label(i) ? 1 : 0;
    }
    test(events);
  }

  /** Labels may come late, so the task may be an earlier one. */
  private int taskOf(long event) {
    while (event >= stream.start(task + 1)) {
      task++;
    }
    while (event < stream.start(task)) {
      task--;
    }
    return task;
  }

  private void test(long events) {
    for (; next < moments.size() && moments.get(next).event() <= events; next++) {
      Moment m = moments.get(next);
      modelBytes = Math.max(modelBytes, engine.modelBytes());
      if (stream.tested()) {
        int known = m.task() + 1;
        double[] a = accuracies(m.end() ? Math.min(known + 1, stream.tasks()) : known);
        matrix.add(m.task(), m.end(), a);
        double mean =
            Arrays.stream(a, 0, known).filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
        anytime.add(new Continual.Anytime(m.event(), m.task(), mean));
      }
    }
  }

  /** Accuracy on the tests of the first tasks; NaN for one without tests. */
  private double[] accuracies(int of) {
    double[] all = new double[of];
    for (int j = 0; j < of; j++) {
      int same = stream.testOf(j);
      all[j] = same < j ? all[same] : accuracy(j);
    }
    return all;
  }

  private double accuracy(int of) {
    long good = 0;
    int done = 0;
    for (int n = stream.tests(of, 0, batch); n > 0; n = stream.tests(of, done, batch)) {
      engine.predict(batch, 0, n, out);
      for (int r = 0; r < n; r++) {
        good += out.predicted(r) == batch.label(r) ? 1 : 0;
      }
      done += n;
    }
    tested += done;
    return done == 0 ? Double.NaN : (double) good / done;
  }

  /**
   * @param nearFuture accuracy ahead
   */
  Continual result(double nearFuture) {
    List<Continual.Task> all = new ArrayList<>();
    int last = matrix.ended() - 1;
    for (int t = 0; t < stream.tasks(); t++) {
      all.add(
          new Continual.Task(
              stream.taskName(t),
              stream.start(t + 1) - stream.start(t),
              labels[t] == 0 ? Double.NaN : (double) right[t] / labels[t],
              matrix.end(t, t),
              last < t ? Double.NaN : matrix.end(last, t),
              matrix.lowest(t)));
    }
    Map<String, Double> metrics = new LinkedHashMap<>(matrix.values());
    if (!Double.isNaN(nearFuture)) {
      metrics.put("near_future_accuracy", nearFuture);
    }
    return new Continual(stream.protocol(), metrics, all, matrix, anytime, tested, modelBytes);
  }
}
