package org.freshet.neural.replay;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Node;
import org.freshet.neural.strategy.Lesson;

/**
 * Keeps rows whose gradients point in different directions: gradient-based sample selection
 * (GSS-Greedy).
 *
 * <p>How it works: a row's score c is 1 plus the greatest cosine between its gradient and those of
 * {@code compared} rows drawn from the memory. When the memory is full, a row with c < 1 draws
 * place i with probability c_i / Σ c_j and takes it with probability c_i / (c_i + c).
 *
 * <p>Paper: R. Aljundi, M. Lin, B. Goujaud, Y. Bengio, "Gradient Based Sample Selection for Online
 * Continual Learning", NeurIPS 2019.
 *
 * <p>Where we differ: gradients are those of the output layer, whose cosines need no more than the
 * values of a pass forwards. A row that comes when nothing is kept has c = 1.
 *
 * <p>Memory is {@code size} rows of floats and 4 bytes each; a batch costs a pass forwards over it
 * and {@code compared} rows more.
 *
 * <pre>{@code
 * mlp(hidden=[100], replay=gss(size=200))
 * }</pre>
 */
@Component(name = "gss", kinds = Kind.PART, family = "replay")
public final class GradientBased implements Replay {
  /**
   * @param size rows kept
   * @param batch rows learnt again with each batch of the stream
   * @param compared rows of the memory a row is compared with
   */
  public record Parameters(
      @Param(
              value = "rows kept",
              def = "200",
              range = "[1, 10000000]",
              unit = "rows",
              origin = "as reservoir")
          int size,
      @Param(
              value = "rows learnt again with each batch of the stream",
              def = "10",
              range = "[1, 256]",
              unit = "rows",
              origin = "as reservoir")
          int batch,
      @Param(
              value = "rows of the memory that the rows of a batch are compared with",
              def = "10",
              range = "[1, 256]",
              unit = "rows",
              origin = "ours; as many as a usual batch")
          int compared) {}

  private final Parameters p;

  public GradientBased(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Memory memory(int stride) {
    return new Rows(p.size(), stride, p.compared());
  }

  @Override
  public boolean classesOnly() {
    return true;
  }

  @Override
  public int batch() {
    return p.batch();
  }

  @Override
  public int room() {
    return p.compared();
  }

  private static final class Rows extends Memory {
    private final int[] compared;
    private final float[] scores;
    private float[] fresh = {}; // scores of the rows of the batch
    private double[] byLogit = {}; // gradients by the logits of all rows compared

    Rows(int most, int stride, int compared) {
      super(most, stride);
      scores = new float[most];
      this.compared = new int[compared];
    }

    @Override
    public boolean reviewsLabels() {
      return true;
    }

    @Override
    public void review(Lesson l) {
      Node z = l.network().head();
      int stream = l.streamed();
      int stride = l.network().input().stride();
      int others = draw(compared.length, compared, l.rng());
      int rows = stream + others;
      if (fresh.length < stream || byLogit.length < rows * z.width()) {
        fresh = new float[stream];
        byLogit = new double[rows * z.width()];
      }
      for (int i = 0; i < others; i++) {
        copyRow(compared[i], l.network().input().value(), (stream + i) * stride);
      }
      l.network().graph().predict(rows);
      for (int r = 0; r < rows; r++) {
        gradient(z, r, r < stream ? l.labels()[r] : label(compared[r - stream]));
      }
      for (int r = 0; r < stream; r++) {
        double most = others == 0 ? 0 : -1;
        for (int i = stream; i < rows; i++) {
          most = Math.max(most, cosine(l.network().features(), z.width(), r, i));
        }
        fresh[r] = (float) (1 + most);
      }
    }

    /** softmax(z) − y. */
    private void gradient(Node z, int row, int label) {
      int n = z.width();
      int at = row * z.stride();
      double top = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < n; c++) {
        top = Math.max(top, z.value()[at + c]);
      }
      double sum = 0;
      for (int c = 0; c < n; c++) {
        byLogit[row * n + c] = Math.exp(z.value()[at + c] - top);
        sum += byLogit[row * n + c];
      }
      for (int c = 0; c < n; c++) {
        byLogit[row * n + c] /= sum;
      }
      byLogit[row * n + label]--;
    }

    /** Of the gradients δ fᵀ and δ by weights and bias of the output layer. */
    private double cosine(Node features, int n, int a, int b) {
      double ab = product(features, n, a, b);
      double aa = product(features, n, a, a);
      double bb = product(features, n, b, b);
      double length = Math.sqrt(aa * bb);
      return length > 0 ? Math.max(-1, Math.min(1, ab / length)) : 0;
    }

    private double product(Node features, int n, int a, int b) {
      double d = 0;
      for (int c = 0; c < n; c++) {
        d += byLogit[a * n + c] * byLogit[b * n + c];
      }
      double f = 1;
      for (int i = 0; i < features.width(); i++) {
        f +=
            (double) features.value()[a * features.stride() + i]
                * features.value()[b * features.stride() + i];
      }
      return d * f;
    }

    @Override
    protected int placeFor(float[] x, int row, int label, Rng rng) {
      float c = fresh[row];
      if (!(c < 1)) {
        return -1;
      }
      double sum = 0;
      for (int i = 0; i < size(); i++) {
        sum += scores[i];
      }
      double left = rng.nextDouble() * sum;
      int place = -1;
      for (int i = 0; i < size() && left >= 0; i++) {
        left -= scores[i];
        place = i;
      }
      double chance = rng.nextDouble() * (scores[place] + c);
      return chance < scores[place] ? place : -1;
    }

    @Override
    protected void observe(int row, int label, int place) {
      if (place >= 0) {
        scores[place] = fresh[row];
      }
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("scores", Arrays.copyOf(scores, size()));
    }

    @Override
    public void load(StateReader in, int outputs) {
      super.load(in, outputs);
      float[] s = in.floats("scores");
      if (s.length != size()) {
        throw in.corrupt("scores", "has " + s.length + " values for " + size() + " rows");
      }
      for (float v : s) {
        if (!(v >= 0 && v <= 2)) {
          throw in.corrupt("scores", "has the score " + v);
        }
      }
      System.arraycopy(s, 0, scores, 0, s.length);
    }

    @Override
    public long memoryBytes() {
      return super.memoryBytes()
          + 80
          + 8L * byLogit.length
          + 4L * (compared.length + scores.length + fresh.length);
    }
  }
}
