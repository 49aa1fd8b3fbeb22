package org.freshet.neural.strategy;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.SupervisedContrast;
import org.freshet.neural.kernel.FloatKernels;

/**
 * OnPro, online prototype learning, for vectors: the means of classes are pushed apart, and classes
 * whose means are near are mixed to be learnt again.
 *
 * <p>How it works: the prototype of a class is the mean of what the last hidden layer gives for its
 * rows in the batch, and its twin that for copies of them moved by noise. Each prototype has the
 * loss −ln(e^{p·p'/τ} / Σ e^{p·q/τ}), at length 1, with p' its twin and q all others. Of the rows
 * of the memory, {@code mix} times as many are made again by mixup, λ x + (1 − λ) x', of two
 * classes that are drawn with a probability proportional to e^{1/d}, d the distance of their
 * prototypes at length 1. The rows of the memory and those mixed have the cross-entropy of the
 * logits, which answer.
 *
 * <p>Paper: Y. Wei, J. Ye, Z. Huang, J. Zhang, H. Shan, "Online Prototype Learning for Online
 * Continual Learning", ICCV 2023.
 *
 * <p>Where we differ: rows need not be images, so a copy is moved by N(0, noise²) in each column
 * instead of being augmented; features have no projection behind them, and there is no contrast of
 * single rows. New and old classes are in one loss. λ is uniform. While nothing is in the memory,
 * the rows of the stream have the cross-entropy.
 *
 * <p>Costs a forward pass over the batch, and passes over twice the batch and the rows mixed.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=onpro, replay=reservoir(size=200, batch=64), batch=10)
 * }</pre>
 */
@Component(name = "onpro", kinds = Kind.PART, family = "strategy")
public final class OnPro implements Method {
  /**
   * @param temperature τ
   * @param weight of the loss of the prototypes
   * @param mix rows mixed for each row of the memory
   * @param noise of the copies
   */
  public record Parameters(
      @Param(
              value = "τ, what cosines of prototypes are divided by",
              def = "0.5",
              range = "(0, inf)",
              origin = "the authors' code")
          double temperature,
      @Param(
              value = "weight of the loss of the prototypes",
              def = "1",
              range = "[0, inf)",
              origin = "ours; losses are added")
          double weight,
      @Param(
              value = "rows mixed for each row of the memory",
              def = "0.75",
              range = "[0, 1]",
              origin = "the authors' code, CIFAR-10")
          double mix,
      @Param(
              value = "deviation of what is added to each column of the copies",
              def = "0.1",
              range = "[0, inf)",
              origin = "ours; a tenth of the deviation of a standardised column")
          double noise) {}

  private final Parameters p;

