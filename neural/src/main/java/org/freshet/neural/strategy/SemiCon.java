package org.freshet.neural.strategy;

import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.SupervisedContrast;

/**
 * SemiCon: contrastive replay that needs the labels of the rows it keeps, and no others.
 *
 * <p>How it works: the batch is the rows of the stream, a copy of each moved by noise, and rows of
 * the memory. Their features have one supervised contrastive loss, in which a row of the memory is
 * drawn to those of its class, and a row of the stream, whose label is not looked at, to its own
 * copy; rows of the stream count {@code alpha} times. The class answers whose kept rows are nearest
 * on average.
 *
 * <p>Paper: N. Michel, R. Negrel, G. Chierchia, J.-F. Bercher, "Contrastive Learning for Online
 * Semi-Supervised General Continual Learning", ICIP 2022.
 *
 * <p>Where we differ: rows need not be images, so a copy is moved by N(0, noise²) in each column
 * instead of being augmented, and rows of the memory have none. Features are those of the last
 * hidden layer, without a projection behind it. Means are computed anew every {@code refresh}
 * batches. A memory that balances classes looks at labels of rows it does not keep; {@code
 * reservoir} does not.
 *
 * <p>Costs passes over the rows drawn and twice the batch, O(rows² · features) for the loss, and
 * every {@code refresh} batches a pass over the memory.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=semicon, replay=reservoir(size=200, batch=64), batch=10)
 * }</pre>
 */
@Component(name = "semicon", kinds = Kind.PART, family = "strategy")
public final class SemiCon implements Method {
  /**
   * @param alpha weight of the rows of the stream
   * @param temperature of the loss
   * @param noise of the copies
   * @param refresh batches from one computation of the means to the next
   */
  public record Parameters(
      @Param(
              value = "weight of the rows of the stream, whose labels are not used",
              def = "1",
              range = "[0, inf)",
              origin = "the authors' code")
          double alpha,
      @Param(
              value = "what cosines are divided by",
              def = "0.07",
              range = "(0, inf)",
              origin = "the authors' code")
          double temperature,
      @Param(
              value = "deviation of what is added to each column of the copies",
              def = "0.1",
              range = "[0, inf)",
              origin = "ours; a tenth of the deviation of a standardised column")
          double noise,
      @Param(
              value = "batches from one computation of the means to the next",
              def = "10",
              range = "[1, 1000000]",
              unit = "batches",
              origin = "ours")
          int refresh) {}

  private static final double ANSWER = 0.1;

  private final Parameters p;

  public SemiCon(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Strategy strategy(Build build) {
    return new Views(p, build.rng());
  }

  private static final class Views extends Strategy {
    private final Parameters p;
    private final Rng rng;
    private final SupervisedContrast contrast;
    private final KeptMeans means = new KeptMeans();
    private int[] groups = {};
    private float[] weights = {};
    private long batches;

    Views(Parameters p, Rng rng) {
      this.p = p;
      this.rng = rng;
      contrast = new SupervisedContrast(p.temperature());
    }

    @Override
    public boolean takesUnlabelled() {
      return true;
    }

    @Override
    public boolean denseOnly() {
      return true;
    }

    @Override
    public void begin(Lesson l) {
      int rows = 2 * l.labels().length; // no more than one copy of each
      l.network().graph().capacity(rows);
      groups = new int[rows];
      weights = new float[rows];
      grown(l, l.network().outputs());
    }

    @Override
    public void grown(Lesson l, int outputs) {
      means.grown(l, outputs);
    }

    @Override
    public void learn(Lesson l) {
      int stream = l.streamed();
      int kept = stream + l.draw(stream);
      int rows = kept + stream;
      float[] x = l.network().input().value();
      int stride = l.network().input().stride();
      for (int r = 0; r < rows; r++) {
        int of = r < kept ? r : r - kept; // a copy is in the group of its row
        groups[r] = of < stream ? -1 - of : l.labels()[of];
        float weight = of < stream ? (float) p.alpha() * l.importance(of) : 1;
        weights[r] = weight / rows;
        for (int i = 0; r >= kept && i < l.network().input().width(); i++) {
          x[r * stride + i] = (float) (x[of * stride + i] + p.noise() * rng.nextGaussian());
        }
      }
      l.forward(rows);
      Node f = l.network().features();
      contrast.add(f, groups, weights, rows);
      l.step(rows);
      if (l.memory() != null && batches % p.refresh() == 0) {
        means.compute(l);
      }
      batches++;
    }

    @Override
    public void scores(Lesson l, double[] scores, int outputs) {
      super.scores(l, scores, outputs);
      means.scores(l.network().features(), scores, outputs, ANSWER);
    }

    @Override
    public void save(StateWriter out) {
      rng.save(out, "rng");
      out.put("batches", batches);
      means.save(out.child("means"));
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      rng.load(in, "rng");
      batches = in.longValue("batches", 0, Long.MAX_VALUE >> 8);
      means.load(in.child("means"));
    }

    @Override
    public long memoryBytes() {
      return 96
          + 64
          + contrast.memoryBytes()
          + means.memoryBytes()
          + 4L * (groups.length + weights.length);
    }
  }
}
