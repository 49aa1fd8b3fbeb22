package org.freshet.neural.strategy;

import java.util.Arrays;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.neural.graph.Losses;

/**
 * ER-ACE: experience replay whose loss on the stream compares only the classes of the batch, so
 * that what is new does not push old classes away.
 *
 * <p>How it works: the rows of the stream are learnt with a softmax over the classes in their own
 * batch and those never seen before; the rows of the memory with one over all classes. The
 * gradients of both mean losses are added and make one step.
 *
 * <p>Paper: L. Caccia, R. Aljundi, N. Asadi, T. Tuytelaars, J. Pineau, E. Belilovsky, "New Insights
 * on Reducing Abrupt Representation Change in Online Continual Learning", ICLR 2022.
 *
 * <p>Where we differ: labels are open, so a class never seen has no logit yet and takes no part.
 *
 * <p>Costs as {@code experience_replay}; keeps nothing of its own.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=er_ace, replay=reservoir(size=200))
 * }</pre>
 */
@Component(name = "er_ace", kinds = Kind.PART, family = "strategy")
public final class ErAce implements Method {
  /** Nothing to set; the memory is the network's. */
  public record Parameters() {}

  public ErAce(Parameters p, Build build) {}

  @Override
  public Strategy strategy(Build build) {
    return new Asymmetric();
  }

  private static final class Asymmetric extends Strategy {
    private boolean[] present = {};

    @Override
    public void learn(Lesson l) {
      int stream = l.streamed();
      int rows = stream + l.draw(stream);
      if (present.length < l.network().outputs()) {
        present = new boolean[l.network().outputs()];
      }
      Arrays.fill(present, false);
      for (int r = 0; r < stream; r++) {
        present[l.labels()[r]] = true;
      }
      l.weigh(0, stream, 1);
      l.weigh(stream, rows, 1);
      l.forward(rows);
      Losses.softmaxCrossEntropy(l.network().head(), l.labels(), l.weights(), 0, stream, present);
      Losses.softmaxCrossEntropy(l.network().head(), l.labels(), l.weights(), stream, rows);
      l.step(rows);
    }

    @Override
    public long memoryBytes() {
      return 40 + present.length;
    }
  }
}