  public OnPro(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Strategy strategy(Build build) {
    return new Prototypes(p, build.rng());
  }

  private static final class Prototypes extends Strategy {
    private static final double NEAREST = 0.1; // 1/d is held below ten

    private final Parameters p;
    private final Rng rng;
    private final SupervisedContrast contrast;
    private final Graph means = new Graph(FloatKernels.fastest());
    private Input prototypes; // those of rows, then those of copies, in the order of the classes
    private int[] labels = {};
    private int[] others = {}; // the second class of rows that are mixed
    private float[] weights = {};
    private int[] index = {}; // of a class among the prototypes; −1 for none
    private int[] names = {}; // twice the classes, for the contrast
    private int[] counts = {};
    private double[] chances = {};

    Prototypes(Parameters p, Rng rng) {
      this.p = p;
      this.rng = rng;
      contrast = new SupervisedContrast(p.temperature());
    }

    @Override
    public boolean denseOnly() {
      return true;
    }

    @Override
    public void begin(Lesson l) {
      int rows = 3 * l.labels().length; // rows, copies, and no more mixed
      l.network().graph().capacity(rows);
      labels = new int[rows];
      others = new int[rows];
      weights = new float[rows];
      prototypes = means.input(l.network().features().width()).differentiable();
      means.capacity(2 * l.labels().length);
      names = new int[2 * l.labels().length];
      counts = new int[l.labels().length];
      grown(l, l.network().outputs());
    }

    @Override
    public void grown(Lesson l, int outputs) {
      index = new int[outputs];
    }

    @Override
    public void learn(Lesson l) {
      int stream = l.streamed();
      int kept = stream + l.draw(stream);
      System.arraycopy(l.labels(), 0, labels, 0, kept);
      l.network().graph().predict(kept);
      int classes = prototypes(l, kept, 0);
      int copies = 2 * kept;
      copy(l, kept);
      int rows = copies + mix(l, stream, kept, copies, classes);
      l.forward(rows);
      crossEntropy(l, stream, kept, copies, rows);
      prototypes(l, kept, 0);
      prototypes(l, kept, classes);
      pushApart(l, kept, classes);
      l.step(rows);
    }

    private void copy(Lesson l, int kept) {
      float[] x = l.network().input().value();
      int stride = l.network().input().stride();
      for (int r = 0; r < kept; r++) {
        for (int i = 0; i < l.network().input().width(); i++) {
          double moved = x[r * stride + i] + p.noise() * rng.nextGaussian();
          x[(kept + r) * stride + i] = (float) moved;
        }
      }
    }

    /**
     * Means by class of the rows, or of their copies when {@code from} is not 0.
     *
     * @return the classes in the batch
     */
    private int prototypes(Lesson l, int kept, int from) {
      Node f = l.network().features();
      float[] to = prototypes.value();
      int n = 0;
      Arrays.fill(index, -1);
      Arrays.fill(counts, 0);
      for (int r = 0; r < kept; r++) {
        int c = labels[r];
        if (index[c] < 0) {
          index[c] = n++;
          Arrays.fill(to, (from + n - 1) * f.stride(), (from + n) * f.stride(), 0);
        }
        counts[index[c]]++;
        int at = (from == 0 ? r : kept + r) * f.stride();
        for (int i = 0; i < f.width(); i++) {
          to[(from + index[c]) * f.stride() + i] += f.value()[at + i];
        }
      }
      for (int k = 0; k < n; k++) {
        for (int i = 0; i < f.width(); i++) {
          to[(from + k) * f.stride() + i] /= counts[k];
        }
      }
      return n;
    }

    /** Adds the loss of the prototypes to the gradients of the features. */
    private void pushApart(Lesson l, int kept, int classes) {
      for (int k = 0; k < 2 * classes; k++) {
        names[k] = k % classes;
        weights[k] = (float) (p.weight() / (2 * classes));
      }
      Arrays.fill(prototypes.gradient(), 0, 2 * classes * prototypes.stride(), 0);
      contrast.add(prototypes, names, weights, 2 * classes);
      Node f = l.network().features();
      for (int r = 0; r < 2 * kept; r++) {
        int k = index[labels[r % kept]];
        int at = (r < kept ? k : classes + k) * f.stride();
        for (int i = 0; i < f.width(); i++) {
          f.gradient()[r * f.stride() + i] += prototypes.gradient()[at + i] / counts[k];
        }
      }
    }

    /** Puts rows that are mixed behind the copies; how many. */
    private int mix(Lesson l, int stream, int kept, int to, int classes) {
      int n = kept == stream || classes < 2 ? 0 : (int) Math.round(p.mix() * (kept - stream));
      if (n == 0) {
        return 0;
      }
      double sum = chances(classes);
      float[] x = l.network().input().value();
      int stride = l.network().input().stride();
      int mixed = 0;
      for (int k = 0; k < n; k++) {
        int pair = pair(sum, classes);
        int a = rowOf(pair / classes, stream, kept);
        int b = rowOf(pair % classes, stream, kept);
        if (a >= 0 && b >= 0) {
          int r = to + mixed++;
          float lambda = (float) rng.nextDouble();
          for (int i = 0; i < stride; i++) {
            x[r * stride + i] = lambda * x[a * stride + i] + (1 - lambda) * x[b * stride + i];
          }
          labels[r] = labels[a];
          others[r] = labels[b];
          weights[r] = lambda;
        }
      }
      return mixed;
    }

    /** The chances of pairs of prototypes; their sum. */
    private double chances(int classes) {
      if (chances.length < classes * classes) {
        chances = new double[classes * classes];
      }
      double sum = 0;
      for (int a = 0; a < classes; a++) {
        for (int b = 0; b < classes; b++) {
          double near = 1 / Math.max(NEAREST, distance(a, b));
          chances[a * classes + b] = a == b ? 0 : Math.exp(near);
          sum += chances[a * classes + b];
        }
      }
      return sum;
    }

    private double distance(int a, int b) {
      float[] v = prototypes.value();
      int n = prototypes.stride();
      double aa = 0;
      double bb = 0;
      double ab = 0;
      for (int i = 0; i < n; i++) {
        aa += (double) v[a * n + i] * v[a * n + i];
        bb += (double) v[b * n + i] * v[b * n + i];
        ab += (double) v[a * n + i] * v[b * n + i];
      }
      double cos = ab / Math.max(1e-12, Math.sqrt(aa * bb));
      return Math.sqrt(Math.max(0, 2 - 2 * cos));
    }

    private int pair(double sum, int classes) {
      double left = rng.nextDouble() * sum;
      int pair = 1; // of the first class and the second
      for (int i = 0; i < classes * classes && left >= 0; i++) {
        left -= chances[i];
        pair = chances[i] > 0 ? i : pair;
      }
      return pair;
    }

    /** A random row of the memory whose class has the prototype; −1 where only the stream has. */
    private int rowOf(int prototype, int stream, int kept) {
      int start = rng.nextInt(kept - stream);
      for (int i = 0; i < kept - stream; i++) {
        int r = stream + (start + i) % (kept - stream);
        if (index[labels[r]] == prototype) {
          return r;
        }
      }
      return -1;
    }

    private void crossEntropy(Lesson l, int stream, int kept, int copies, int rows) {
      Node z = l.network().head();
      int from = kept > stream ? stream : 0;
      float each = 1f / (kept - from + rows - copies);
      for (int r = from; r < kept; r++) {
        weights[r] = r < stream ? each * l.importance(r) : each;
      }
      Losses.softmaxCrossEntropy(z, labels, weights, from, kept);
      for (int r = copies; r < rows; r++) {
        weights[r] *= each;
      }
      Losses.softmaxCrossEntropy(z, labels, weights, copies, rows);
      for (int r = copies; r < rows; r++) {
        weights[r] = each - weights[r];
      }
      Losses.softmaxCrossEntropy(z, others, weights, copies, rows);
    }

    @Override
    public void save(StateWriter out) {
      rng.save(out, "rng");
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      rng.load(in, "rng");
    }

    @Override
    public long memoryBytes() {
      return 160
          + means.memoryBytes()
          + contrast.memoryBytes()
          + 4L * (labels.length + others.length + weights.length + index.length + names.length)
          + 4L * counts.length
          + 8L * chances.length;
    }
  }
}
