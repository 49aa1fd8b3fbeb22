package org.freshet.neural.strategy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.consolidation.Consolidation;
import org.freshet.neural.consolidation.Trigger;
import org.freshet.neural.graph.Dense;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.network.Network;

/**
 * Anytime progressive pruning: hidden layers lose weights step by step while the stream goes on,
 * those that matter least to the loss, until a share is left.
 *
 * <p>How it works: at consolidation k of {@code periods}, the share {@code density}^(k / periods)
 * of the hidden weights is kept: those with the largest |w ∂L/∂w|, with L the mean log-loss of the
 * last {@code rows} rows. The others are 0 from then on; those kept stay as they are and learn on.
 *
 * <p>Papers: D. Misra, B. Runwal, T. Chen, Z. Wang, I. Rish, "APP: Anytime Progressive Pruning",
 * 2022; N. Lee, T. Ajanthan, P. Torr, "SNIP: Single-shot Network Pruning based on Connection
 * Sensitivity", ICLR 2019.
 *
 * <p>Where we differ: data need not come in mega-batches: {@code consolidate} says when weights go.
 * The head keeps all weights, as its classes are open. Pruned weights are held at 0; they take as
 * much memory and time as others here.
 *
 * <p>Costs a pass over the hidden weights a step, and {@code rows} backward passes and a sort of
 * them at a consolidation; keeps 4 bytes a hidden weight.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=progressive_pruning(density=0.33, consolidate=every_events(events=5000)))
 * }</pre>
 */
@Component(name = "progressive_pruning", kinds = Kind.PART, family = "strategy")
public final class ProgressivePruning implements Method {
  /**
   * @param density share of the hidden weights left at the end
   * @param periods consolidations until then
   * @param rows the loss is taken on
   * @param consolidate when weights go
   */
  public record Parameters(
      @Param(
              value = "share of the hidden weights left at the end; 1 is plain training",
              def = "0.33",
              range = "(0, 1]",
              origin = "ours; a third of the size")
          double density,
      @Param(
              value = "consolidations until then",
              def = "10",
              range = "[1, 100000]",
              origin = "chosen; a mega-batch each in the paper")
          int periods,
      @Param(
              value = "rows the loss is taken on, the last ones",
              def = "200",
              range = "[1, 100000]",
              unit = "rows",
              origin = "as ewc")
          int rows,
      @Param(value = "when weights go", def = "every_events", origin = "mega-batches have one size")
          Spec consolidate) {}

  private final Parameters p;
  private final Consolidation when;

  public ProgressivePruning(Parameters p, Build build) {
    this.p = p;
    when = build.create(p.consolidate(), Consolidation.class);
  }

  @Override
  public Strategy strategy(Build build) {
    return new Pruned(p, when.trigger());
  }

  private static final class Pruned extends Strategy {
    private final Parameters p;
    private final Trigger trigger;
    private final List<Parameter> hidden = new ArrayList<>();
    private final List<float[]> masks = new ArrayList<>(); // 1 where a weight is kept
    private Recent recent;
    private int period;

    Pruned(Parameters p, Trigger trigger) {
      this.p = p;
      this.trigger = trigger;
    }

    @Override
    public void attach(Network n) {
      for (Dense d : n.graph().nodes(Dense.class)) {
        if (d != n.head()) {
          hidden.add(d.weights());
          float[] mask = new float[d.weights().value().length];
          Arrays.fill(mask, 1);
          masks.add(mask);
        }
      }
    }

    @Override
    public void begin(Lesson l) {
      recent = new Recent(p.rows(), l.network().input().stride());
    }

