package org.freshet.neural.graph;

/** The largest or the mean of each channel in windows of an image that do not overlap. */
public final class Pool extends Node {
  /** What becomes of a window. */
  public enum Kind {
    MAX,
    MEAN
  }

  private final Kind kind;
  private final Shape from;
  private final Shape to;
  private final int high;
  private final int wide;

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
      for (int x = 0; x < wide; x++) {
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
    float[] v = input(0).value();
    for (int c = 0; c < to.channels(); c++) {
      float most = value()[out + c];
      int at = in + c;
      for (int k = 1; v[at] != most && k < high * wide; k++) {
        at = in + (k / wide * from.width() + k % wide) * from.gap() + c;
      }
      back[at] += gradient()[out + c];
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
    return super.memoryBytes() + 80;
  }
}
