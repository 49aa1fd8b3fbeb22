package org.freshet.neural.network;

import java.util.Arrays;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.SchemaException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.optimizer.Rule;
import org.freshet.neural.optimizer.Rules;
import org.freshet.neural.optimizer.Steps;
import org.freshet.neural.replay.Memory;
import org.freshet.neural.replay.Replay;
import org.freshet.neural.strategy.Lesson;
import org.freshet.neural.strategy.Method;
import org.freshet.neural.strategy.Objective;
import org.freshet.neural.strategy.Strategy;

/**
 * Learns a network online, whatever its body: rows wait until there is a batch, the strategy learns
 * it, and the memory is offered its rows.
 */
final class Trainer {
  private final Network network;
  private final Rows rows;
  private final Lesson lesson;
  private final Strategy strategy;
  private final Rng rng;
  private final int batch;
  private final int most; // rows a batch may grow to
  private final float[] waiting; // kept apart from the input, where rows are predicted
  private int held;

  /** Learns by the strategy of the parameters. */
  Trainer(Network network, Rows rows, Learning p, Objective objective, Build build) {
    this(network, rows, p, strategy(p, objective, build), objective, build);
  }

  /**
   * @param strategy in place of the one of the parameters
   */
  Trainer(
      Network network, Rows rows, Learning p, Strategy strategy, Objective objective, Build build) {
    this.network = network;
    this.rows = rows;
    batch = p.batch();
    rng = build.child("learning", 0).rng();
    int stride = network.input().stride();
    Replay replay = p.replay() == null ? null : replay(p.replay(), objective, build);
    Memory memory = replay == null ? null : replay.memory(stride);
    int again = replay == null ? 0 : replay.batch();
    this.strategy = strategy;
    if (strategy.denseOnly()) {
      refuseFixed(
          p.strategy(), build, "experience_replay or another strategy that takes rows as they are");
    }
    strategy.attach(network);
    Rule rule = Rules.rule(p.optimizer(), build.child("optimizer", 0));
    if (rule.needsLoss() && !strategy.plain()) {
      throw new ConfigException(
          p.optimizer().where().toString(),
          p.optimizer().name()
              + " looks at the loss of a batch, which the strategy "
              + p.strategy().name()
              + " does not tell; use experience_replay or another optimizer");
    }
    most = Math.max(batch, rule.mostBatch());
    Steps steps = new Steps(network.graph(), rule);
    lesson =
        new Lesson(
            network,
            objective,
            steps,
            memory,
            replay == null ? null : replay.retrieval(),
            rng,
            most,
            again,
            strategy.draws());
    strategy.begin(lesson);
    int room = replay == null ? 0 : replay.room();
    network.graph().capacity(most + again * strategy.draws() + room);
    waiting = new float[most * stride];
  }

  /** A sparse row or one with a state in it cannot be moved or mixed with others. */
  private void refuseFixed(Spec spec, Build build, String instead) {
    boolean sparse = build.schema().isSparse();
    if (sparse || rows.carried()) {
      throw new SchemaException(
          spec.name()
              + " moves or mixes the numbers of rows, and these "
              + (sparse ? "are sparse" : "have a carried state in them")
              + "; use "
              + instead);
    }
  }

  private Replay replay(Spec spec, Objective objective, Build build) {
    Replay replay = build.create(spec, Replay.class);
    if (replay.classesOnly() && !objective.classes()) {
      throw new ConfigException(
          spec.where().toString(),
          spec.name() + " looks at classes, and the label is a number; use reservoir");
    }
    if (replay.denseOnly()) {
      refuseFixed(spec, build, "class_balanced");
    }
    return replay;
  }

  private static Strategy strategy(Learning p, Objective objective, Build build) {
    Strategy strategy =
        build.create(p.strategy(), Method.class).strategy(build.child("strategy", 0));
    if (strategy.classesOnly() && !objective.classes()) {
      throw new ConfigException(
          p.strategy().where().toString(),
          p.strategy().name()
              + " learns classes, and the label is a number; use experience_replay or another"
              + " strategy that says it learns numbers");
    }
    return strategy;
  }

