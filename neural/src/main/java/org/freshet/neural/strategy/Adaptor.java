package org.freshet.neural.strategy;

import org.freshet.core.component.Build;
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

/** The network g of {@link BiasAdaptor}: from the softmax of logits to what is added to them. */
final class Adaptor {
  private final Graph graph = new Graph(FloatKernels.fastest());
  private final Input in;
  private final Dense out;
  private final Steps steps;
  private float[] logits = {}; // before they are corrected
  private float[] wrong = {}; // softmax of the corrected logits, less 1 at the label
  private int stride;
  private int width;

  Adaptor(int classes, int units, double rate, Build build) {
    in = graph.input(classes).differentiable();
    Node hidden = graph.activate(graph.dense("hidden", in, units, build.rng()), Activation.RELU);
    Parameter w = new Parameter("out_w", units, classes);
    out = graph.add(new Dense(graph, hidden, w, new Parameter("out_b", 1, classes)));
    Spec adam = Spec.of("adam").with("learning_rate", rate);
    steps = new Steps(graph, Rules.rule(adam, build));
  }

  void capacity(int rows) {
    graph.capacity(rows);
  }

  /**
   * Takes the logits {@code z + times · by} of {@code rows} rows as its own rows from {@code to}
   * on.
   *
   * @param by as z; null for none
   */
  void put(Node z, float[] by, float times, int to, int rows) {
    stride = z.stride();
    width = z.width();
    int most = graph.capacity() * stride;
    if (logits.length < most) {
      logits = new float[most];
      wrong = new float[most];
    }
    int known = Math.min(width, in.width());
    for (int r = 0; r < rows; r++) {
      int at = (to + r) * stride;
      for (int c = 0; c < width; c++) {
        logits[at + c] = z.value()[r * stride + c] + (by == null ? 0 : times * by[r * stride + c]);
      }
      softmax(logits, at, wrong, at, width);
      System.arraycopy(wrong, at, in.value(), (to + r) * in.stride(), known);
    }
  }

  /**
   * Corrects the logits of the first {@code rows} rows and compares them with the labels, which
   * repeat after {@code labels}.
   */
  void forward(int rows, int[] label, int labels) {
    graph.forward(rows);
    int known = Math.min(width, in.width());
    for (int r = 0; r < rows; r++) {
      int at = r * stride;
      for (int c = 0; c < known; c++) {
        logits[at + c] += out.value()[r * out.stride() + c];
      }
      softmax(logits, at, wrong, at, width);
      wrong[at + label[r % labels]]--;
    }
  }

  /** Adds the gradient of the corrected loss by the logits to that of {@code z}. */
  void gradient(float[] weight, int rows, Node z) {
    int known = Math.min(width, in.width());
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < width; c++) {
        float d = weight[r] * wrong[r * stride + c];
        z.gradient()[r * stride + c] += d;
        if (c < known) {
          out.gradient()[r * out.stride() + c] = d;
        }
      }
    }
    graph.backward(rows);
    for (int r = 0; r < rows; r++) { // through the softmax
      int at = r * in.stride();
      double along = 0;
      for (int c = 0; c < known; c++) {
        along += (double) in.value()[at + c] * in.gradient()[at + c];
      }
      softmax(z.value(), r * stride, wrong, r * stride, width);
      for (int c = 0; c < width; c++) {
        double q = c < known ? in.gradient()[at + c] : 0;
        z.gradient()[r * stride + c] += (float) (wrong[r * stride + c] * (q - along));
      }
    }
  }

  /** A step against {@code times} · Σ weight (loss of row r less loss of row rows + r). */
  void learn(float[] weight, int rows, float times) {
    int known = Math.min(width, in.width());
    for (int r = 0; r < 2 * rows; r++) {
      float w = r < rows ? times * weight[r] : -times * weight[r - rows];
      for (int c = 0; c < known; c++) {
        out.gradient()[r * out.stride() + c] = w * wrong[r * stride + c];
      }
    }
    steps.step(2 * rows);
  }

  /** Turns logits into the gradient of their mean cross-entropy. */
  static void byLogits(float[] z, int stride, int width, int[] label, int from, int rows) {
    for (int r = 0; r < rows; r++) {
      softmax(z, r * stride, z, r * stride, width);
      z[r * stride + label[from + r]]--;
      for (int c = 0; c < width; c++) {
        z[r * stride + c] /= rows;
      }
    }
  }

  private static void softmax(float[] z, int at, float[] to, int toAt, int n) {
    double top = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < n; c++) {
      top = Math.max(top, z[at + c]);
    }
    double sum = 0;
    for (int c = 0; c < n; c++) {
      sum += Math.exp(z[at + c] - top);
    }
    for (int c = 0; c < n; c++) {
      to[toAt + c] = (float) (Math.exp(z[at + c] - top) / sum);
    }
  }

  void save(StateWriter to) {
    graph.save(to);
    steps.rule().save(to.child("optimizer"));
  }

  void load(StateReader from) {
    int widest = Math.max(in.width(), graph.parameters().get(0).columns());
    graph.load(from, widest, graph.parameters().get(0).slots());
    steps.rule().load(from.child("optimizer"));
  }

  long memoryBytes() {
    return 64 + graph.memoryBytes() + steps.memoryBytes() + 4L * (logits.length + wrong.length);
  }
}
