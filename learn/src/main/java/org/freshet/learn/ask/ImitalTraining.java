package org.freshet.learn.ask;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;

/**
 * Makes the weights of {@code imital}: on made problems an oracle, which may try each of a few
 * candidates and look at the errors on other rows, chooses what to label, and the policy learns to
 * choose the same from what can be known. The same bits on every machine, from one seed.
 */
public final class ImitalTraining {
  private static final int PROBLEMS = 100;
  private static final int STEPS = 12; // choices of a problem
  private static final int CHOICES = 10; // candidates at each step
  private static final int POOL = 150;
  private static final int MOST_KNOWN = 62; // labels when the choices begin
  private static final int TEST = 200;
  private static final int EPOCHS = 25;
  private static final double RATE = 0.02;

  private final Rng rng;
  private final List<double[][]> choices = new ArrayList<>(); // inputs of candidates, best first

  private ImitalTraining(long seed) {
    rng = new Rng(seed);
  }

  /** The weights as text: what the bundled file holds is this, of seed 1. */
  public static String weights(long seed) {
    ImitalTraining t = new ImitalTraining(seed);
    for (int i = 0; i < PROBLEMS; i++) {
      t.problem();
    }
    return t.imitate().text();
  }

  /** Normal clouds, or one cloud cut by a plane; the labelled set grows by choices. */
  private void problem() {
    int width = 2 + rng.nextInt(9);
    int[] of = new int[POOL + TEST];
    double[][] rows = new double[POOL + TEST][width];
    int classes = rng.nextBoolean() ? plane(rows, of) : clouds(rows, of);
    episode(rows, of, classes);
  }

  private int plane(double[][] rows, int[] of) {
    double[] normal = new double[rows[0].length];
    Arrays.setAll(normal, i -> rng.nextGaussian());
    double shift = rng.nextGaussian();
    double noise = 0.5 * rng.nextDouble();
    for (int r = 0; r < rows.length; r++) {
      Arrays.setAll(rows[r], i -> rng.nextGaussian());
      double side = Kernels.dot(normal, 0, rows[r], 0, normal.length);
      of[r] = side + shift + noise * rng.nextGaussian() > 0 ? 1 : 0;
    }
    return 2;
  }

  /** One to three clouds for each of two to five classes, some more common than others. */
  private int clouds(double[][] rows, int[] of) {
    int classes = 2 + rng.nextInt(4);
    double[][] centres = new double[classes * (1 + rng.nextInt(3))][rows[0].length];
    double apart = 0.7 + 1.5 * rng.nextDouble();
    for (double[] c : centres) {
      Arrays.setAll(c, i -> apart * rng.nextGaussian());
    }
    boolean skewed = rng.nextBoolean();
    for (int r = 0; r < rows.length; r++) {
      double u = rng.nextDouble();
      int cloud = (int) ((skewed ? u * u : u) * centres.length);
      of[r] = cloud % classes;
      Arrays.setAll(rows[r], i -> centres[cloud][i] + rng.nextGaussian());
    }
    return classes;
  }

  private void episode(double[][] rows, int[] of, int classes) {
    Knowledge known = new Knowledge(rows, of, classes);
    int[] order = new int[POOL];
    Arrays.setAll(order, i -> i);
    rng.shuffle(order, POOL, POOL);
    int left = POOL;
    double u = rng.nextDouble();
    for (int n = 2 + (int) (u * u * (MOST_KNOWN - 1)); n > 0; n--) {
      known.label(order[--left]);
    }
    for (int step = 0; step < STEPS; step++) {
      rng.shuffle(order, left, CHOICES);
      double[][] inputs = new double[CHOICES][];
      double least = Double.POSITIVE_INFINITY;
      int best = 0;
      for (int k = 0; k < CHOICES; k++) {
        inputs[k] = known.inputs(order[k]);
        double loss = known.lossWith(order[k]);
        if (loss < least) {
          least = loss;
          best = k;
        }
      }
      double[] first = inputs[0];
      inputs[0] = inputs[best];
      inputs[best] = first;
      choices.add(inputs);
      int taken = rng.nextBoolean() ? best : rng.nextInt(CHOICES); // also where others would be
      known.label(order[taken]);
      order[taken] = order[--left];
    }
  }

