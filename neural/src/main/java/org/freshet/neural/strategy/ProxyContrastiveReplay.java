package org.freshet.neural.strategy;

import java.util.Arrays;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Cosine;
import org.freshet.neural.network.Network;

/**
 * PCR: experience replay with a contrastive loss whose anchors are the class vectors of the head.
 *
 * <p>How it works: features and the class vectors w_c are brought to length 1; with s_ic = f_i·w_c
 * / temperature, each row i of stream and memory has the loss −ln(e^{s_iy_i} / Σ_j e^{s_iy_j}),
 * where j runs over the rows of the batch: a softmax over the classes in the batch, each counted as
 * often as it is there. The answer is the class whose vector is nearest.
 *
 * <p>Paper: H. Lin, B. Zhang, S. Feng, X. Li, Y. Ye, "PCR: Proxy-based Contrastive Replay for
 * Online Class-Incremental Continual Learning", CVPR 2023.
 *
 * <p>Where we differ: rows are not augmented, as they need not be images; the scores are the
 * softmax of s over all classes.
 *
 * <p>Costs as {@code experience_replay}, and the lengths of the class vectors at each step.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=proxy_contrastive_replay, replay=reservoir(size=200))
 * }</pre>
 */
@Component(name = "proxy_contrastive_replay", kinds = Kind.PART, family = "strategy")
public final class ProxyContrastiveReplay implements Method {
  /**
   * @param temperature what similarities are divided by
   */
  public record Parameters(
      @Param(
              value = "what similarities are divided by",
              def = "0.09",
              range = "(0, inf)",
              origin = "the authors' code")
          double temperature) {}

  private final Parameters p;

  public ProxyContrastiveReplay(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Strategy strategy(Build build) {
    return new Proxies(p);
  }

  static class Proxies extends Strategy {
    private final Parameters p;
    private Cosine similarity;
    private int[] counts = {};

    Proxies(Parameters p) {
      this.p = p;
    }

    final Cosine similarity() {
      return similarity;
    }

    /** Rows of each class in the batch. */
    final int[] counts() {
      return counts;
    }

    /** What the loss is multiplied by. */
    double total() {
      return 1;
    }

    /** Adds other losses after that of the batch. */
    void more(Lesson l, int stream, int rows) {}

    @Override
    public void attach(Network n) {
      similarity =
          n.graph()
              .add(new Cosine(n.graph(), n.features(), n.head().weights(), 1 / p.temperature()));
    }

    @Override
    public void grown(Lesson l, int outputs) {
      similarity.grow();
    }

    @Override
    public void learn(Lesson l) {
      int rows = l.streamed() + l.draw(l.streamed());
      int classes = similarity.width();
      if (counts.length < classes) {
        counts = new int[classes];
      }
      Arrays.fill(counts, 0);
      for (int r = 0; r < rows; r++) {
        counts[l.labels()[r]]++;
      }
      l.weigh(0, rows, total());
      l.forward(rows);
      float[] s = similarity.value();
      float[] g = similarity.gradient();
      for (int r = 0; r < rows; r++) {
        int at = r * similarity.stride();
        double top = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
          top = counts[c] > 0 ? Math.max(top, s[at + c]) : top;
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
          sum += counts[c] * Math.exp(s[at + c] - top);
        }
        float w = l.weights()[r];
        for (int c = 0; c < classes; c++) {
          // With a single class both are 1 to the last digit, so that nothing moves.
          double share = counts[c] * Math.exp(s[at + c] - top) / sum;
          g[at + c] += (float) (w * (share - (c == l.labels()[r] ? 1 : 0)));
        }
      }
      more(l, l.streamed(), rows);
      l.step(rows);
    }

    @Override
    public void scores(Lesson l, double[] scores, int outputs) {
      l.network().graph().predict(1);
      copy(similarity, scores, outputs);
    }

    @Override
    public long memoryBytes() {
      return 48 + 4L * counts.length;
    }
  }
}
