package org.freshet.neural.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.matrix.Dependence;

/**
 * A mixture that adds a component when rows come that none of its components knows: each has a
 * classifier, and a network that gives rows back, which tells whose a row is.
 *
 * <p>How it works: labelled rows wait in a buffer of {@code rows}. When it is full, each component
 * k gives its rows back, x̂, and knows them by n_k = HSIC(X, X̂) / √(HSIC(X, X) HSIC(X̂, X̂)), the
 * normalised Hilbert-Schmidt independence criterion. If the largest n_k is below {@code threshold}
 * times what that component had with the rows it knew before, a new component learns the buffer,
 * else that component does, {@code epochs} times over, and the buffer is emptied. A row is answered
 * by the classifier of the component that gives it back with the least squared error.
 *
 * <p>Paper: F. Ye, A. G. Bors, "Learning an Evolved Mixture Model for Task-Free Continual
 * Learning", ICIP 2022.
 *
 * <p>Where we differ: the paper has variational autoencoders, and takes the criterion of codes of
 * drawn rows and codes of the buffer, against a fixed threshold; here it is of rows and what is
 * given back, pair by pair, against the component's own past, which needs no scale. There the last
 * component alone learns; here the one that knows the rows does, so that what comes again finds its
 * component. The buffer is emptied each time, so nothing has to be dropped from it.
 *
 * <p>Takes dense rows of numbers of about unit variance: put {@code standard_scaler} before it, or
 * scale by what is known; {@code code} must be well below the columns, else any row comes back. A
 * missing value is given back as 0, and for this values are held in ±100. An event is learnt up to
 * {@code rows} events after it came. Costs a pass through each component's {@code code} units to
 * predict, and {@code epochs} steps of one component for an event learnt.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("evolved_mixture(learner=mlp(hidden=[50]))", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "evolved_mixture",
    kinds = Kind.CLASSIFIER,
    family = "neural",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class EvolvedMixture implements Classifier {
  /**
   * @param learner of which components' classifiers are made
   * @param components at most
   * @param rows of the buffer
   * @param epochs how often the buffer is learnt
   * @param threshold share of what a component had with rows it knew
   * @param code units rows are given back through
   * @param optimizer how weights of what gives rows back move
   */
  public record Parameters(
      @Param(
              value = "learner of which the classifiers of components are made",
              def = "mlp",
              kind = Kind.CLASSIFIER,
              origin = "ours; one layer of 100, the paper has two of 400 on digits")
          Spec learner,
      @Param(
              value = "components at most; then the one that knows rows best learns them",
              def = "20",
              range = "[1, 1000]",
              origin = "ours")
          int components,
      @Param(
              value = "labelled rows that are looked at, and learnt, together",
              def = "100",
              range = "[4, 2000]",
              unit = "rows",
              origin = "ours; the authors' code has 2,000, which are learnt as they come")
          int rows,
      @Param(
              value = "how often the rows of the buffer are learnt",
              def = "5",
              range = "[1, 1000]",
              origin = "ours; the authors' code has 10 for each batch of 10")
          int epochs,
      @Param(
              value =
                  "share of what it had with the rows it knew below which a component knows none",
              def = "0.8",
              range = "[0, 1]",
              origin = "ours; 0.9 took chance for news on digits")
          double threshold,
      @Param(
              value = "units through which rows are given back",
              def = "8",
              range = "[1, 4096]",
              unit = "units",
              origin = "ours; the authors' code has 50 for digits")
          int code,
      @Param(
              value = "how weights of the networks that give rows back move",
              def = "adam(learning_rate=0.003)",
              origin = "ours; the authors' code has a rate of 0.0001 and more steps")
          Spec optimizer) {}

  private static final double LARGEST = 100;
  private static final double SLOW = 0.1; // share of a buffer in what is usual for a component

  private final Parameters p;
  private final Build build;
  private final Rng rng;
  private final int width;
  private final List<Part> parts = new ArrayList<>();
  private final double[][] waiting;
  private final Features[] views; // of the rows waiting
  private final int[] labelled;
  private final double[] weights;
  private final int[] order;
  private final float[] row;
  private final float[] back;
  private int held;
  private int labels;

  public EvolvedMixture(Parameters p, Build build) {
    this.p = p;
    this.build = build;
    rng = build.rng();
    width = build.schema().width();
    waiting = new double[p.rows()][width];
    views = new Features[p.rows()];
    for (int i = 0; i < views.length; i++) {
      views[i] = Features.of(waiting[i]);
    }
    labelled = new int[p.rows()];
    weights = new double[p.rows()];
    order = new int[p.rows()];
    row = new float[width];
    back = new float[width];
    labels = build.schema().declaredLabels();
    parts.add(new Part(0));
  }

  /** Components there are. */
  public int components() {
    return parts.size();
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    for (int i = 0; i < width; i++) {
      row[i] = held(x.get(i));
    }
    Classifier c = parts.get(nearest()).classifier;
    if (c.labels() > 0) {
      c.scores(x, scores);
    } else {
      Arrays.fill(scores, 0, labels, 1.0 / labels);
    }
  }

  /** The component that gives the row back best, the first of several. */
  private int nearest() {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < parts.size() && parts.size() > 1; k++) {
      double error = parts.get(k).rows.apply(row, back);
      if (error < least) {
        least = error;
        best = k;
      }
    }
    return best;
  }

  private static float held(double v) {
    return Double.isNaN(v) ? 0 : (float) Math.max(-LARGEST, Math.min(LARGEST, v));
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (!(weight > 0)) {
      return;
    }
    labels = Math.max(labels, label + 1);
    for (int i = 0; i < width; i++) {
      waiting[held][i] = x.get(i);
    }
    labelled[held] = label;
    weights[held] = weight;
    held++;
    if (held == p.rows()) {
      learn(parts.get(choose()));
      held = 0;
    }
  }

  /** Who learns the buffer: the component that knows it best, or a new one. */
  private int choose() {
    float[][] x = new float[held][width];
    for (int r = 0; r < held; r++) {
      for (int i = 0; i < width; i++) {
        x[r][i] = held(waiting[r][i]);
      }
    }
    double[][] kernel = Dependence.centred(x, width);
    float[][] y = new float[held][width];
    int best = 0;
    double most = -1;
    for (int k = 0; k < parts.size(); k++) {
      for (int r = 0; r < held; r++) {
        parts.get(k).rows.apply(x[r], y[r]);
      }
      double known = Dependence.normalised(kernel, Dependence.centred(y, width));
      if (known > most) {
        most = known;
        best = k;
      }
    }
    Part part = parts.get(best);
    if (part.buffers > 1 && most < p.threshold() * part.usual && parts.size() < p.components()) {
      parts.add(new Part(parts.size()));
      return parts.size() - 1;
    }
    if (part.buffers > 0) { // what it gave back before it had learnt anything says nothing
      part.usual += Math.max(SLOW, 1.0 / part.buffers) * (Math.max(0, most) - part.usual);
    }
    return best;
  }

  private void learn(Part part) {
    part.buffers = Math.min(Integer.MAX_VALUE - 1, part.buffers) + 1;
    for (int i = 0; i < held; i++) {
      order[i] = i;
    }
    for (int e = 0; e < p.epochs(); e++) {
      rng.shuffle(order, held, held);
      for (int i = 0; i < held; i++) {
        int r = order[i];
        part.classifier.learn(views[r], labelled[r], weights[r]);
        for (int j = 0; j < width; j++) {
          row[j] = held(waiting[r][j]);
        }
        part.rows.learn(row);
      }
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    rng.save(out, "rng");
    double[] all = new double[held * width];
    for (int r = 0; r < held; r++) {
      System.arraycopy(waiting[r], 0, all, r * width, width);
    }
    out.put("waiting", all);
    out.put("waiting_labels", labelled, held);
    out.put("waiting_weights", weights, held);
    out.put("components", (long) parts.size());
    for (int k = 0; k < parts.size(); k++) {
      parts.get(k).save(out.child("component" + k));
    }
  }

  @Override
  public void load(StateReader in) {
    labels = in.labels("labels", labels);
    rng.load(in, "rng");
    int[] l = in.ints("waiting_labels");
    if (l.length >= p.rows()) {
      throw in.corrupt("waiting_labels", "has " + l.length + " rows of fewer than " + p.rows());
    }
    double[] all = in.doubles("waiting", l.length * width);
    double[] w = in.doubles("waiting_weights", l.length);
    for (held = 0; held < l.length; held++) {
      if (l[held] < 0 || l[held] >= labels) {
        throw in.corrupt("waiting_labels", "names class " + l[held] + " of " + labels);
      }
      if (!(w[held] > 0)) {
        throw in.corrupt("waiting_weights", "has " + w[held] + ", expected more than 0");
      }
      System.arraycopy(all, held * width, waiting[held], 0, width);
      labelled[held] = l[held];
      weights[held] = w[held];
    }
    int n = in.intValue("components", 1, p.components());
    parts.clear();
    for (int k = 0; k < n; k++) {
      Part part = new Part(k);
      part.load(in.child("component" + k));
      if (part.classifier.labels() > labels) {
        throw in.corrupt("component" + k, "knows more classes than there are");
      }
      parts.add(part);
    }
  }

  @Override
  public long memoryBytes() {
    long sum = 200 + (24 + 8L * width + 60 + 4 + 4 + 8 + 8) * p.rows() + 8L * width;
    for (Part part : parts) {
      sum += 48 + part.classifier.memoryBytes() + part.rows.memoryBytes();
    }
    return sum;
  }

  /** A component. */
  private final class Part {
    private final Classifier classifier;
    private final Reconstruction rows;
    private int buffers; // learnt
    private double usual; // n_k with rows it knew

    Part(int index) {
      classifier = build.child("learner", index).create(p.learner(), Classifier.class);
      rows = new Reconstruction(width, p.code(), p.optimizer(), build.child("rows", index));
    }

    void save(StateWriter out) {
      out.put("classifier", classifier);
      rows.save(out.child("rows"));
      out.put("buffers", (long) buffers);
      out.put("usual", usual);
    }

    void load(StateReader in) {
      in.load("classifier", classifier);
      rows.load(in.child("rows"));
      buffers = in.intValue("buffers", 0, Integer.MAX_VALUE);
      usual = in.doubleValue("usual");
      if (!(usual >= 0 && usual <= 1.001)) {
        throw in.corrupt("usual", "is " + usual + ", expected 0 to 1");
      }
    }
  }
}
