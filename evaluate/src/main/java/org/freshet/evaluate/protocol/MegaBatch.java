package org.freshet.evaluate.protocol;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Data that arrive in large batches, and a learner that may wait: it answers with what it knows
 * until {@code wait_for} batches have come, then learns from them in one go.
 *
 * <p>How it works: the shuffled stream is cut into {@code batches} of the same size. Each arrival
 * is a task; it is tested when it came, after learning if its turn to learn it is. At every {@code
 * wait_for} arrivals, and at the last, the events of the batches that waited are learnt {@code
 * passes} times, newly shuffled each time; with {@code train=all} those of all batches so far.
 * {@code average_anytime_accuracy} is then 1 less the cumulative error rate divided by the batches.
 * Where events are learnt more than once, what is counted online is not about new events: look at
 * the tests.
 *
 * <p>Paper: L. Caccia, J. Xu, M. Ott, M. Ranzato and L. Denoyer, "On anytime learning at
 * macroscale", CoLLAs 2022.
 *
 * <p>Where we differ: the learner goes on from where it is; a number of passes takes the place of
 * training until it converges.
 *
 * <p>Costs: the events in memory (a byte a value for pixels, within {@code max_bytes}); {@code
 * sample} predictions for the tests a batch.
 *
 * <pre>{@code
 * protocol: { mega_batch: { batches: 50, wait_for: 5, passes: 2 } }
 * }</pre>
 */
@Component(
    name = "mega_batch",
    kinds = Kind.PROTOCOL,
    family = "continual",
    traits = Trait.RANDOMIZED)
public final class MegaBatch extends TaskProtocol {
  /** What is learnt when the waiting is over. */
  public enum Train {
    /** The batches that waited. */
    NEW,
    /** All batches so far. */
    ALL
  }

  public record Parameters(
      @Param(
              value = "How many batches the stream arrives in.",
              def = "50",
              range = "[1, 10000]",
              origin = "the paper")
          int batches,
      @Param(
              value = "Batches it waits for before it learns.",
              def = "1",
              range = "[1, 10000]",
              origin = "learning at once")
          int waitFor,
      @Param(
              value = "How often the events are learnt when the waiting is over.",
              def = "1",
              range = "[1, 1000]",
              origin = "each event once")
          int passes,
      @Param(
              value = "What is learnt: the new batches, or all so far.",
              def = "new",
              origin = "no store of old events")
          Train train,
      Testing testing) {}

  private final Parameters p;

  public MegaBatch(Parameters p, Build build) {
    super("mega_batch", p.testing(), build);
    this.p = p;
  }

  @Override
  Tasks tasks(Split data) {
    if (p.batches() > data.rows().length) {
      throw refused(
          "'batches' is "
              + p.batches()
              + ", allowed 1 to "
              + data.rows().length
              + ", the number of events there are");
    }
    return new Arrivals(data, p);
  }

  private static final class Arrivals extends Tasks {
    private final Parameters p;
    private final int[] order;
    private final int[] classes;
    private final int[] place;

    Arrivals(Split data, Parameters p) {
      super(data);
      this.p = p;
      order = data.order(data.rows(), "batches", 0);
      classes = data.classes();
      place = data.places(classes);
    }

    @Override
    int count() {
      return p.batches();
    }

    private int first(int batch) {
      return (int) ((long) batch * order.length / p.batches());
    }

    @Override
    int length(int task) {
      boolean learns = (task + 1) % p.waitFor() == 0 || task + 1 == p.batches();
      return learns ? Math.multiplyExact(first(task + 1) - from(task), p.passes()) : 0;
    }

    /** The first event learnt at an arrival. */
    private int from(int task) {
      return p.train() == Train.ALL ? 0 : first(task - task % p.waitFor());
    }

    @Override
    int[] rows(int task) {
      int[] all = new int[length(task)];
      int[] some = Arrays.copyOfRange(order, from(task), first(task + 1));
      for (int pass = 0, at = 0; at < all.length; pass++, at += some.length) {
        long index = (long) task * p.passes() + pass;
        System.arraycopy(data.order(some, "pass", index), 0, all, at, some.length);
      }
      return all;
    }

    @Override
    int[] points(int task, int wanted) {
      return new int[] {length(task)};
    }

    @Override
    int testOf(int task) {
      return 0;
    }

    @Override
    boolean change() {
      return false;
    }

    @Override
    String name(int task) {
      return "batch " + (task + 1);
    }

    @Override
    List<String> labels() {
      return data.names(classes);
    }

    @Override
    int label(int task, int code) {
      return place[code];
    }
  }
}
