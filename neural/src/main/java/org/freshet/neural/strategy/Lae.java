package org.freshet.neural.strategy;

import java.util.Arrays;
import org.freshet.core.Kernels;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.consolidation.Consolidation;
import org.freshet.neural.consolidation.Trigger;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.LowRank;
import org.freshet.neural.graph.Parameter;

/**
 * Learning, accumulation, ensemble: a fast low-rank pair that learns beside each frozen layer, a
 * slow one that follows it, and an answer from both.
 *
 * <p>How it works: all weights learn until the first consolidation. Then the layers are frozen, and
 * beside each a pair A·B of rank {@code rank} learns, with the head: the fast pair. The slow pair
 * follows by A' ← λ A' + (1 − λ) A at each step, and B' the same. The softmax of the loss runs over
 * the classes of the batch only. A row is answered with the fast and with the slow pairs, and each
 * class gets the larger of its two probabilities.
 *
 * <p>Paper: Q. Gao, C. Zhao, Y. Sun, T. Xi, G. Zhang, B. Ghanem, J. Zhang, "A Unified Continual
 * Learning Framework with General Parameter-Efficient Tuning", ICCV 2023.
 *
 * <p>Where we differ: the network is not trained before but on the beginning of the stream; the
 * head is not learnt alone at first, as tasks are not told; the probabilities are brought to sum 1.
 * Where a batch has one class only, the softmax runs over all, as nothing would be learnt
 * otherwise.
 *
 * <p>Costs less than plain training to learn, and twice its passes to predict; keeps 4 (inputs +
 * units) · rank bytes a layer more than the pair itself.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=lae(consolidate=every_events(events=10000)), batch=10)
 * }</pre>
 */
@Component(name = "lae", kinds = Kind.PART, family = "strategy")
public final class Lae implements Method {
  /**
   * @param rank of the pairs
   * @param decay λ
   * @param consolidate when the layers are frozen
   */
  public record Parameters(
      @Param(
              value = "rank of the pairs",
              def = "5",
              range = "[1, 256]",
              origin = "the authors' code")
          int rank,
      @Param(
              value = "share of the slow pair kept at each step",
              def = "0.9999",
              range = "[0, 1)",
              origin = "the authors' code")
          double decay,
      @Param(
              value = "the first time freezes the layers",
              def = "loss_plateau",
              origin = "what was learnt before is worth keeping then")
          Spec consolidate) {}

  private final Parameters p;
  private final Consolidation when;

  public Lae(Parameters p, Build build) {
    this.p = p;
    when = build.create(p.consolidate(), Consolidation.class);
  }

  @Override
  public Strategy strategy(Build build) {
    return new FastAndSlow(p, when.trigger());
  }

  private static final class FastAndSlow extends Pairs {
    private final float decay;
    private float[][] slow = {}; // A and B of each pair in turn
    private boolean[] among = {};
    private double[] fast = {};

    FastAndSlow(Parameters p, Trigger trigger) {
      super(p.rank(), trigger);
      decay = (float) p.decay();
    }

    @Override
    public void begin(Lesson l) {
      slow = new float[2 * pairs().size()][];
      for (int i = 0; i < slow.length; i++) {
        slow[i] = new float[matrix(i).value().length];
      }
    }

    private Parameter matrix(int i) {
      LowRank pair = pairs().get(i / 2);
      return i % 2 == 0 ? pair.a() : pair.b();
    }

    @Override
    void begun(Lesson l) {
      for (int i = 0; i < slow.length; i++) {
        System.arraycopy(matrix(i).value(), 0, slow[i], 0, slow[i].length);
      }
    }

    @Override
    public void learn(Lesson l) {
      int stream = l.streamed();
      int rows = stream + l.draw(stream);
      l.weigh(0, rows, 1);
      l.forward(rows);
      boolean[] seen = frozen() ? seen(l, rows) : null;
      double loss =
          Losses.softmaxCrossEntropy(l.network().head(), l.labels(), l.weights(), 0, stream, seen);
      Losses.softmaxCrossEntropy(l.network().head(), l.labels(), l.weights(), stream, rows, seen);
      l.step(rows);
      if (frozen()) {
        for (int i = 0; i < slow.length; i++) {
          follow(slow[i], matrix(i).value());
        }
      } else {
        after(l, mean(l, loss));
      }
    }

    /** The classes of the batch; null for all when there is one. */
    private boolean[] seen(Lesson l, int rows) {
      int classes = l.network().outputs();
      if (among.length < classes) {
        among = new boolean[classes];
      }
      Arrays.fill(among, false);
      boolean several = false;
      for (int r = 0; r < rows; r++) {
        several |= l.labels()[r] != l.labels()[0];
        among[l.labels()[r]] = true;
      }
      return several ? among : null;
    }

    private void follow(float[] slow, float[] fast) {
      float keep = decay;
      float take = 1 - decay;
      for (int i = 0; i < slow.length; i++) {
        slow[i] = keep * slow[i] + take * fast[i];
      }
    }

    /** The logarithm of the larger probability of each class. */
    @Override
    public void scores(Lesson l, double[] scores, int outputs) {
      super.scores(l, scores, outputs);
      if (!frozen() || slow.length == 0) {
        return;
      }
      if (fast.length < outputs) {
        fast = new double[outputs];
      }
      System.arraycopy(scores, 0, fast, 0, outputs);
      exchange();
      super.scores(l, scores, outputs);
      exchange();
      Kernels.softmax(fast, outputs);
      Kernels.softmax(scores, outputs);
      for (int c = 0; c < outputs; c++) {
        scores[c] = Math.log(Math.max(1e-300, Math.max(fast[c], scores[c])));
      }
    }

    private void exchange() {
      for (int i = 0; i < slow.length; i++) {
        slow[i] = matrix(i).exchange(slow[i]);
      }
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      for (int i = 0; i < slow.length; i++) {
        out.put("slow" + i, slow[i].clone());
      }
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      super.load(in, mostOutputs);
      for (int i = 0; i < slow.length; i++) {
        load(in, "slow" + i, slow[i]);
      }
    }

    @Override
    public long memoryBytes() {
      long sum = 64 + super.memoryBytes() + among.length + 8L * fast.length;
      for (float[] s : slow) {
        sum += 24 + 4L * s.length;
      }
      return sum;
    }
  }
}
