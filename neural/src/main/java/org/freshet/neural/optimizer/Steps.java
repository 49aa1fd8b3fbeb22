package org.freshet.neural.optimizer;

import java.util.Arrays;
import java.util.List;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.graph.Update;
import org.freshet.neural.kernel.FloatKernels;

/**
 * Learns a network by a rule. Where the rule allows, weights move while the backward pass finds
 * their gradients, a few rows at a time, so that gradients never leave the nearest cache: on a
 * network that fills a larger one, this is most of the time of a step.
 */
public final class Steps implements Update {
  private static final int BLOCK = 1 << 11;

  private final Graph graph;
  private final Rule rule;
  private final FloatKernels kernels;
  private final boolean streams;
  private float[] w;
  private float[] g;
  private final float[][] slots;
  private final float[][] whole; // the slots of a parameter as they are

  public Steps(Graph graph, Rule rule) {
    this.graph = graph;
    this.rule = rule;
    kernels = graph.kernels();
    boolean alone = true;
    for (Parameter p : graph.parameters()) {
      p.slots(rule.slots());
      alone &= !p.shared();
    }
    streams = alone && rule.streams();
    slots = new float[rule.slots()][];
    whole = new float[rule.slots()][];
    room(BLOCK);
  }

  public Rule rule() {
    return rule;
  }

  /** One step from the gradients at the nodes. */
  public void step(int rows) {
    step(rows, null);
  }

  /**
   * One step from the gradients at the nodes.
   *
   * @param loss what gave them, where the rule asks for it; else null
   */
  public void step(int rows, BatchLoss loss) {
    rule.begin();
    if (streams) {
      graph.backward(rows, this);
      clearPadding();
    } else {
      double[] lengths = rule.lengths(rows);
      if (lengths == null) {
        graph.backward(rows);
      } else {
        graph.backward(rows, lengths);
      }
      apply(loss, rows);
    }
  }

  private void clearPadding() {
    if (rule.noisy()) {
      List<Parameter> all = graph.parameters();
      for (int i = 0; i < all.size(); i++) {
        all.get(i).clearPadding();
      }
    }
  }

  /** One step from the gradients kept in the parameters, which a method may have changed. */
  public void stepKept() {
    rule.begin();
    apply(null, 0);
  }

  private void apply(BatchLoss loss, int rows) {
    List<Parameter> all = graph.parameters();
    rule.survey(all, loss, rows);
    for (int i = 0; i < all.size(); i++) {
      Parameter p = all.get(i);
      if (p.frozen()) {
        continue;
      }
      for (int s = 0; s < whole.length; s++) {
        whole[s] = p.slot(s);
      }
      rule.step(p, p.value(), p.gradient(), whole, p.value().length);
    }
    clearPadding();
  }

  @Override
  public void product(Parameter p, float[] x, int xAt, int xStride, float[] d, int rows) {
    int n = p.stride();
    float rate = rule.plainRate();
    if (rate != 0) {
      kernels.outer(-rate, x, xAt, xStride, d, p.value(), 0, rows, 0, p.rows(), n);
      return;
    }
    int block = Math.max(4, BLOCK / n);
    if (g.length < block * n) {
      room(block * n);
    }
    for (int from = 0; from < p.rows(); from += block) {
      int to = Math.min(p.rows(), from + block);
      Arrays.fill(g, 0, (to - from) * n, 0);
      kernels.outer(1, x, xAt, xStride, d, g, 0, rows, from, to, n);
      move(p, from * n, (to - from) * n);
    }
  }

  @Override
  public void stretch(Parameter p, int at, float[] from, int fromAt, int n) {
    for (int i = 0; i < n; i += BLOCK) {
      int part = Math.min(BLOCK, n - i);
      System.arraycopy(from, fromAt + i, g, 0, part);
      move(p, at + i, part);
    }
  }

  /** Copies are cheap beside a loop that cannot be vectorised. */
  private void move(Parameter p, int at, int n) {
    System.arraycopy(p.value(), at, w, 0, n);
    for (int s = 0; s < slots.length; s++) {
      System.arraycopy(p.slot(s), at, slots[s], 0, n);
    }
    rule.step(p, w, g, slots, n);
    System.arraycopy(w, 0, p.value(), at, n);
    for (int s = 0; s < slots.length; s++) {
      System.arraycopy(slots[s], 0, p.slot(s), at, n);
    }
  }

  public long memoryBytes() {
    return 72
        + rule.memoryBytes()
        + 32
        + 4L * slots.length
        + (2 + slots.length) * (20L + 4L * w.length);
  }

  private void room(int n) {
    w = new float[n];
    g = new float[n];
    for (int s = 0; s < slots.length; s++) {
      slots[s] = new float[n];
    }
  }
}
