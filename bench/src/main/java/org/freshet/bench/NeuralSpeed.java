package org.freshet.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.freshet.neural.kernel.FloatKernels;

/**
 * Training and predicting small networks, ours and PyTorch's (through DJL) in turn, on one thread,
 * from the same weights and on the same rows in the same order; the CPU time of the thread is what
 * counts, and the middle of the rounds. Before a row is timed, both learn the same rows and are
 * asked about others: they must answer alike.
 *
 * <p>{@code NeuralSpeed [SECONDS]}: seconds of a round, default 1; six rounds a side and row, of
 * which two warm up. Ends with 1 when answers differ.
 */
public final class NeuralSpeed {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final double RATE = 0.01;
  private static final int ROWS = 4_000;
  private static final int ROUNDS = 6;
  private static final int WARM = 2;
  private static final int KEPT = 1_000;
  private static final double ALIKE = 0.005;

  /** What is done with a network. */
  private enum Work {
    TRAIN,
    REPLAY,
    PREDICT
  }

  private final double seconds;
  private boolean alike = true;

  private NeuralSpeed(double seconds) {
    this.seconds = seconds;
  }

  public static void main(String[] args) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    NeuralSpeed bench = new NeuralSpeed(args.length > 0 ? Double.parseDouble(args[0]) : 1);
    System.out.printf(
        "Kernels %s; %s through DJL; sgd(learning_rate=%s), one thread, CPU time, middle of %d rounds"
            + " of %s s.%n%n",
        FloatKernels.fastest().name(),
        PytorchNetwork.version(),
        RATE,
        ROUNDS - WARM,
        bench.seconds);
    System.out.println(
        "| network | rows | work | batch | ours, rows/s | PyTorch, rows/s | times | test loss |"
            + " PyTorch | accuracy | PyTorch |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    bench.network(784, 10, 0, 128);
    bench.network(784, 10, 0.81, 128);
    bench.network(41, 7, 0, 100);
    bench.network(54, 7, 0, 300, 150);
    System.exit(bench.alike ? 0 : 1);
  }

  private void network(int columns, int classes, double zeros, int... hidden) {
    NeuralRows rows = new NeuralRows(columns, classes, zeros, ROWS);
    row(rows, zeros, hidden, Work.TRAIN, 1);
    row(rows, zeros, hidden, Work.TRAIN, 32);
    row(rows, zeros, hidden, Work.REPLAY, 10);
    row(rows, zeros, hidden, Work.PREDICT, 1);
  }

  private void row(NeuralRows rows, double zeros, int[] hidden, Work work, int batch) {
    int again = work == Work.REPLAY ? batch : 0;
    String spec =
        String.format(
            Locale.ROOT,
            "mlp(hidden=%s, optimizer=sgd(learning_rate=%s), batch=%d%s)",
            Arrays.toString(hidden),
            RATE,
            batch,
            again == 0 ? "" : ", replay=reservoir(size=" + KEPT + ", batch=" + again + ")");
    OurNetwork ours = new OurNetwork(rows, spec);
    try (NeuralSide peer = new PytorchNetwork(rows, hidden, RATE, batch, again, KEPT, ours)) {
      int n = rows.count() / batch * batch;
      ours.learn(0, n);
      peer.learn(0, n);
      double[] a = tested(ours, rows);
      double[] b = tested(peer, rows);
      // What the memories give is drawn differently, so there only the loss is nearly the same.
      alike &= Math.abs(a[0] - b[0]) <= (again == 0 ? ALIKE : 10 * ALIKE);
      double[][] rates = new double[2][ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        rates[0][i] = round(ours, rows, work, batch);
        rates[1][i] = round(peer, rows, work, batch);
      }
      double us = middle(rates[0]);
      double them = middle(rates[1]);
      String name =
          rows.columns
              + "-"
              + String.join("-", IntStream.of(hidden).mapToObj(String::valueOf).toList())
              + "-"
              + rows.classes;
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %d%s | %,.0f | %,.0f | %.1f | %.4f | %.4f | %.1f %% | %.1f %% |%n",
          name,
          zeros == 0 ? "dense" : Math.round(100 * zeros) + " % zeros",
          work.toString().toLowerCase(Locale.ROOT),
          batch,
          again == 0 ? "" : " + " + again,
          us,
          them,
          us / them,
          a[0],
          b[0],
          100 * a[1],
          100 * b[1]);
    }
  }

  /** Mean loss and accuracy on the rows kept for tests. */
  private static double[] tested(NeuralSide side, NeuralRows rows) {
    double[] scores = new double[rows.classes];
    double loss = 0;
    double right = 0;
    for (int r = rows.count(); r < rows.rows.length; r++) {
      side.predict(r, scores);
      int best = 0;
      for (int c = 1; c < scores.length; c++) {
        best = scores[c] > scores[best] ? c : best;
      }
      loss -= Math.log(Math.max(1e-12, scores[rows.labels[r]]));
      right += best == rows.labels[r] ? 1 : 0;
    }
    return new double[] {loss / NeuralRows.TESTS, right / NeuralRows.TESTS};
  }

  private double round(NeuralSide side, NeuralRows rows, Work work, int batch) {
    double[] scores = new double[rows.classes];
    int part = Math.max(batch, 64 / batch * batch);
    long end = (long) (seconds * 1e9);
    long begin = THREADS.getCurrentThreadCpuTime();
    long done = 0;
    int at = 0;
    long spent;
    do {
      if (work == Work.PREDICT) {
        for (int r = at; r < at + part; r++) {
          side.predict(r, scores);
        }
      } else {
        side.learn(at, part);
      }
      done += part;
      at = at + 2 * part > rows.count() ? 0 : at + part;
      spent = THREADS.getCurrentThreadCpuTime() - begin;
    } while (spent < end);
    return done / (spent * 1e-9);
  }

  private static double middle(double[] rates) {
    double[] sorted = Arrays.copyOfRange(rates, WARM, rates.length);
    Arrays.sort(sorted);
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
