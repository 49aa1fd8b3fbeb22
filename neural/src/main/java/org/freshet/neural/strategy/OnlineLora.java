package org.freshet.neural.strategy;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.consolidation.Consolidation;
import org.freshet.neural.consolidation.Trigger;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.LowRank;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;

/**
 * Online-LoRA: a low-rank pair beside each frozen layer learns; when the loss has come to rest, the
 * pair becomes part of the layer and a new one begins, held back where the ones before were needed.
 *
 * <p>How it works: all weights learn until the first consolidation; then layers are frozen, and
 * beside each a pair A·B of rank {@code rank} learns, with the head. The {@code hard} rows with the
 * highest loss are kept and learnt again with each batch. At each further consolidation Ω becomes
 * the mean over all of them of (∂ ln p(ĉ | x) / ∂a)² on the hard rows, with ĉ the class the network
 * answers and a an element of the pair; the pair is added to its layer and a new one begins. The
 * loss has the penalty λ/2 Σ Ω a².
 *
 * <p>Paper: X. Wei, G. Li, R. Marculescu, "Online-LoRA: Task-free Online Continual Learning via Low
 * Rank Adaptation", WACV 2025.
 *
 * <p>Where we differ: the network is not trained before but on the beginning of the stream. The
 * hard rows are learnt by a step of their own. λΩ is {@code largest} at most, so that steps stay
 * stable. On MNIST turned further and further, with small networks, new pairs with the penalty kept
 * no more than a single pair without, and less than plain training: it needs a body that was
 * trained on much.
 *
 * <p>Costs two steps a batch; keeps 8 (inputs + units) · rank bytes a layer and the hard rows.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=online_lora(consolidate=loss_plateau(mean=0.4)), batch=10)
 * }</pre>
 */
@Component(name = "online_lora", kinds = Kind.PART, family = "strategy")
public final class OnlineLora implements Method {
  /**
   * @param rank of the pairs
   * @param lambda strength of the penalty
   * @param hard rows kept and learnt again
   * @param largest an element is worth at most
   * @param consolidate when layers are frozen, and pairs renewed
   */
  public record Parameters(
      @Param(
              value = "rank of the pairs",
              def = "4",
              range = "[1, 256]",
              origin = "the authors' code")
          int rank,
      @Param(
              value = "strength of the penalty",
              def = "2000.0",
              range = "[0, inf)",
              origin = "the authors' code")
          double lambda,
      @Param(
              value = "rows with the highest loss that are kept and learnt again",
              def = "4",
              range = "[1, 256]",
              unit = "rows",
              origin = "the authors' code")
          int hard,
      @Param(
              value = "an element of a pair is worth at most this, strength included",
              def = "10.0",
              range = "(0, inf)",
              origin = "stable with learning rates up to 0.1")
          double largest,
      @Param(
              value = "when layers are frozen, and pairs renewed",
              def = "loss_plateau",
              origin = "the authors' code renews them at a plateau too")
          Spec consolidate) {}

  private final Parameters p;
  private final Consolidation when;

  public OnlineLora(Parameters p, Build build) {
    this.p = p;
    when = build.create(p.consolidate(), Consolidation.class);
  }

  @Override
  public Strategy strategy(Build build) {
    return new Renewed(p, when.trigger());
  }

  private static final class Renewed extends Pairs {
    private final Parameters p;
    private float[][] worth = {}; // Ω of A and B of each pair in turn
    private int times; // consolidations in Ω
    private HardRows hard;

    Renewed(Parameters p, Trigger trigger) {
      super(p.rank(), trigger);
      this.p = p;
    }

    @Override
    public void begin(Lesson l) {
      hard = new HardRows(p.hard(), l.network().input().stride());
      l.network().graph().capacity(p.hard());
      worth = new float[2 * pairs().size()][];
      for (int i = 0; i < worth.length; i++) {
        worth[i] = new float[matrix(i).value().length];
      }
    }

    private Parameter matrix(int i) {
      LowRank pair = pairs().get(i / 2);
      return i % 2 == 0 ? pair.a() : pair.b();
    }

    @Override
    public void learn(Lesson l) {
      Node z = l.network().head();
      int stream = l.streamed();
      int rows = stream + l.draw(stream);
      l.weigh(0, rows, 1);
      l.forward(rows);
      double loss = l.loss(0, stream);
      l.loss(stream, rows);
      hard.offer(l.network().input().value(), z, l.labels(), stream);
      step(l, rows);
      again(l, hard.put(l.network().input().value()));
      after(l, mean(l, loss));
    }

    private void step(Lesson l, int rows) {
      if (times == 0 || p.lambda() == 0) {
        l.step(rows);
        return;
      }
      l.backward(rows);
      pull();
      l.steps().stepKept();
    }

    /** Learns the hard rows, which are in the input. */
    private void again(Lesson l, int rows) {
      Graph graph = l.network().graph();
      Node z = l.network().head();
      graph.forward(rows);
      Losses.softmaxCrossEntropy(z, hard.labels(), hard.weights(), 0, rows);
      hard.renew(z);
      if (times == 0 || p.lambda() == 0) {
        l.steps().step(rows);
        return;
      }
      graph.backward(rows);
      pull();
      l.steps().stepKept();
    }

    private void pull() {
      for (int i = 0; i < worth.length; i++) {
        pull(matrix(i).gradient(), matrix(i).value(), worth[i]);
      }
    }

    private void pull(float[] g, float[] w, float[] omega) {
      float lambda = (float) p.lambda();
      float most = (float) p.largest();
      for (int i = 0; i < g.length; i++) {
        g[i] += Math.min(most, lambda * omega[i]) * w[i];
      }
    }

    @Override
    void again(Lesson l) {
      Graph graph = l.network().graph();
      Node z = l.network().head();
      int[] answer = new int[1];
      float[] one = {1};
      for (float[] omega : worth) {
        scale(omega, times / (times + 1f));
      }
      int rows = hard.size();
      for (int r = 0; r < rows; r++) {
        hard.putOne(r, l.network().input().value());
        graph.forward(1);
        for (int c = 0; c < z.width(); c++) {
          answer[0] = z.value()[c] > z.value()[answer[0]] ? c : answer[0];
        }
        Losses.softmaxCrossEntropy(z, answer, one, 0, 1);
        graph.backward(1);
        for (int i = 0; i < worth.length; i++) {
          add(worth[i], matrix(i).gradient(), 1f / (rows * (times + 1f)));
        }
        answer[0] = 0;
      }
      times++;
      for (int i = 0; i < pairs().size(); i++) {
        pairs().get(i).merge();
      }
      renew(l.rng());
    }

    private static void scale(float[] a, float by) {
      for (int i = 0; i < a.length; i++) {
        a[i] *= by;
      }
    }

    private static void add(float[] omega, float[] g, float share) {
      for (int i = 0; i < g.length; i++) {
        omega[i] = Math.min(1e6f, omega[i] + share * g[i] * g[i]);
      }
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("times", (long) times);
      hard.save(out.child("hard"));
      for (int i = 0; i < worth.length; i++) {
        out.put("worth" + i, worth[i].clone());
      }
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      super.load(in, mostOutputs);
      times = in.intValue("times", 0, Integer.MAX_VALUE);
      hard.load(in.child("hard"), mostOutputs);
      for (int i = 0; i < worth.length; i++) {
        load(in, "worth" + i, worth[i]);
      }
    }

    @Override
    public long memoryBytes() {
      long sum = 56 + super.memoryBytes() + hard.memoryBytes();
      for (float[] s : worth) {
        sum += 24 + 4L * s.length;
      }
      return sum;
    }
  }
}
