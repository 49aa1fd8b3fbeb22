package org.freshet.neural.head;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.kernel.FloatKernels;

/**
 * A mixture of many linear experts, of which the few whose keys point the way of a row answer and
 * learn: classes that come one after another change different experts, without a memory of rows.
 *
 * <p>How it works: with u = x / |x| and the cosines s_i = u · k_i to random keys of length 1, the
 * shares g_i = σ((s_i √columns − θ) / ε) sum to {@code neighbours}: a soft choice of the nearest.
 * Experts vote o_ic = τ tanh(w_ic · u / τ), weighted by a_i = g_i max(0, s_i) over the sum of
 * these; P(c | x) is the softmax of Σ a_i o_ic. A labelled row moves each w_ic by −η a_i (1 − (o_ic
 * / τ)²) (P(c) − [c = y]) u: what has become sure hardly moves any more.
 *
 * <p>Papers: M. Wójcik, W. Kościukiewicz, M. Baran, T. Kajdanowicz, A. Gonczarek, "Domain-Agnostic
 * Neural Architecture for Class Incremental Continual Learning in Document Processing Platform",
 * ACL 2023 (DE&amp;E); M. Shanahan, C. Kaplanis, J. Mitrović, "Encoders and Ensembles for Task-Free
 * Continual Learning", 2021 (the experts and keys).
 *
 * <p>Where we differ: the first paper also trains what makes vectors of documents, through the soft
 * choice; here vectors come from what is put before it, and keys stay as they are drawn. The choice
 * is computed exactly, and experts with less than a thousandth of a share are left out. Labels are
 * open: one more class stands for all that have not been seen, takes part in P while learning, and
 * gives a class that opens its weights, so that what came first is learnt against what is to come.
 *
 * <p>Takes dense rows of numbers, centred: put {@code standard_scaler} before it. A missing value
 * counts as 0, values are held in ±1e6, and a row of zeros, which points nowhere, teaches nothing.
 * Costs experts · columns to choose and neighbours · columns · classes to answer, twice that to
 * learn; memory is 4 bytes an expert, column and class, in steps of 16 classes.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("standard_scaler | expert_mixture", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "expert_mixture",
    kinds = Kind.CLASSIFIER,
    family = "head",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class ExpertMixture implements Classifier {
  /**
   * @param experts how many there are
   * @param neighbours sum of the shares of those that answer
   * @param softness ε
   * @param bound τ
   * @param learningRate η
   * @param maxBytes of weights for 15 classes
   */
  public record Parameters(
      @Param(
              value = "experts, each with a key of its own",
              def = "128",
              range = "[1, 65536]",
              origin = "ours")
          int experts,
      @Param(
              value = "experts that answer a row, as the sum of their shares",
              def = "4",
              range = "[1, 65536]",
              origin = "ours; few forgot less than many where normal clouds came class by class")
          int neighbours,
      @Param(
              value = "how softly the nearest are chosen, in deviations of a random cosine",
              def = "0.1",
              range = "[0.001, 100]",
              origin = "ours")
          double softness,
      @Param(
              value = "votes of an expert are within this and its negative",
              def = "2.0",
              range = "(0, 1000]",
              origin = "ours; as good as 10 and 1,000 or better on the same")
          double bound,
      @Param(
              value = "size of a step",
              def = "1.0",
              range = "(0, 100]",
              origin = "ours; rows have length 1")
          double learningRate,
      @Param(
              value = "memory of the weights of 15 classes at most",
              def = "256MB",
              range = "[1, inf)",
              unit = "bytes",
              origin = "128 experts on 32,768 columns")
          long maxBytes) {}

  private static final double LEAST_SHARE = 1e-3;
  private static final double LARGEST_STEP = 100; // an event of great weight counts no more

  private final Parameters p;
  private final int width;
  private final FloatKernels kernels = FloatKernels.fastest();
  private final double[] row;
  private final float[] unit; // the row with length 1, padded
  private final float[][] keys;
  private final double[] cosine;
  private final double[] near; // cosines in deviations of a random one
  private final double[] share;
  private final int[] chosen;
  private final float[][] weights; // of an expert: for each column all classes, then those unseen
  private float[][] votes; // of those chosen
  private float[] none; // no bias
  private float[] back;
  private double[] probabilities;
  private int stride;
  private int count; // of experts chosen
  private int labels;
  private long seed;

  public ExpertMixture(Parameters p, Build build) {
    this.p = p;
    Schema schema = build.schema();
    width = schema.width();
    int n = p.experts();
    int first = FloatKernels.LANES;
    VectorRow.checkBytes(
        "expert_mixture", schema, 4L * first * n * width, build.limit(p.maxBytes()));
    row = new double[width];
    unit = new float[FloatKernels.padded(width)];
    keys = new float[n][unit.length];
    cosine = new double[n];
    near = new double[n];
    share = new double[n];
    chosen = new int[n];
    weights = new float[n][Math.multiplyExact(width, first)];
    room(first);
    draw(build.seed());
    open(schema.declaredLabels());
  }

  private void draw(long from) {
    seed = from;
    Rng rng = new Rng(seed);
    for (float[] key : keys) {
      double squares = 0;
      for (int j = 0; j < width; j++) {
        key[j] = (float) rng.nextGaussian();
        squares += key[j] * key[j];
      }
      for (int j = 0; j < width; j++) {
        key[j] /= (float) Math.sqrt(squares);
      }
    }
  }

  private void room(int wide) {
    stride = wide;
    votes = new float[keys.length][wide];
    none = new float[wide];
    back = new float[wide];
    probabilities = new double[wide];
  }

  private void open(int classes) {
    if (classes <= labels) {
      return;
    }
    int wide = FloatKernels.padded(classes + 1);
    for (int i = 0; i < weights.length; i++) {
      float[] old = weights[i];
      float[] w = wide == stride ? old : new float[Math.multiplyExact(width, wide)];
      for (int j = 0; j < width; j++) {
        float unseen = old[j * stride + labels];
        System.arraycopy(old, j * stride, w, j * wide, labels);
        Arrays.fill(w, j * wide + labels, j * wide + classes + 1, unseen);
      }
      weights[i] = w;
    }
    if (wide != stride) {
      room(wide);
    }
    labels = classes;
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    if (labels > 0) {
      choose(x);
      vote(scores, labels);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (weight > 0) {
      open(label + 1);
      choose(x);
      vote(probabilities, labels + 1);
      update(label, weight);
    }
  }

  /** Finds who answers a row, and what each votes. */
  private void choose(Features x) {
    VectorRow.read(x, row, width);
    double squares = 0;
    for (int j = 0; j < width; j++) {
      squares += row[j] * row[j];
    }
    double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (int j = 0; j < width; j++) {
      unit[j] = (float) (scale * row[j]);
    }
    double deviations = Math.sqrt(width);
    for (int i = 0; i < keys.length; i++) {
      cosine[i] = kernels.dot(unit, 0, keys[i], 0, unit.length);
      near[i] = deviations * cosine[i];
    }
    SoftNearest.shares(near, p.neighbours(), p.softness(), share);
    count = 0;
    double sum = 0;
    for (int i = 0; i < keys.length; i++) {
      share[i] = share[i] < LEAST_SHARE ? 0 : share[i] * Math.max(0, cosine[i]);
      sum += share[i];
      if (share[i] > 0) {
        chosen[count++] = i;
      }
    }
    for (int k = 0; k < count; k++) {
      int i = chosen[k];
      share[i] /= sum;
      kernels.affine(unit, 0, unit.length, weights[i], none, votes[k], 1, width, stride);
    }
  }

  /** Writes the probabilities of the first {@code classes}; votes are in units of the bound. */
  private void vote(double[] to, int classes) {
    Arrays.fill(to, 0, classes, 0);
    for (int k = 0; k < count; k++) {
      double a = p.bound() * share[chosen[k]];
      float[] v = votes[k];
      for (int c = 0; c < classes; c++) {
        v[c] = (float) Math.tanh(v[c] / p.bound());
        to[c] += a * v[c];
      }
    }
    Kernels.softmax(to, classes);
  }

  private void update(int label, double weight) {
    double step = Math.min(LARGEST_STEP, p.learningRate() * weight);
    probabilities[label] -= 1;
    for (int k = 0; k < count; k++) {
      int i = chosen[k];
      float[] v = votes[k];
      for (int c = 0; c <= labels; c++) {
        back[c] = (float) (share[i] * (1 - v[c] * v[c]) * probabilities[c]);
      }
      kernels.outer((float) -step, unit, 0, unit.length, back, weights[i], 0, 1, 0, width, stride);
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    out.put("seed", seed);
    for (int i = 0; i < weights.length; i++) {
      out.put("weights-" + i, weights[i]);
    }
  }

  @Override
  public void load(StateReader in) {
    open(in.labels("labels", labels));
    long saved = in.longValue("seed");
    if (saved != seed) {
      draw(saved);
    }
    for (int i = 0; i < weights.length; i++) {
      float[] w = in.floats("weights-" + i);
      if (w.length != weights[i].length) {
        throw in.corrupt(
            "weights-" + i, "has " + w.length + " values, expected " + weights[i].length);
      }
      System.arraycopy(w, 0, weights[i], 0, w.length);
    }
  }

  @Override
  public long memoryBytes() {
    long expert = 4L * unit.length + 4L * width * stride + 4L * stride + 3 * 24 + 3 * 8 + 4;
    return 250 + keys.length * expert + 8L * width + 4L * unit.length + 16L * stride;
  }
}
