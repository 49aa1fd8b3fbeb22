package org.freshet.neural.strategy;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Dense;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.network.Network;
import org.freshet.neural.replay.Memory;

/**
 * Dark experience replay: the memory keeps what the network answered when it saw a row, and the
 * network is held to these answers. With {@code beta} 0 it is DER, else DER++, which also learns
 * labels again.
 *
 * <p>How it works: each step adds three losses: the cross-entropy of the rows of the stream; {@code
 * alpha} times the mean squared difference between logits now and then on a batch of the memory;
 * and {@code beta} times the cross-entropy of a second batch of the memory. Logits are kept as they
 * were in the pass that learnt the row, before the step.
 *
 * <p>Paper: P. Buzzega, M. Boschini, A. Porrello, D. Abati, S. Calderara, "Dark Experience for
 * General Continual Learning: a Strong, Simple Baseline", NeurIPS 2020.
 *
 * <p>Where we differ: the paper has the outputs of all classes from the start, and while a class
 * has not come, its output falls on every row. Labels are open here, so one output stands for all
 * classes that have not come: it takes part in the softmax, is the label of no row, and its logit
 * is kept with the others. On a row kept before a class came, the output of that class is held to
 * it; else nothing would keep new classes from answering for old rows. It is no answer itself.
 *
 * <p>Costs passes over the batch and twice the rows drawn; the memory keeps a float a class and
 * row, and two more.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=der_pp(alpha=0.2, beta=0.5), replay=reservoir(size=200))
 * }</pre>
 */
@Component(name = "der_pp", kinds = Kind.PART, family = "strategy")
public final class DerPp implements Method {
  /**
   * @param alpha weight of the difference to the answers kept
   * @param beta weight of the labels learnt again
   */
  public record Parameters(
      @Param(
              value = "weight of the squared difference to the logits kept",
              def = "0.2",
              range = "[0, inf)",
              origin = "the authors' code, split MNIST with 200 rows")
          double alpha,
      @Param(
              value = "weight of the labels learnt again; 0 is DER",
              def = "1.0",
              range = "[0, inf)",
              origin = "the authors' code, split MNIST with 200 rows")
          double beta) {}

  private final Parameters p;

  public DerPp(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Strategy strategy(Build build) {
    return new Dark(p);
  }

  static final class Dark extends Strategy {
    private final Parameters p;
    private Dense unseen; // stands for all classes that have not come

    Dark(Parameters p) {
      this.p = p;
    }

    @Override
    public int draws() {
      return p.beta() > 0 ? 2 : 1;
    }

    @Override
    public void attach(Network n) {
      Parameter w = new Parameter("unseen_w", n.features().width(), 1);
      Parameter b = new Parameter("unseen_b", 1, 1);
      unseen = n.graph().add(new Dense(n.graph(), n.features(), w, b));
    }

    @Override
    public void learn(Lesson l) {
      int stream = l.streamed();
      int dark = stream + l.draw(stream);
      int rows = p.beta() > 0 ? dark + l.draw(dark) : dark;
      l.weigh(0, stream, 1);
      l.weigh(dark, rows, p.beta());
      l.forward(rows);
      Node z = l.network().head();
      Losses.softmaxCrossEntropy(z, unseen, l.labels(), l.weights(), 0, stream);
      for (int r = stream; r < dark; r++) {
        hold(z, l.memory(), l.places()[r], r, 2 * p.alpha() / (dark - stream));
      }
      Losses.softmaxCrossEntropy(z, unseen, l.labels(), l.weights(), dark, rows);
      l.step(rows);
    }

    /** Adds the gradient of weight/2 times the mean squared difference to what was kept. */
    private void hold(Node z, Memory memory, int place, int row, double weight) {
      int at = memory.extraAt(place);
      float[] then = memory.extra();
      int known = Math.min(known(memory, at, z), memory.extraAt(1) - 2);
      float w = (float) (weight / (z.width() + 1));
      for (int c = 0; c < z.width(); c++) {
        int i = row * z.stride() + c;
        z.gradient()[i] += w * (z.value()[i] - then[at + 1 + Math.min(c, known)]);
      }
      int i = row * unseen.stride();
      unseen.gradient()[i] += w * (unseen.value()[i] - then[at + 1 + known]);
    }

    @Override
    public void kept(Lesson l, int row, int place) {
      if (place >= 0) {
        Node z = l.network().head();
        l.memory().extraStride(2 + z.width());
        keep(l.memory(), z, row, place);
        int at = l.memory().extraAt(place) + 1 + z.width();
        l.memory().extra()[at] = unseen.value()[row * unseen.stride()];
      }
    }

    @Override
    public long memoryBytes() {
      return 32;
    }
  }

  /** How many floats {@link #keep} kept, within what there can be. */
  static int known(Memory memory, int at, Node of) {
    int most = Math.min(of.width(), memory.extraAt(1) - 1);
    return (int) Math.max(1, Math.min(most, memory.extra()[at]));
  }

  /** Keeps what a node gave for a row beside the row in a place: how many floats, and these. */
  static void keep(Memory memory, Node of, int row, int place) {
    if (place < 0) {
      return;
    }
    memory.extraStride(1 + of.width());
    int at = memory.extraAt(place);
    memory.extra()[at] = of.width();
    System.arraycopy(of.value(), row * of.stride(), memory.extra(), at + 1, of.width());
  }
}
