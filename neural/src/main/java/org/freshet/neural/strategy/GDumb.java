package org.freshet.neural.strategy;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/**
 * GDumb: only fills the memory, and learns nothing else than what is in it, from scratch.
 *
 * <p>How it works: every {@code every} batches the weights go back to where they started, and the
 * network learns the memory {@code passes} times, in random order, in batches of the memory's
 * {@code batch}. What a stream method does better than this is due to the stream.
 *
 * <p>Paper: A. Prabhu, P. Torr, P. Dokania, "GDumb: A Simple Approach that Questions Our Progress
 * in Continual Learning", ECCV 2020.
 *
 * <p>Where we differ: it learns from time to time, not whenever it is asked, and answers evenly
 * before the first time; the rate is the optimizer's, without a schedule or cut gradients.
 *
 * <p>Learning costs passes · size / batch steps at once, every so many batches; keeps 4 bytes a
 * weight.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=gdumb(every=100), replay=greedy_balanced(size=500), batch=10)
 * }</pre>
 */
@Component(name = "gdumb", kinds = Kind.PART, family = "strategy")
public final class GDumb implements Method {
  /**
   * @param every batches from one training to the next
   * @param passes over the memory
   */
  public record Parameters(
      @Param(
              value = "batches of the stream from one training to the next",
              def = "100",
              range = "[1, 1000000000]",
              unit = "batches",
              origin = "ours; the paper trains when asked")
          int every,
      @Param(
              value = "passes over the memory in a training",
              def = "30",
              range = "[1, 10000]",
              origin = "ours; the authors' code makes 128 for MNIST, once")
          int passes) {}

  private final Parameters p;

  public GDumb(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Strategy strategy(Build build) {
    return new Scratch(p);
  }

  private static final class Scratch extends Strategy {
    private final Parameters p;
    private int start;
    private int[] order = {};
    private int[] part = {};
    private long batches;

    Scratch(Parameters p) {
      this.p = p;
    }

    @Override
    public boolean classesOnly() {
      return false;
    }

    @Override
    public void begin(Lesson l) {
      start = Around.copied(l);
    }

    @Override
    public void learn(Lesson l) {
      batches++;
      if (l.memory() != null && l.memory().size() > 0 && batches % p.every() == 0) {
        train(l);
      }
    }

    private void train(Lesson l) {
      List<Parameter> all = l.network().graph().parameters();
      for (int i = 0; i < all.size(); i++) {
        Parameter q = all.get(i);
        System.arraycopy(q.slot(start), 0, q.value(), 0, q.value().length);
        for (int s = 0; s < l.steps().rule().slots(); s++) {
          Arrays.fill(q.slot(s), 0);
        }
      }
      int n = l.memory().size();
      int room = l.labels().length - l.streamed();
      if (order.length < n || part.length < room) {
        order = new int[l.memory().most()];
        part = new int[room];
      }
      for (int i = 0; i < n; i++) {
        order[i] = i;
      }
      int stream = l.streamed();
      for (int pass = 0; pass < p.passes(); pass++) {
        l.rng().shuffle(order, n, n);
        for (int from = 0; from < n; from += room) {
          int rows = Math.min(room, n - from);
          System.arraycopy(order, from, part, 0, rows);
          l.put(part, rows, stream);
          Arrays.fill(l.weights(), 0, stream, 0);
          l.weigh(stream, stream + rows, 1);
          l.forward(stream + rows);
          l.loss(stream, stream + rows);
          l.step(stream + rows);
        }
      }
    }

    @Override
    public void save(StateWriter out) {
      out.put("batches", batches);
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      batches = in.longValue("batches", 0, Long.MAX_VALUE >> 8);
    }

    @Override
    public long memoryBytes() {
      return 72 + 4L * (order.length + part.length);
    }
  }
}
