package org.freshet.neural.graph;

/** The largest or the mean of each channel in windows of an image that do not overlap. */
public final class Pool extends Node {
  /** What becomes of a window. */
  public enum Kind {
    MAX,
    MEAN
  }

  private static final float LARGE = 1e38f; // makes a difference at least 1

  private final Kind kind;
  private final Shape from;
  private final Shape to;
  private final int high;
  private final int wide;
  private final float[] left; // of the gradients of a window's channels
  private final float[] part;

  /**
   * @param from how a row of x is an image
   * @param high height of a window; what is left over at the bottom is not looked at
   * @param wide width of a window, as its height
   */
  public Pool(Node x, Shape from, Kind kind, int high, int wide) {
    this(
        x,
        from,
        new Shape(from.height() / high, from.width() / wide, from.channels(), from.gap()),
        kind,
        high,
        wide);
  }

  private Pool(Node x, Shape from, Shape to, Kind kind, int high, int wide) {
    super(to.floats(), x);
    this.from = from;
    this.to = to;
    this.kind = kind;
    this.high = high;
    this.wide = wide;
    left = new float[to.channels()];
    part = new float[to.channels()];
  }

  public Shape shape() {
    return to;
  }

  @Override
  protected void forward(int rows, boolean training) {
    for (int r = 0; r < rows; r++) {
      for (int y = 0; y < to.height(); y++) {
        for (int x = 0; x < to.width(); x++) {
          int out = r * stride() + (y * to.width() + x) * to.gap();
          int in = r * input(0).stride() + (y * high * from.width() + x * wide) * from.gap();
          if (kind == Kind.MAX) {
            largest(in, out);
          } else {
            mean(in, out);
          }
        }
      }
    }
  }

  private void largest(int in, int out) {
    System.arraycopy(input(0).value(), in, value(), out, to.channels());
    for (int y = 0; y < high; y++) {
      for (int x = y == 0 ? 1 : 0; x < wide; x++) {
        int at = in + (y * from.width() + x) * from.gap();
        keepLarger(input(0).value(), at, value(), out, to.channels());
      }
    }
  }

  private static void keepLarger(float[] v, int at, float[] most, int mostAt, int n) {
    for (int c = 0; c < n; c++) {
      most[mostAt + c] = Math.max(most[mostAt + c], v[at + c]);
    }
  }

  private void mean(int in, int out) {
    float[] v = input(0).value();
    float share = 1f / (high * wide);
    for (int c = 0; c < to.channels(); c++) {
      float sum = 0;
      for (int y = 0; y < high; y++) {
        for (int x = 0; x < wide; x++) {
          sum += v[in + (y * from.width() + x) * from.gap() + c];
        }
      }
      value()[out + c] = share * sum;
    }
  }

  @Override
  protected void backward(int rows, Update update) {
    float[] back = input(0).gradient();
    float share = 1f / (high * wide);
    for (int r = 0; r < rows; r++) {
      for (int y = 0; y < to.height(); y++) {
        for (int x = 0; x < to.width(); x++) {
          int out = r * stride() + (y * to.width() + x) * to.gap();
          int in = r * input(0).stride() + (y * high * from.width() + x * wide) * from.gap();
          if (kind == Kind.MAX) {
            toLargest(back, in, out);
          } else {
            for (int c = 0; c < to.channels(); c++) {
              spread(back, in + c, share * gradient()[out + c]);
            }
          }
        }
      }
    }
  }

  /** To the first of several that are as large. */
  private void toLargest(float[] back, int in, int out) {
    System.arraycopy(gradient(), out, left, 0, left.length);
    for (int y = 0; y < high; y++) {
      for (int x = 0; x < wide; x++) {
        int at = in + (y * from.width() + x) * from.gap();
        share(value(), out, input(0).value(), at, left, part);
        move(part, left, back, at);
      }
    }
  }

  /** What is left times 1 where a value is the largest, times 0 elsewhere: without a branch. */
  private static void share(float[] most, int out, float[] v, int at, float[] left, float[] part) {
    for (int c = 0; c < left.length; c++) {
      part[c] = left[c] * (1 - Math.min(1, (most[out + c] - v[at + c]) * LARGE));
    }
  }

  private static void move(float[] part, float[] left, float[] back, int at) {
    for (int c = 0; c < left.length; c++) {
      back[at + c] += part[c];
      left[c] -= part[c];
    }
  }

  private void spread(float[] back, int at, float g) {
    for (int y = 0; y < high; y++) {
      for (int x = 0; x < wide; x++) {
        back[at + (y * from.width() + x) * from.gap()] += g;
      }
    }
  }

  @Override
  long memoryBytes() {
    return super.memoryBytes() + 88 + 32 + 8L * left.length;
  }
}
