package org.freshet.neural.strategy;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;

/**
 * Experience replay: learns the rows of the stream together with rows of the memory. Without a
 * memory it is plain training.
 *
 * <p>How it works: each batch of the stream and a batch drawn from the memory are learnt by one
 * step on the mean loss of all their rows; then the rows of the stream are offered to the memory.
 *
 * <p>Paper: A. Chaudhry et al., "On Tiny Episodic Memories in Continual Learning", 2019.
 *
 * <p>Where we differ: the mean is over the rows there are, so while the memory is nearly empty the
 * stream counts more.
 *
 * <p>Costs forward and backward passes of both batches; keeps nothing of its own.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=experience_replay, replay=reservoir(size=200))
 * }</pre>
 */
@Component(name = "experience_replay", kinds = Kind.PART, family = "strategy")
public final class ExperienceReplay implements Method {
  /** Nothing to set; the memory is the network's. */
  public record Parameters() {}

  public ExperienceReplay(Parameters p, Build build) {}

  @Override
  public Strategy strategy(Build build) {
    return new Mixed();
  }

  private static final class Mixed extends Strategy {
    @Override
    public boolean classesOnly() {
      return false;
    }

    @Override
    public boolean plain() {
      return true;
    }

    @Override
    public void learn(Lesson l) {
      int rows = l.streamed() + l.draw(l.streamed());
      l.weigh(0, rows, 1);
      l.forward(rows);
      l.loss(0, rows);
      l.step(rows);
    }
  }
}