  /** Ascends the likelihood of the oracle's choices under a softmax over the candidates' scores. */
  private ImitalPolicy imitate() {
    double[] w = new double[ImitalPolicy.size()];
    Arrays.setAll(w, i -> 0.3 * rng.nextGaussian());
    ImitalPolicy policy = new ImitalPolicy(w);
    int[] order = new int[choices.size()];
    Arrays.setAll(order, i -> i);
    double[] scores = new double[CHOICES];
    for (int e = 0; e < EPOCHS; e++) {
      rng.shuffle(order, order.length, order.length);
      for (int c : order) {
        double[][] inputs = choices.get(c);
        for (int k = 0; k < CHOICES; k++) {
          scores[k] = policy.score(inputs[k]);
        }
        softmax(scores, CHOICES);
        for (int k = 0; k < CHOICES; k++) {
          policy.step(inputs[k], RATE * ((k == 0 ? 1 : 0) - scores[k]));
        }
      }
    }
    return policy;
  }

  private static void softmax(double[] a, int n) {
    double top = a[Kernels.argmax(a, n)];
    double sum = 0;
    for (int k = 0; k < n; k++) {
      a[k] = StrictMath.exp(a[k] - top);
      sum += a[k];
    }
    for (int k = 0; k < n; k++) {
      a[k] /= sum;
    }
  }

  /** What is labelled of a problem, and a softmax regression on it. */
  private static final class Knowledge {
    private static final int PASSES = 8;
    private static final double STEP = 0.2;
    private static final double SURE = 0.01;

    private final double[][] rows;
    private final int[] of;
    private final int classes;
    private final int width;
    private final Space space;
    private final Points pool;
    private final Points labelled;
    private final int[] taken = new int[STEPS + MOST_KNOWN + 1];
    private final long[] counts;
    private final double[] model;
    private final double[] p;
    private int size;

    Knowledge(double[][] rows, int[] of, int classes) {
      this.rows = rows;
      this.of = of;
      this.classes = classes;
      width = rows[0].length;
      List<Column> columns = new ArrayList<>();
      for (int i = 0; i < width; i++) {
        columns.add(Column.numeric("x" + i));
      }
      space = new Space(Schema.unlabelled(columns), DensityWeighted.VALUES);
      pool = new Points(space, POOL);
      labelled = new Points(space, STEPS + MOST_KNOWN);
      counts = new long[classes];
      model = new double[classes * (width + 1)];
      p = new double[classes];
      double[] x = new double[width];
      for (int r = 0; r < POOL; r++) {
        space.write(Features.of(rows[r]), x);
        space.see(x);
        pool.add(x);
      }
    }

    void label(int row) {
      taken[size++] = row;
      counts[of[row]]++;
      labelled.add(rows[row]);
      fit();
    }

    double[] inputs(int row) {
      probabilities(rows[row]);
      double[] in = new double[ImitalPolicy.INPUTS];
      double density = pool.density(rows[row], Imital.REACH);
      long same = counts[Kernels.argmax(p, classes)];
      ImitalPolicy.inputs(p, classes, labelled.nearest(rows[row]), density, size, same, in);
      return in;
    }

    /** Share of errors on the test rows if the row were labelled too. */
    double lossWith(int row) {
      double[] before = model.clone();
      taken[size++] = row;
      fit();
      double loss = 0;
      for (int r = POOL; r < rows.length; r++) {
        probabilities(rows[r]);
        loss += Kernels.argmax(p, classes) == of[r] ? 0 : 1;
        loss += SURE * (1 - p[of[r]]); // where errors are as many, what was nearer to right
      }
      size--;
      System.arraycopy(before, 0, model, 0, model.length);
      return loss / TEST;
    }

    /** Some passes over what is labelled, from nothing. */
    private void fit() {
      Arrays.fill(model, 0);
      for (int e = 0; e < PASSES; e++) {
        for (int t = 0; t < size; t++) {
          double[] x = rows[taken[t]];
          probabilities(x);
          for (int k = 0; k < classes; k++) {
            double g = STEP * ((k == of[taken[t]] ? 1 : 0) - p[k]);
            Kernels.axpy(g, x, 0, model, k * (width + 1), width);
            model[k * (width + 1) + width] += g;
          }
        }
      }
    }

    private void probabilities(double[] x) {
      for (int k = 0; k < classes; k++) {
        int at = k * (width + 1);
        p[k] = Kernels.dot(model, at, x, 0, width) + model[at + width];
      }
      softmax(p, classes);
    }
  }
}
