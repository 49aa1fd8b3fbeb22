package org.freshet.neural.strategy;

import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.neural.graph.Parameter;

/**
 * A-GEM: learns the stream as far as the mean loss of the memory does not grow by it.
 *
 * <p>How it works: g is the gradient of the loss of the rows of the stream, r that of a batch of
 * the memory. Where g·r is negative, the step is against g − (g·r / r·r) r, the gradient nearest to
 * g that does not raise the loss of the memory; else against g.
 *
 * <p>Paper: A. Chaudhry, M. Ranzato, M. Rohrbach, M. Elhoseiny, "Efficient Lifelong Learning with
 * A-GEM", ICLR 2019.
 *
 * <p>Where we differ: tasks are not told, so the memory may hold rows of what is learnt now.
 *
 * <p>Costs forward and backward passes of both batches and three passes over the weights; keeps 4
 * bytes a weight.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=agem, replay=ring(size=200))
 * }</pre>
 */
@Component(name = "agem", kinds = Kind.PART, family = "strategy")
public final class Agem implements Method {
  /** Nothing to set; the memory is the network's. */
  public record Parameters() {}

  public Agem(Parameters p, Build build) {}

  @Override
  public Strategy strategy(Build build) {
    return new Projected();
  }

  private static final class Projected extends Strategy {
    private final KeptGradients reference = new KeptGradients();

    @Override
    public boolean classesOnly() {
      return false;
    }

    @Override
    public void learn(Lesson l) {
      int stream = l.streamed();
      int rows = stream + l.draw(stream);
      l.weigh(0, stream, 1);
      l.weigh(stream, rows, 1);
      if (rows == stream) {
        l.forward(rows);
        l.loss(0, rows);
        l.step(rows);
        return;
      }
      l.network().graph().forward(rows);
      l.loss(stream, rows);
      l.network().graph().backward(rows);
      List<Parameter> all = l.network().graph().parameters();
      reference.keep(all);
      l.forward(rows);
      l.loss(0, stream);
      l.backward(rows);
      double along = reference.product(all);
      if (along < 0) {
        reference.addTo(all, -along / reference.square());
      }
      l.steps().stepKept();
    }

    @Override
    public long memoryBytes() {
      return 24 + reference.memoryBytes();
    }
  }
}
