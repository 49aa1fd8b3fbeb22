package org.freshet.neural.graph;

import java.util.Arrays;
import org.freshet.core.Rng;

/**
 * The same units look at every window of an image, with zeros around it (LeCun et al., "Gradient-
 * Based Learning Applied to Document Recognition", Proc. IEEE 86(11), 1998). The windows of all
 * images of the batch are written out as rows, so that the products of a dense layer do the rest. A
 * one-dimensional convolution has an image of height 1 and a kernel of height 1.
 */
public final class Convolution extends Node {
  private final Graph graph;
  private final Parameter w;
  private final Parameter b;
  private final Shape from;
  private final Shape to;
  private final int kernelHeight;
  private final int kernelWidth;
  private final int step;
  private final int patch;
  private float[] patches = {};
  private float[] byPatches = {};

  /**
   * @param from how a row of x is an image
   * @param step pixels from one window to the next
   */
  public Convolution(
      Graph graph,
      String name,
      Node x,
      Shape from,
      int channels,
      int kernelHeight,
      int kernelWidth,
      int step,
      Rng rng) {
    this(graph, name, x, from, target(from, channels, step), kernelHeight, kernelWidth, step, rng);
  }

  private Convolution(
      Graph graph, String name, Node x, Shape from, Shape to, int kh, int kw, int step, Rng rng) {
    super(to.floats(), x);
    this.graph = graph;
    this.from = from;
    this.to = to;
    this.step = step;
    kernelHeight = kh;
    kernelWidth = kw;
    patch = kh * kw * from.channels();
    w = graph.use(new Parameter(name + "_w", patch, to.channels()));
    w.gaussian(rng, Math.sqrt(2.0 / patch));
    b = graph.use(new Parameter(name + "_b", 1, to.channels()));
    want();
  }

  private static Shape target(Shape from, int channels, int step) {
    return Shape.padded(
        (from.height() + step - 1) / step, (from.width() + step - 1) / step, channels);
  }

  public Shape shape() {
    return to;
  }

  @Override
  void capacity(int rows) {
    super.capacity(rows);
    int room = Math.multiplyExact(rows * to.pixels(), patch);
    if (patches.length < room) {
      patches = new float[room];
      byPatches = input(0).wanted() ? new float[room] : byPatches;
    }
  }

  @Override
  protected void forward(int rows, boolean training) {
    move(rows, false);
    graph
        .kernels()
        .affine(
            patches, 0, patch, w.value(), b.value(), value(), rows * to.pixels(), patch, to.gap());
  }

  /** Between images and windows: values there, gradients back. */
  private void move(int rows, boolean back) {
    int at = 0;
    for (int r = 0; r < rows; r++) {
      int image = r * input(0).stride();
      for (int y = 0; y < to.height(); y++) {
        for (int x = 0; x < to.width(); x++) {
          window(
              image, y * step - (kernelHeight - 1) / 2, x * step - (kernelWidth - 1) / 2, at, back);
          at += patch;
        }
      }
    }
  }

  private void window(int image, int top, int left, int at, boolean back) {
    int n = from.channels();
    int line = kernelWidth * n;
    boolean whole = left >= 0 && left + kernelWidth <= from.width() && from.gap() == n;
    for (int y = 0; y < kernelHeight; y++) {
      boolean inside = top + y >= 0 && top + y < from.height();
      int pixels = image + ((top + y) * from.width() + left) * from.gap();
      int to = at + y * line;
      if (whole && inside) {
        copy(pixels, to, line, back);
      } else {
        for (int x = 0; x < kernelWidth; x++) {
          if (inside && left + x >= 0 && left + x < from.width()) {
            copy(pixels + x * from.gap(), to + x * n, n, back);
          } else if (!back) {
            Arrays.fill(patches, to + x * n, to + x * n + n, 0);
          }
        }
      }
    }
  }

  private void copy(int pixel, int to, int n, boolean back) {
    if (back) {
      float[] g = input(0).gradient();
      for (int i = 0; i < n; i++) {
        g[pixel + i] += byPatches[to + i];
      }
    } else {
      System.arraycopy(input(0).value(), pixel, patches, to, n);
    }
  }

  @Override
  protected void backward(int rows, Update update) {
    int pixels = rows * to.pixels();
    int n = to.gap();
    for (int i = 0; to.channels() < n && i < pixels; i++) { // of what is always 0
      Arrays.fill(gradient(), i * n + to.channels(), (i + 1) * n, 0);
    }
    if (input(0).wanted()) {
      Arrays.fill(byPatches, 0, pixels * patch, 0);
      graph.kernels().back(gradient(), w.value(), byPatches, patch, pixels, patch, n);
      move(rows, true);
    }
    update.product(w, patches, 0, patch, gradient(), pixels);
    update.product(b, graph.ones(), 0, 0, gradient(), pixels);
  }

  @Override
  long memoryBytes() {
    return super.memoryBytes() + 120 + 4L * (patches.length + byPatches.length);
  }
}
