package org.freshet.neural.strategy;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Cosine;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.network.Network;

/**
 * UER, unbias experience replay: what is new is learnt by direction alone, so that its class
 * vectors and biases do not outgrow those of the past.
 *
 * <p>How it works: rows of the stream have the cross-entropy of the logits scale · cos(f, w_c),
 * rows of the memory that of f·w_c + b_c. Both mean losses are added and make one step; f·w_c + b_c
 * answers. So lengths and biases are learnt from the memory only, in which classes are even.
 *
 * <p>Paper: H. Lin, S. Feng, B. Zhang, H. Qiao, X. Li, Y. Ye, "UER: A Heuristic Bias Addressing
 * Approach for Online Continual Learning", ACM Multimedia 2023.
 *
 * <p>Where we differ: while nothing is in the memory, rows of the stream have both losses, else no
 * row would teach lengths.
 *
 * <p>Costs as {@code experience_replay}, and the lengths of the class vectors at each step.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=uer, replay=reservoir(size=200))
 * }</pre>
 */
@Component(name = "uer", kinds = Kind.PART, family = "strategy")
public final class Unbiased implements Method {
  /**
   * @param scale what cosines are multiplied by
   */
  public record Parameters(
      @Param(
              value = "what cosines are multiplied by",
              def = "10",
              range = "(0, inf)",
              origin = "ours; about 1 / 0.09, the temperature of the authors' PCR")
          double scale) {}

  private final Parameters p;

  public Unbiased(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Strategy strategy(Build build) {
    return new Directions(p.scale());
  }

  private static final class Directions extends Strategy {
    private final double scale;
    private Cosine direction;

    Directions(double scale) {
      this.scale = scale;
    }

    @Override
    public void attach(Network n) {
      direction = n.graph().add(new Cosine(n.graph(), n.features(), n.head().weights(), scale));
    }

    @Override
    public void grown(Lesson l, int outputs) {
      direction.grow();
    }

    @Override
    public void learn(Lesson l) {
      int stream = l.streamed();
      int rows = stream + l.draw(stream);
      l.weigh(0, stream, 1);
      l.weigh(stream, rows, 1);
      l.forward(rows);
      Losses.softmaxCrossEntropy(direction, l.labels(), l.weights(), 0, stream);
      if (rows > stream) {
        l.loss(stream, rows);
      } else {
        l.loss(0, stream);
      }
      l.step(rows);
    }

    @Override
    public long memoryBytes() {
      return 32;
    }
  }
}