  void grow(int outputs) {
    network.grow(outputs);
    strategy.grown(lesson, outputs);
  }

  /** What the network gives for a row, before any softmax. */
  void outputs(Features x, double[] to, int n) {
    rows.write(x, network.input().value(), 0);
    strategy.scores(lesson, to, n);
  }

  /** Number of values the head sees. */
  int embeddingWidth() {
    return network.features().width();
  }

  /** What the head sees of a row. */
  void embedding(Features x, double[] into) {
    rows.write(x, network.input().value(), 0);
    network.graph().predict(1);
    float[] h = network.features().value();
    for (int i = 0; i < embeddingWidth(); i++) {
      into[i] = h[i];
    }
  }

  void learn(Features x, int label, float target, double weight) {
    rows.seen(x);
    int at = held * network.input().stride();
    rows.write(x, waiting, at);
    rows.advance(waiting, at);
    lesson.row(held, label, target, (float) Math.min(weight, 1e6));
    held++;
    if (held >= lesson.steps().rule().batch(batch)) {
      step();
    }
  }

  /** Learns a row whose label will not come, if the strategy can; it enters a carried state. */
  void unlabelled(Features x, double weight) {
    Memory memory = lesson.memory();
    if (strategy.takesUnlabelled() && (memory == null || !memory.reviewsLabels())) {
      learn(x, -1, 0, weight);
    } else if (rows.carried()) {
      rows.seen(x);
      rows.write(x, network.input().value(), 0);
      rows.advance(network.input().value(), 0);
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
        if (lesson.classes() && lesson.labels()[r] < 0) {
          continue;
        }
        int place = memory.offer(waiting, r, lesson.labels()[r], rng);
        if (place >= 0 && !lesson.classes()) {
          memory.target(place, lesson.targets()[r]);
        }
        strategy.kept(lesson, r, place);
      }
    }
    held = 0;
  }

  void save(StateWriter out) {
    rng.save(out, "rng");
    rows.save(out.child("rows"));
    network.save(out.child("network"));
    lesson.steps().rule().save(out.child("optimizer"));
    strategy.save(out.child("strategy"));
    if (lesson.memory() != null) {
      lesson.memory().save(out.child("memory"));
    }
    out.put("waiting", Arrays.copyOf(waiting, held * network.input().stride()));
    out.put("waiting_labels", Arrays.copyOf(lesson.labels(), held));
    out.put("waiting_targets", Arrays.copyOf(lesson.targets(), held));
    float[] w = new float[held];
    for (int r = 0; r < held; r++) {
      w[r] = lesson.importance(r);
    }
    out.put("waiting_weights", w);
  }

  /**
   * @param outputs labels are below
   */
  void load(StateReader in, int outputs) {
    rng.load(in, "rng");
    rows.load(in.child("rows"));
    network.load(in.child("network"), outputs);
    strategy.grown(lesson, network.outputs());
    lesson.steps().rule().load(in.child("optimizer"));
    strategy.load(in.child("strategy"), outputs);
    if (lesson.memory() != null) {
      lesson.memory().load(in.child("memory"), outputs);
    }
    float[] values = in.floats("waiting");
    int[] l = in.ints("waiting_labels");
    float[] y = in.floats("waiting_targets");
    float[] w = in.floats("waiting_weights");
    if (l.length >= lesson.steps().rule().batch(batch)
        || w.length != l.length
        || y.length != l.length
        || values.length != l.length * network.input().stride()) {
      throw in.corrupt("waiting", "has " + values.length + " values for " + l.length + " rows");
    }
    System.arraycopy(values, 0, waiting, 0, values.length);
    for (held = 0; held < l.length; held++) {
      int least = strategy.takesUnlabelled() ? -1 : 0;
      if (l[held] < least || l[held] >= outputs) {
        throw in.corrupt("waiting_labels", "names class " + l[held] + " of " + outputs);
      }
      lesson.row(held, l[held], y[held], w[held]);
    }
  }

  long memoryBytes() {
    return 80
        + network.memoryBytes()
        + rows.memoryBytes()
        + strategy.memoryBytes()
        + lesson.memoryBytes()
        + 16
        + 4L * waiting.length;
  }
}
