package org.freshet.neural.head;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Node;
import org.freshet.neural.kernel.FloatKernels;
import org.freshet.neural.network.Network;
import org.freshet.neural.optimizer.Rules;
import org.freshet.neural.optimizer.Steps;

/**
 * First-session adaptation: features are learnt from the first events only and then stand still,
 * under a head that forgets nothing.
 *
 * <p>How it works: the first {@code events} labelled rows are kept, and a network with a softmax
 * learns each batch of them as it fills; it answers meanwhile. Then come {@code epochs} passes over
 * the rows kept, in random order. The layers below the softmax are the body: from now on they do
 * not change. The head learns the features of the rows kept, which are dropped, and then those of
 * every event.
 *
 * <p>Paper: A. Panos, Y. Kobe, D. Olmeda Reino, R. Aljundi, R. E. Turner, "First Session
 * Adaptation: A Strong Replay-Free Baseline for Class-Incremental Learning", ICCV 2023.
 *
 * <p>Where we differ: the paper adapts a pre-trained body by scales and shifts of its normalisation
 * layers; ours is a small network trained from its random start, so the first session must hold
 * enough rows, and of several classes: with few, {@code random_relu} does better. The first session
 * is a number of events, because a stream does not say where it ends.
 *
 * <p>Takes dense rows of numbers: scale them first. A missing value counts as 0 and values are held
 * in ±1e6. The event that ends the first session takes the time of all epochs. Memory is that of
 * the network, of the rows until they are dropped, and of the head.
 *
 * <pre>{@code
 * Classifier c = Components.classifier(
 *     "standard_scaler | first_session(hidden=[256], events=5000)", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "first_session",
    kinds = Kind.CLASSIFIER,
    family = "head",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class FirstSession implements Classifier {
  /**
   * @param hidden units of each layer of the body
   * @param activation what a unit makes of its sum
   * @param optimizer how the body is learnt
   * @param events labelled rows of the first session
   * @param epochs passes over them at its end
   * @param batch rows a step
   * @param head what learns the features
   */
  public record Parameters(
      @Param(
              value = "units of each layer of the body, first to last",
              def = "[256]",
              range = "[1, 65536]",
              origin = "features enough for tens of classes")
          List<Double> hidden,
      @Param(
              value = "what a unit makes of its sum",
              def = "relu",
              origin = "Nair and Hinton, ICML 2010")
          Activation activation,
      @Param(
              value = "how the body is learnt",
              def = "adam",
              origin = "takes features of different scale and noise")
          Spec optimizer,
      @Param(
              value = "labelled rows of the first session, kept until its end",
              def = "2000",
              range = "[1, 1000000]",
              unit = "events",
              origin = "a few hundred rows a class for ten classes")
          int events,
      @Param(
              value = "passes over the rows of the first session at its end",
              def = "10",
              range = "[0, 1000]",
              origin = "enough for a few thousand rows")
          int epochs,
      @Param(
              value = "rows a step",
              def = "16",
              range = "[1, 256]",
              origin = "usual for small networks")
          int batch,
      @Param(
              value = "classifier of the features",
              def = "streaming_lda",
              origin = "Panos et al. 2023")
          Spec head) {}

  private final Parameters p;
  private final int width;
  private final Network network;
  private final Steps steps;
  private final Classifier head;
  private final Rng rng;
  private final double[] row;
  private final double[] features;
  private final Features view;
  private final int[] batchLabels;
  private final float[] batchWeights;
  private float[] rows; // of the first session; empty after it
  private int[] classes;
  private int held;
  private boolean adapted;
  private int labels;

  public FirstSession(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
    width = schema.width();
    labels = schema.declaredLabels();
    rng = build.rng();
    Graph graph = new Graph(FloatKernels.fastest());
    Input input = graph.input(width);
    Node last = input;
    for (int i = 0; i < p.hidden().size(); i++) {
      Node sums = graph.dense("hidden" + i, last, p.hidden().get(i).intValue(), rng);
      last = graph.activate(sums, p.activation());
    }
    network = Network.of(graph, input, last, schema);
    steps = new Steps(graph, Rules.rule(p.optimizer(), build.child("optimizer", 0)));
    graph.capacity(p.batch());
    List<Column> columns = new ArrayList<>();
    for (int j = 0; j < last.width(); j++) {
      columns.add(Column.numeric("feature" + (j + 1)));
    }
    Build inner = build.child("head", 0).withSchema(schema.withColumns(columns));
    head = inner.create(p.head(), Classifier.class);
    row = new double[width];
    features = new double[last.width()];
    view = Features.of(features);
    batchLabels = new int[p.batch()];
    batchWeights = new float[p.batch()];
    rows = new float[Math.multiplyExact(p.events(), width)];
    classes = new int[p.events()];
  }

  @Override
  public int labels() {
    return labels;
  }

  /** Whether the first session is over. */
  public boolean adapted() {
    return adapted;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    if (labels == 0) {
      return;
    }
    if (adapted) {
      see(x);
      head.scores(view, scores);
      return;
    }
    VectorRow.read(x, row, width);
    put(row, network.input().value());
    network.graph().predict(1);
    float[] logits = network.head().value();
    for (int c = 0; c < Math.min(labels, network.outputs()); c++) {
      scores[c] = logits[c];
    }
    Kernels.softmax(scores, labels);
  }

  private void put(double[] from, float[] to) {
    for (int j = 0; j < width; j++) {
      to[j] = (float) from[j];
    }
  }

  /** Features of a row. */
  private void see(Features x) {
    VectorRow.read(x, row, width);
    put(row, network.input().value());
    seeInput();
  }

  private void seeInput() {
    network.graph().predict(1);
    float[] seen = network.features().value();
    for (int j = 0; j < features.length; j++) {
      features[j] = seen[j];
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (!(weight > 0)) {
      return;
    }
    labels = Math.max(labels, label + 1);
    if (adapted) {
      see(x);
      head.learn(view, label, weight);
      return;
    }
    network.grow(labels);
    VectorRow.read(x, row, width);
    for (int j = 0; j < width; j++) {
      rows[held * width + j] = (float) row[j];
    }
    classes[held++] = label;
    if (held % p.batch() == 0) {
      int from = held - p.batch();
      int[] order = new int[p.batch()];
      for (int r = 0; r < order.length; r++) {
        order[r] = from + r;
      }
      step(order, 0, order.length);
    }
    if (held == p.events()) {
      adapt();
    }
  }

  /** One step on the mean loss of some rows of the session. */
  private void step(int[] order, int from, int to) {
    float[] input = network.input().value();
    int stride = network.input().stride();
    int n = to - from;
    for (int r = 0; r < n; r++) {
      int at = order[from + r];
      System.arraycopy(rows, at * width, input, r * stride, width);
      batchLabels[r] = classes[at];
      batchWeights[r] = 1f / n;
    }
    network.graph().forward(n);
    Losses.softmaxCrossEntropy(network.head(), batchLabels, batchWeights, 0, n);
    steps.step(n);
  }

  private void adapt() {
    int[] order = new int[held];
    for (int i = 0; i < held; i++) {
      order[i] = i;
    }
    for (int epoch = 0; epoch < p.epochs(); epoch++) {
      for (int i = held - 1; i > 0; i--) {
        int j = rng.nextInt(i + 1);
        int v = order[i];
        order[i] = order[j];
        order[j] = v;
      }
      for (int at = 0; at < held; at += p.batch()) {
        step(order, at, Math.min(held, at + p.batch()));
      }
    }
    for (int r = 0; r < held; r++) {
      System.arraycopy(rows, r * width, network.input().value(), 0, width);
      seeInput();
      head.learn(view, classes[r], 1);
    }
    end();
  }

  private void end() {
    adapted = true;
    rows = new float[0];
    classes = new int[0];
    held = 0;
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    out.put("adapted", adapted);
    rng.save(out, "rng");
    network.save(out.child("network"));
    steps.rule().save(out.child("optimizer"));
    out.put("rows", Arrays.copyOf(rows, held * width));
    out.put("classes", classes, held);
    out.put("head", head);
  }

  @Override
  public void load(StateReader in) {
    labels = in.labels("labels", labels);
    rng.load(in, "rng");
    network.load(in.child("network"), Math.max(1, labels));
    steps.rule().load(in.child("optimizer"));
    float[] r = in.floats("rows");
    int[] c = in.ints("classes");
    if (c.length >= p.events() || r.length != c.length * width) {
      throw in.corrupt("rows", "has " + r.length + " values for " + c.length + " rows");
    }
    for (int label : c) {
      if (label < 0 || label >= network.outputs()) {
        throw in.corrupt("classes", "names class " + label + " of " + network.outputs());
      }
    }
    System.arraycopy(r, 0, rows, 0, r.length);
    System.arraycopy(c, 0, classes, 0, c.length);
    held = c.length;
    in.load("head", head);
    if (in.bool("adapted")) {
      end();
    }
  }

  @Override
  public long memoryBytes() {
    long session = 4L * rows.length + 4L * classes.length + 8L * p.batch();
    long scratch = 8L * (row.length + features.length);
    return 350
        + session
        + scratch
        + network.memoryBytes()
        + steps.memoryBytes()
        + head.memoryBytes();
  }
}
