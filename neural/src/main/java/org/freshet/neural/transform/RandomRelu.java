package org.freshet.neural.transform;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Rng;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A layer of random rectified units that is never trained. What is linear in its output is not in
 * its input: put it before heads that learn linear functions exactly ({@code analytic_ridge},
 * {@code streaming_lda}, {@code kalman_classifier}).
 *
 * <p>How it works: z_j = max(0, Σ_i w_ij x_i + b_j) with w_ij ~ N(0, s²) and b_j ~ N(0, t²), drawn
 * once from the seed, s the {@code weight_scale} (1 / √columns where that is 0) and t the {@code
 * bias_scale}.
 *
 * <p>Papers: W. F. Schmidt, M. A. Kraaijveld, R. P. W. Duin, "Feedforward Neural Networks with
 * Random Weights", ICPR 1992; H. Zhuang et al., "ACIL: Analytic Class-Incremental Learning with
 * Absolute Memorization and Privacy Protection", NeurIPS 2022 (the expansion before ridge
 * regression).
 *
 * <p>Where we differ: nowhere; both leave the scales open.
 *
 * <p>Takes dense rows of numbers: scale them first. A missing value counts as 0; values are held in
 * ±1e6; sums are in single precision. A row costs a multiplication for each unit and each column
 * that is not 0; memory is 4 bytes each. A state holds the seed, which gives the weights again.
 *
 * <pre>
 * pipeline: [ standard_scaler: {}, random_relu: { units: 512 }, streaming_lda: {} ]
 * </pre>
 */
@Component(
    name = "random_relu",
    kinds = Kind.TRANSFORMER,
    family = "transform",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class RandomRelu implements Transformer, Mergeable {
  /**
   * @param units columns it writes
   * @param weightScale standard deviation of a weight
   * @param biasScale standard deviation of a bias
   */
  public record Parameters(
      @Param(
              value = "random units, the columns it writes",
              def = "512",
              range = "[1, 65536]",
              origin = "as wide as the features of a small residual network")
          int units,
      @Param(
              value = "standard deviation of a weight; 0 for one over the root of the columns",
              def = "0",
              range = "[0, 1e6]",
              origin = "sums as large as a column, whatever their number")
          double weightScale,
      @Param(
              value = "standard deviation of a bias; 0 for none",
              def = "0",
              range = "[0, 1e6]",
              origin = "ACIL has none")
          double biasScale) {}

  private static final double LARGEST = 1e6;

  private final Schema output;
  private final float[][] weights; // of a column to all units
  private final float[] biases;
  private final float[] sums;
  private final float[] values = new float[4];
  private final int[] columns = new int[4];
  private final double scale;
  private final double biasScale;
  private long seed;

  public RandomRelu(Parameters p, Build build) {
    Schema schema = build.schema();
    int width = schema.width();
    if ((long) width * p.units() > 1L << 30) {
      throw new SchemaException(
          "random_relu would draw "
              + p.units()
              + " weights for each of "
              + width
              + " columns, allowed are 1073741824 in all; make 'units' smaller");
    }
    List<Column> made = new ArrayList<>();
    for (int j = 0; j < p.units(); j++) {
      made.add(Column.numeric("relu" + j));
    }
    output = schema.withColumns(made);
    scale = p.weightScale() > 0 ? p.weightScale() : 1 / Math.sqrt(Math.max(1, width));
    weights = new float[width][p.units()];
    biases = new float[p.units()];
    sums = new float[p.units()];
    biasScale = p.biasScale();
    draw(build.seed());
  }

  private void draw(long from) {
    seed = from;
    Rng rng = new Rng(seed);
    for (float[] w : weights) {
      draw(w, scale, rng);
    }
    draw(biases, biasScale, rng);
  }

  private static void draw(float[] to, double scale, Rng rng) {
    for (int j = 0; j < to.length; j++) {
      to[j] = (float) (scale * rng.nextGaussian());
    }
  }

  @Override
  public Schema output() {
    return output;
  }

  @Override
  public void transform(Features in, Row out) {
    System.arraycopy(biases, 0, sums, 0, sums.length);
    int held = 0;
    for (int i = 0; i < weights.length; i++) {
      double x = in.get(i);
      if (x != 0 && !Double.isNaN(x)) {
        values[held] = (float) Math.max(-LARGEST, Math.min(LARGEST, x));
        columns[held++] = i;
        if (held == 4) {
          addFour();
          held = 0;
        }
      }
    }
    for (int k = 0; k < held; k++) {
      float x = values[k];
      float[] w = weights[columns[k]];
      for (int j = 0; j < sums.length; j++) {
        sums[j] += x * w[j];
      }
    }
    double[] to = out.values();
    for (int j = 0; j < sums.length; j++) {
      to[j] = Math.max(0, sums[j]);
    }
  }

  private void addFour() {
    float a = values[0];
    float b = values[1];
    float c = values[2];
    float d = values[3];
    float[] u = weights[columns[0]];
    float[] v = weights[columns[1]];
    float[] w = weights[columns[2]];
    float[] z = weights[columns[3]];
    float[] s = sums;
    for (int j = 0; j < s.length; j++) {
      s[j] += a * u[j] + b * v[j] + c * w[j] + d * z[j];
    }
  }

  @Override
  public boolean isExact() {
    return true;
  }

  /** There is nothing to add: it learns nothing, and copies have one seed. */
  @Override
  public void add(Learner newer, Learner older, double share) {}

  @Override
  public void save(StateWriter out) {
    out.put("seed", seed);
  }

  @Override
  public void load(StateReader in) {
    long saved = in.longValue("seed");
    if (saved != seed) {
      draw(saved);
    }
  }

  @Override
  public long memoryBytes() {
    return 160 + weights.length * (4L * sums.length + 20) + 8L * sums.length;
  }
}
