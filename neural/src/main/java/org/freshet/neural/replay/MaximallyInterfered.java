package org.freshet.neural.replay;

import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.network.Network;
import org.freshet.neural.strategy.Lesson;

/**
 * Learns again the rows that the coming step would harm most: maximally interfered retrieval (MIR).
 *
 * <p>How it works: {@code candidates} rows are drawn from the memory; a step with {@code rate} on
 * the rows of the stream alone is tried; the rows whose loss it raises most are learnt again, and
 * the step is undone. What is kept is the matter of {@code replay}.
 *
 * <p>Paper: R. Aljundi et al., "Online Continual Learning with Maximally Interfered Retrieval",
 * NeurIPS 2019.
 *
 * <p>Where we differ: the step tried is one of plain gradient descent, whatever the optimizer.
 *
 * <p>A batch costs a pass forwards and backwards over it and two forwards over the candidates more.
 *
 * <pre>{@code
 * mlp(hidden=[100], replay=mir(replay=reservoir(size=200), candidates=50))
 * }</pre>
 */
@Component(name = "mir", kinds = Kind.PART, family = "replay")
public final class MaximallyInterfered implements Replay {
  /**
   * @param replay the memory
   * @param candidates rows to choose from
   * @param rate of the step that is tried
   */
  public record Parameters(
      @Param(
              value = "the memory, and how many of its rows are learnt with each batch",
              def = "reservoir",
              origin = "rows drawn uniformly, as in the authors' code")
          Spec replay,
      @Param(
              value = "rows drawn from the memory to choose from",
              def = "50",
              range = "[1, 256]",
              unit = "rows",
              origin = "the authors' code")
          int candidates,
      @Param(
              value = "rate of the step that is tried",
              def = "0.05",
              range = "(0, inf)",
              origin = "the authors' code, permuted MNIST")
          double rate) {}

  private final Parameters p;
  private final Replay inner;

  public MaximallyInterfered(Parameters p, Build build) {
    this.p = p;
    inner = build.create(p.replay(), Replay.class);
  }

  @Override
  public Memory memory(int stride) {
    return inner.memory(stride);
  }

  @Override
  public boolean classesOnly() {
    return true;
  }

  @Override
  public boolean denseOnly() {
    return inner.denseOnly();
  }

  @Override
  public int batch() {
    return inner.batch();
  }

  @Override
  public int room() {
    return inner.room() + p.candidates();
  }

  @Override
  public Retrieval retrieval() {
    return new Interfered(p.candidates(), (float) p.rate());
  }

  private static final class Interfered implements Retrieval {
    private final float rate;
    private final int[] candidates;
    private final double[] harm;

    Interfered(int candidates, float rate) {
      this.rate = rate;
      this.candidates = new int[candidates];
      harm = new double[candidates];
    }

    @Override
    public int draw(Lesson l, int from, int count, int[] places) {
      Memory memory = l.memory();
      int n = memory.draw(candidates.length, candidates, l.rng());
      if (n <= count) {
        System.arraycopy(candidates, 0, places, 0, n);
        return n;
      }
      Network network = l.network();
      int stride = network.input().stride();
      for (int i = 0; i < n; i++) {
        memory.copyRow(candidates[i], network.input().value(), (from + i) * stride);
      }
      l.weigh(0, l.streamed(), 1);
      network.graph().forward(from + n);
      harm(memory, network, from, n, -1);
      Losses.softmaxCrossEntropy(network.head(), l.labels(), l.weights(), 0, l.streamed());
      network.graph().backward(l.streamed());
      List<Parameter> all = network.graph().parameters();
      for (int i = 0; i < all.size(); i++) {
        all.get(i).tryStep(rate);
      }
      network.graph().predict(from + n);
      for (int i = 0; i < all.size(); i++) {
        all.get(i).undoStep();
      }
      harm(memory, network, from, n, 1);
      return most(n, count, places);
    }

    /** Takes away the losses before the step, or adds those after it. */
    private void harm(Memory memory, Network network, int from, int n, int sign) {
      for (int i = 0; i < n; i++) {
        double loss =
            Losses.negativeLogSoftmax(network.head(), from + i, memory.label(candidates[i]));
        harm[i] = sign < 0 ? -loss : harm[i] + loss;
      }
    }

    private int most(int n, int count, int[] places) {
      for (int k = 0; k < count; k++) {
        int best = k;
        for (int i = k + 1; i < n; i++) {
          best = harm[i] > harm[best] ? i : best;
        }
        places[k] = candidates[best];
        candidates[best] = candidates[k];
        harm[best] = harm[k];
      }
      return count;
    }

    @Override
    public long memoryBytes() {
      return 64 + 4L * candidates.length + 8L * harm.length;
    }
  }
}
