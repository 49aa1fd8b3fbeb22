package org.freshet.neural.network;

import java.util.Arrays;
import java.util.List;
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
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.Dense;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.kernel.FloatKernels;
import org.freshet.neural.optimizer.Rules;
import org.freshet.neural.optimizer.Steps;
import org.freshet.neural.replay.Memory;
import org.freshet.neural.replay.Replay;
import org.freshet.neural.strategy.Lesson;
import org.freshet.neural.strategy.Method;
import org.freshet.neural.strategy.Strategy;

/**
 * A multilayer perceptron that learns online, with a memory of rows to learn again when wanted.
 *
 * <p>How it works: h_0 = x, h_l = f(W_l h_{l−1} + b_l) for each hidden layer, and P(c | x) is the
 * softmax of W h_L + b. Every {@code batch} labelled events it takes one step of the optimizer on
 * the mean of −log P(y); with {@code replay} that many rows of the memory are added to the batch
 * (experience replay). Weights of hidden layers start from N(0, 2 / inputs).
 *
 * <p>Papers: D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning Representations by
 * Back-propagating Errors", Nature 323, 1986; K. He et al., "Delving Deep into Rectifiers", ICCV
 * 2015, equation 10 (the start); A. Chaudhry et al., "On Tiny Episodic Memories in Continual
 * Learning", 2019, algorithm 1 (replay).
 *
 * <p>Where we differ: the weights of the output layer start at 0, so that a new class starts like
 * the first ones and scores are uniform before anything is learnt. The weight of an event
 * multiplies its loss.
 *
 * <p>Takes dense rows of numbers: scale them first ({@code standard_scaler}) and turn categories
 * into columns ({@code one_hot}). A missing value counts as 0; values are held in ±1e6. Costs a
 * multiplication a weight to predict and two or three to learn; memory is 4 bytes a weight and what
 * the optimizer, the batch and the memory add.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("standard_scaler | mlp(hidden=[100])", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "mlp",
    kinds = Kind.CLASSIFIER,
    family = "neural",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class Mlp implements Classifier {
  /**
   * @param hidden units of each hidden layer
   * @param activation what a hidden unit makes of its sum
   * @param optimizer how weights move
   * @param strategy how a batch is learnt
   * @param replay memory of rows to learn again; none for none
   * @param batch labelled events a step
   */
  public record Parameters(
      @Param(
              value = "units of each hidden layer, first to last; none is a linear model",
              def = "[100]",
              range = "[1, 65536]",
              origin = "one layer of 100, as in scikit-learn")
          List<Double> hidden,
      @Param(
              value = "what a hidden unit makes of its sum",
              def = "relu",
              origin = "Nair and Hinton, ICML 2010")
          Activation activation,
      @Param(
              value = "how weights move",
              def = "adam",
              origin = "takes features of different scale and noise")
          Spec optimizer,
      @Param(
              value = "how a batch is learnt, and what is done against forgetting",
              def = "experience_replay",
              origin = "plain training where there is no memory")
          Spec strategy,
      @Param(
              value = "memory of rows that are learnt again with each batch",
              def = "none",
              origin = "no memory unless asked for")
          Spec replay,
      @Param(
              value = "labelled events a step",
              def = "1",
              range = "[1, 256]",
              unit = "events",
              origin = "every label counts at once")
          int batch) {}

  private static final int MOST_OUTPUTS = 1 << 16;

  private final Network network;
  private final Lesson lesson;
  private final Strategy strategy;
  private final Rng rng;
  private final int width;
  private final int batch;
  private float[] waiting; // rows of a batch that is not full, kept apart from those predicted
  private int labels;
  private int held;

  public Mlp(Parameters p, Build build) {
    Schema schema = build.schema();
    rng = build.rng();
    width = schema.width();
    batch = p.batch();
    Graph graph = new Graph(FloatKernels.fastest());
    Input input = graph.input(width);
    Node last = input;
    for (int i = 0; i < p.hidden().size(); i++) {
      Dense d = graph.dense("hidden" + i, last, p.hidden().get(i).intValue(), rng);
      last = graph.activate(d, p.activation());
    }
    Parameter w = new Parameter("head_w", last.width(), Math.max(1, schema.declaredLabels()));
    Parameter b = new Parameter("head_b", 1, w.columns());
    network = new Network(graph, input, last, graph.add(new Dense(graph, last, w, b)));
    Replay replay = p.replay() == null ? null : build.create(p.replay(), Replay.class);
    Memory memory = replay == null ? null : replay.memory(input.stride());
    int again = replay == null ? 0 : replay.batch();
    strategy = build.create(p.strategy(), Method.class).strategy(build.child("strategy", 0));
    strategy.attach(network);
    Steps steps = new Steps(graph, Rules.rule(p.optimizer(), build.child("optimizer", 0)));
    lesson =
        new Lesson(
            network,
            steps,
            memory,
            replay == null ? null : replay.retrieval(),
            rng,
            batch,
            again,
            strategy.draws());
    strategy.begin(lesson);
    graph.capacity(batch + again * strategy.draws() + (replay == null ? 0 : replay.room()));
    waiting = new float[batch * input.stride()];
    labels = schema.declaredLabels();
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    if (labels == 0) {
      return;
    }
    Rows.write(x, network.input().value(), 0, width);
    strategy.scores(lesson, scores, labels);
    Kernels.softmax(scores, labels);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (!(weight > 0)) {
      return;
    }
    if (label >= labels) {
      labels = label + 1;
      network.grow(labels);
      strategy.grown(lesson, labels);
    }
    int stride = network.input().stride();
    Rows.write(x, waiting, held * stride, width);
    lesson.row(held, label, (float) Math.min(weight, 1e6));
    held++;
    if (held == batch) {
      step();
    }
  }

  private void step() {
    int stride = network.input().stride();
    System.arraycopy(waiting, 0, network.input().value(), 0, held * stride);
    Memory memory = lesson.memory();
    if (memory != null) {
      memory.review(lesson);
    }
    strategy.learn(lesson);
    if (memory != null) {
      for (int r = 0; r < held; r++) {
        strategy.kept(lesson, r, memory.offer(waiting, r, lesson.labels()[r], rng));
      }
    }
    held = 0;
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", (long) labels);
    rng.save(out, "rng");
    network.save(out.child("network"));
    lesson.steps().rule().save(out.child("optimizer"));
    strategy.save(out.child("strategy"));
    if (lesson.memory() != null) {
      lesson.memory().save(out.child("memory"));
    }
    out.put("waiting", Arrays.copyOf(waiting, held * network.input().stride()));
    int[] l = Arrays.copyOf(lesson.labels(), held);
    float[] w = new float[held];
    for (int r = 0; r < held; r++) {
      w[r] = lesson.importance(r);
    }
    out.put("waiting_labels", l);
    out.put("waiting_weights", w);
  }

  @Override
  public void load(StateReader in) {
    labels = in.labels("labels", labels);
    rng.load(in, "rng");
    network.load(in.child("network"), Math.max(1, labels));
    lesson.steps().rule().load(in.child("optimizer"));
    strategy.load(in.child("strategy"), labels);
    if (lesson.memory() != null) {
      lesson.memory().load(in.child("memory"), labels);
    }
    float[] rows = in.floats("waiting");
    int[] l = in.ints("waiting_labels");
    float[] w = in.floats("waiting_weights");
    if (l.length >= batch
        || w.length != l.length
        || rows.length != l.length * network.input().stride()) {
      throw in.corrupt("waiting", "has " + rows.length + " values for " + l.length + " rows");
    }
    System.arraycopy(rows, 0, waiting, 0, rows.length);
    for (held = 0; held < l.length; held++) {
      if (l[held] < 0 || l[held] >= labels) {
        throw in.corrupt("waiting_labels", "names class " + l[held] + " of " + labels);
      }
      lesson.row(held, l[held], w[held]);
    }
  }

  @Override
  public long memoryBytes() {
    return 256
        + network.memoryBytes()
        + strategy.memoryBytes()
        + lesson.memoryBytes()
        + 4L * waiting.length;
  }
}