    @Override
    public void learn(Lesson l) {
      int stride = l.network().input().stride();
      int stream = l.streamed();
      for (int r = 0; r < stream; r++) {
        recent.add(l.network().input().value(), r * stride, l.labels()[r]);
      }
      int rows = stream + l.draw(stream);
      l.weigh(0, rows, 1);
      l.forward(rows);
      double loss = Pairs.mean(l, l.loss(0, stream));
      l.loss(stream, rows);
      l.step(rows);
      if (period > 0) {
        mask();
      }
      if (period < p.periods() && p.density() < 1 && trigger.after(loss, stream)) {
        period++;
        prune(l, Math.pow(p.density(), period / (double) p.periods()));
        mask();
      }
    }

    private void mask() {
      for (int i = 0; i < masks.size(); i++) {
        mask(hidden.get(i).value(), masks.get(i));
      }
    }

    private static void mask(float[] w, float[] mask) {
      for (int i = 0; i < w.length; i++) {
        w[i] *= mask[i];
      }
    }

    private void prune(Lesson l, double density) {
      score(l);
      int weights = 0;
      int kept = 0;
      for (int k = 0; k < hidden.size(); k++) {
        weights += hidden.get(k).rows() * hidden.get(k).columns();
        kept += hidden.get(k).value().length;
      }
      float[] scores = new float[kept];
      int n = 0;
      for (int k = 0; k < hidden.size(); k++) {
        Parameter q = hidden.get(k);
        for (int i = 0; i < q.value().length; i++) {
          float s = q.gradient()[i] * q.value()[i];
          boolean used = i % q.stride() < q.columns() && masks.get(k)[i] > 0;
          // What is gone already comes first in the order, whatever its score.
          q.gradient()[i] = used ? Math.abs(s) : -1;
          scores[n++] = q.gradient()[i];
        }
      }
      int keep = (int) Math.round(density * weights);
      if (keep == 0 || n == 0) {
        return;
      }
      Arrays.sort(scores);
      float least = scores[Math.max(0, n - keep)];
      for (int k = 0; k < hidden.size(); k++) {
        float[] s = hidden.get(k).gradient();
        for (int i = 0; i < s.length; i++) {
          masks.get(k)[i] = s[i] >= least && s[i] >= 0 ? 1 : 0;
        }
      }
    }

    /** Gradients of the mean loss of the last rows, summed up row by row. */
    private void score(Lesson l) {
      float[][] sums = new float[hidden.size()][];
      for (int k = 0; k < sums.length; k++) {
        sums[k] = new float[hidden.get(k).value().length];
      }
      Network n = l.network();
      int[] label = new int[1];
      float[] one = {1};
      for (int r = 0; r < recent.size(); r++) {
        recent.copyRow(r, n.input().value(), 0);
        label[0] = recent.label(r);
        n.graph().forward(1);
        Losses.softmaxCrossEntropy(n.head(), label, one, 0, 1);
        n.graph().backward(1);
        for (int k = 0; k < sums.length; k++) {
          float[] g = hidden.get(k).gradient();
          for (int i = 0; i < g.length; i++) {
            sums[k][i] += g[i];
          }
        }
      }
      for (int k = 0; k < sums.length; k++) {
        System.arraycopy(sums[k], 0, hidden.get(k).gradient(), 0, sums[k].length);
      }
    }

    @Override
    public void save(StateWriter out) {
      out.put("period", (long) period);
      for (int k = 0; k < masks.size(); k++) {
        out.put("mask" + k, masks.get(k).clone());
      }
      recent.save(out.child("recent"));
      trigger.save(out.child("consolidate"));
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      period = in.intValue("period", 0, p.periods());
      for (int k = 0; k < masks.size(); k++) {
        Pairs.load(in, "mask" + k, masks.get(k));
      }
      recent.load(in.child("recent"), Math.max(1, mostOutputs));
      trigger.load(in.child("consolidate"));
    }

    @Override
    public long memoryBytes() {
      long sum = 72 + 100 + recent.memoryBytes() + trigger.memoryBytes();
      for (float[] m : masks) {
        sum += 24 + 4L * m.length;
      }
      return sum;
    }
  }
}
