package org.freshet.neural.strategy;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Node;
import org.freshet.neural.replay.Memory;

/**
 * HPCR, holistic proxy-based contrastive replay: {@code proxy_contrastive_replay} whose weight
 * swings with the steps, held to what it answered when it saw a row.
 *
 * <p>How it works: the loss of PCR is multiplied by (1.8 − 0.5625)/2 · (1 − cos(2π i / 500)) +
 * 0.5625 in step i. To it come, for rows of the memory, {@code alpha} times the mean squared
 * difference between similarities to the class vectors now and when the row was kept, over the
 * classes in the batch; and {@code beta} times KL(then ‖ now) between the softmaxes of these
 * similarities.
 *
 * <p>Paper: H. Lin, S. Feng, B. Zhang, X. Li, Y. Ye, "HPCR: Holistic Proxy-based Contrastive Replay
 * for Online Continual Learning", 2023; the swing as in the authors' code.
 *
 * <p>Where we differ: rows are not augmented; the structure that {@code beta} holds is that between
 * rows and class vectors, not between rows, whose features would have to be kept too. Similarities
 * are cosines times 1 / temperature.
 *
 * <p>Costs as {@code proxy_contrastive_replay}; the memory keeps a float a class and row.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=hpcr, replay=reservoir(size=200))
 * }</pre>
 */
@Component(name = "hpcr", kinds = Kind.PART, family = "strategy")
public final class HolisticReplay implements Method {
  /**
   * @param temperature what cosines are divided by
   * @param alpha weight of the squared difference
   * @param beta weight of the divergence
   */
  public record Parameters(
      @Param(
              value = "what cosines are divided by",
              def = "0.09",
              range = "[0.01, inf)",
              origin = "the authors' code")
          double temperature,
      @Param(
              value = "weight of the squared difference to the similarities kept",
              def = "0.1",
              range = "[0, inf)",
              origin = "the authors' code")
          double alpha,
      @Param(
              value = "weight of the divergence from the similarities kept",
              def = "0.5",
              range = "[0, inf)",
              origin = "the authors' code")
          double beta) {}

  private static final double LEAST = 0.5625;
  private static final double MOST = 1.8;
  private static final int PERIOD = 500;

  private final Parameters p;

  public HolisticReplay(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Strategy strategy(Build build) {
    return new Held(p);
  }

  private static final class Held extends ProxyContrastiveReplay.Proxies {
    private final Parameters p;
    private long steps;

    Held(Parameters p) {
      super(new ProxyContrastiveReplay.Parameters(p.temperature()));
      this.p = p;
    }

    @Override
    double total() {
      return (MOST - LEAST) / 2 * (1 - Math.cos(2 * Math.PI * (steps % PERIOD) / PERIOD)) + LEAST;
    }

    @Override
    void more(Lesson l, int stream, int rows) {
      steps++;
      Node s = similarity();
      Memory memory = l.memory();
      for (int r = stream; r < rows; r++) {
        int at = memory.extraAt(l.places()[r]);
        hold(s, r, memory.extra(), at + 1, DerPp.known(memory, at, s), 1.0 / (rows - stream));
      }
    }

    /** Adds the gradients of both losses of a row, over the classes in the batch. */
    private void hold(Node s, int row, float[] then, int thenAt, int known, double weight) {
      float[] now = s.value();
      int at = row * s.stride();
      double sumNow = 0;
      double sumThen = 0;
      int classes = 0;
      for (int c = 0; c < known; c++) {
        if (counts()[c] > 0) { // cosines over the temperature are small enough for exp
          sumNow += Math.exp(now[at + c]);
          sumThen += Math.exp(then[thenAt + c]);
          classes++;
        }
      }
      for (int c = 0; c < known; c++) {
        if (counts()[c] > 0) {
          double squared = 2 * p.alpha() / classes * (now[at + c] - then[thenAt + c]);
          double divergence = Math.exp(now[at + c]) / sumNow - Math.exp(then[thenAt + c]) / sumThen;
          s.gradient()[at + c] += (float) (weight * (squared + p.beta() * divergence));
        }
      }
    }

    @Override
    public void kept(Lesson l, int row, int place) {
      DerPp.keep(l.memory(), similarity(), row, place);
    }

    @Override
    public void save(StateWriter out) {
      out.put("steps", steps);
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      steps = in.longValue("steps", 0, Long.MAX_VALUE >> 8);
    }

    @Override
    public long memoryBytes() {
      return super.memoryBytes() + 16;
    }
  }
}
