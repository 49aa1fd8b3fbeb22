package org.freshet.neural.strategy;

import java.util.Arrays;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Node;
import org.freshet.neural.kernel.FloatKernels;
import org.freshet.neural.network.Network;

/**
 * CBA, continual bias adaptor: while the network learns, a small network corrects its logits for
 * what the batch has too much of; to predict it is taken away, and what is left is not biased.
 *
 * <p>How it works: rows of stream and memory are learnt with the logits z + g(softmax z), where g
 * has one hidden layer. Every {@code every} batches g learns: it is asked how the head would change
 * by a step with {@code rate} on these rows, and moves so that the loss of a fresh batch of the
 * memory, without g, would fall after that step.
 *
 * <p>Paper: Q. Wang, R. Wang, Y. Wu, X. Jia, D. Meng, "CBA: Improving Online Continual Learning via
 * Continual Bias Adaptor", ICCV 2023.
 *
 * <p>Where we differ: the second derivative in the gradient of g is a central difference of two
 * first ones, in the direction u = Vᵀf of each row's logits, where V is the gradient of the fresh
 * batch's loss by the head after the step. As tasks are not told, g learns from the first batch on
 * for which there is a memory. g has {@code classes} inputs at most; the logits of later classes
 * are not corrected. It starts with an output of 0, so that it is ER until it learns.
 *
 * <p>Costs as {@code experience_replay} and, every {@code every} batches, one forward pass more, of
 * a second batch of the memory.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=cba, replay=reservoir(size=200))
 * }</pre>
 */
@Component(name = "cba", kinds = Kind.PART, family = "strategy")
public final class BiasAdaptor implements Method {
  /**
   * @param units of the hidden layer of g
   * @param learningRate of g, by Adam
   * @param rate of the step that is tried
   * @param every batches
   * @param classes most inputs of g
   */
  public record Parameters(
      @Param(
              value = "units of the hidden layer of g",
              def = "256",
              range = "[1, 4096]",
              origin = "the authors' code")
          int units,
      @Param(
              value = "rate of the steps of g, by Adam",
              def = "0.001",
              range = "(0, inf)",
              origin = "the authors' code, CIFAR-10")
          double learningRate,
      @Param(
              value = "rate of the step of the head that is tried",
              def = "0.03",
              range = "(0, inf)",
              origin = "the authors' code")
          double rate,
      @Param(
              value = "batches from one step of g to the next",
              def = "5",
              range = "[1, 1000000]",
              unit = "batches",
              origin = "the authors' code")
          int every,
      @Param(
              value = "classes whose logits are corrected, the first ones",
              def = "64",
              range = "[2, 4096]",
              origin = "ours; g is made before the classes are known")
          int classes) {}

  private final Parameters p;

  public BiasAdaptor(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Strategy strategy(Build build) {
    return new Corrected(p, build);
  }

  private static final class Corrected extends Strategy {
    private static final double SMALL = 0.01;

    private final Parameters p;
    private final Adaptor g;
    private float[] head = {}; // after the step, then the gradient of the fresh batch by it
    private float[] bias = {};
    private float[] fresh = {}; // logits of the fresh batch, then the gradient by them
    private float[] direction = {};
    private long batches;

    Corrected(Parameters p, Build build) {
      this.p = p;
      g = new Adaptor(p.classes(), p.units(), p.learningRate(), build);
    }

    @Override
    public int draws() {
      return 2;
    }

    @Override
    public void begin(Lesson l) {
      g.capacity(2 * l.labels().length); // both differences of every row are one batch
    }

    @Override
    public void learn(Lesson l) {
      int stream = l.streamed();
      int rows = stream + l.draw(stream);
      l.weigh(0, rows, 1);
      if (rows > stream && batches % p.every() == 0) {
        adapt(l, rows);
      }
      batches++;
      l.forward(rows);
      correct(l, rows);
      l.step(rows);
    }

    /** Gradients of the corrected loss by the logits. */
    private void correct(Lesson l, int rows) {
      Node z = l.network().head();
      g.put(z, null, 0, 0, rows);
      g.forward(rows, l.labels(), rows);
      g.gradient(l.weights(), rows, z);
    }

    /** A step of g. */
    private void adapt(Lesson l, int rows) {
      Network network = l.network();
      FloatKernels kernels = network.graph().kernels();
      Node z = network.head();
      Node f = network.features();
      int n = z.stride();
      int more = l.draw(rows);
      network.graph().forward(rows + more);
      correct(l, rows);
      room(network);
      float rate = (float) p.rate();
      System.arraycopy(network.head().weights().value(), 0, head, 0, head.length);
      System.arraycopy(network.head().bias().value(), 0, bias, 0, n);
      kernels.outer(-rate, f.value(), 0, f.stride(), z.gradient(), head, 0, rows, 0, f.width(), n);
      sum(-rate, z.gradient(), rows, n);
      int at = rows * f.stride();
      kernels.affine(f.value(), at, f.stride(), head, bias, fresh, more, f.width(), n);
      Adaptor.byLogits(fresh, n, z.width(), l.labels(), rows, more);
      Arrays.fill(head, 0);
      Arrays.fill(bias, 0);
      kernels.outer(1, f.value(), at, f.stride(), fresh, head, 0, more, 0, f.width(), n);
      sum(1, fresh, more, n);
      kernels.affine(f.value(), 0, f.stride(), head, bias, direction, rows, f.width(), n);
      float steepest = 0;
      for (int i = 0; i < rows * n; i++) {
        steepest = Math.max(steepest, Math.abs(direction[i]));
      }
      if (!(steepest > 0) || steepest > 1e12) {
        return; // nothing to learn from, or values no network can learn
      }
      // The loss of the fresh batch changes by −rate Σ u · (gradient by the logits), which is a
      // derivative of the loss along u: the difference of the losses at both sides.
      float e = (float) (SMALL / steepest);
      g.put(z, direction, e, 0, rows);
      g.put(z, direction, -e, rows, rows);
      g.forward(2 * rows, l.labels(), rows);
      g.learn(l.weights(), rows, (float) (-p.rate() / (2 * e)));
    }

    /** Adds the sum of rows to the bias. */
    private void sum(float times, float[] of, int rows, int n) {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < n; c++) {
          bias[c] += times * of[r * n + c];
        }
      }
    }

    private void room(Network network) {
      int n = network.head().stride();
      int floats = network.graph().capacity() * n;
      if (fresh.length < floats) {
        fresh = new float[floats];
        direction = new float[floats];
      }
      if (bias.length != n) {
        head = new float[network.head().weights().value().length];
        bias = new float[n];
      }
    }

    @Override
    public void save(StateWriter out) {
      out.put("batches", batches);
      g.save(out.child("adaptor"));
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      batches = in.longValue("batches", 0, Long.MAX_VALUE >> 8);
      g.load(in.child("adaptor"));
    }

    @Override
    public long memoryBytes() {
      return 48
          + g.memoryBytes()
          + 64
          + 4L * (head.length + bias.length + fresh.length + direction.length);
    }
  }
}
