package org.freshet.neural.strategy;

import java.util.Arrays;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.neural.graph.Node;

/**
 * Energy-based classifier: a row pulls its own class down and pushes a single other one up, so that
 * classes that are not there now are left alone.
 *
 * <p>How it works: the energy of a row and a class is minus the logit. For each row the loss is −ln
 * (e^{−E(x, y)} / (e^{−E(x, y)} + e^{−E(x, y')})), where y' is drawn from the other classes among
 * the rows of the stream's batch, for rows of the memory from those in the whole batch; a row
 * without another class is not learnt. The class with the least energy answers.
 *
 * <p>Paper: S. Li, Y. Du, G. van de Ven, I. Mordatch, "Energy-Based Models for Continual Learning",
 * CoLLAs 2022.
 *
 * <p>Where we differ: classes enter in the last layer only, where their gate on the features and
 * what reads them are one class vector. A memory is used where there is one.
 *
 * <p>Costs as {@code experience_replay}; needs batches with several classes.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=energy_based, batch=10)
 * }</pre>
 */
@Component(name = "energy_based", kinds = Kind.PART, family = "strategy")
public final class EnergyBased implements Method {
  /** Nothing to set. */
  public record Parameters() {}

  public EnergyBased(Parameters p, Build build) {}

  @Override
  public Strategy strategy(Build build) {
    return new Contrast();
  }

  private static final class Contrast extends Strategy {
    private boolean[] present = {};

    @Override
    public void learn(Lesson l) {
      int stream = l.streamed();
      int rows = stream + l.draw(stream);
      if (present.length < l.network().outputs()) {
        present = new boolean[l.network().outputs()];
      }
      l.weigh(0, rows, 1);
      l.forward(rows);
      Arrays.fill(present, false);
      int classes = mark(l, 0, stream);
      for (int r = 0; r < stream; r++) {
        contrast(l, r, classes);
      }
      classes += mark(l, stream, rows);
      for (int r = stream; r < rows; r++) {
        contrast(l, r, classes);
      }
      l.step(rows);
    }

    /** Marks the classes of rows; how many were not yet. */
    private int mark(Lesson l, int from, int to) {
      int n = 0;
      for (int r = from; r < to; r++) {
        n += present[l.labels()[r]] ? 0 : 1;
        present[l.labels()[r]] = true;
      }
      return n;
    }

    private void contrast(Lesson l, int row, int classes) {
      if (classes < 2) {
        return;
      }
      int label = l.labels()[row];
      int left = l.rng().nextInt(classes - 1);
      int other = -1;
      for (int c = 0; other < 0; c++) {
        if (present[c] && c != label && left-- == 0) {
          other = c;
        }
      }
      Node z = l.network().head();
      int at = row * z.stride();
      double apart = (double) z.value()[at + label] - z.value()[at + other];
      float d = (float) (l.weights()[row] / (1 + Math.exp(apart)));
      z.gradient()[at + label] -= d;
      z.gradient()[at + other] += d;
    }

    @Override
    public long memoryBytes() {
      return 40 + present.length;
    }
  }
}
