package org.freshet.evaluate.protocol;

import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Tasks of turned images: the images of each task are turned a little further than those before.
 *
 * <p>How it works: the shuffled stream is cut into tasks; it begins again, newly shuffled, when
 * more are wanted. The images of task i of n are turned counter-clockwise around their middle by
 * {@code degrees} · i / (n − 1), counted from 0, with bilinear interpolation; what lies outside is
 * 0. Columns are pixels row by row, the colours of a pixel side by side. A task is tested on all
 * tests, turned as it is.
 *
 * <p>Paper: D. Lopez-Paz and M. Ranzato, "Gradient episodic memory for continual learning", NeurIPS
 * 2017 (MNIST rotations: angles between 0 and 180 degrees).
 *
 * <p>Where we differ: angles lie evenly and rise, theirs are drawn.
 *
 * <p>Costs: the events in memory (a byte a value for pixels, within {@code max_bytes}), four
 * products a value; {@code points} · tasks² / 2 · {@code sample} predictions for the tests.
 *
 * <pre>{@code
 * protocol: { rotated: { tasks: 10, degrees: 90 } }
 * }</pre>
 */
@Component(name = "rotated", kinds = Kind.PROTOCOL, family = "continual", traits = Trait.RANDOMIZED)
public final class Rotated extends TaskProtocol {
  public record Parameters(
      Length length,
      @Param(
              value = "Angle of the last task.",
              def = "180",
              range = "[-360, 360]",
              unit = "degrees",
              origin = "the range of the paper")
          double degrees,
      @Param(
              value = "Pixels of a row of the image; 0 takes a square.",
              def = "0",
              range = "[0, 65536]",
              origin = "most are square")
          int width,
      @Param(
              value = "Rows of the image; 0 takes a square.",
              def = "0",
              range = "[0, 65536]",
              origin = "most are square")
          int height,
      Testing testing) {}

  private final Parameters p;

  public Rotated(Parameters p, Build build) {
    super("rotated", p.testing(), build);
    this.p = p;
  }

  @Override
  Tasks tasks(Split data) {
    Schema schema = data.train().schema();
    if (schema.isSparse()
        || schema.columns().stream().anyMatch(c -> c.kind() != Column.Kind.NUMERIC)) {
      throw refused("turns images: all columns must be dense and numeric");
    }
    int n = schema.width();
    int side = (int) Math.round(Math.sqrt(n));
    int width = p.width() > 0 ? p.width() : p.height() > 0 ? n / p.height() : side;
    int height = p.height() > 0 ? p.height() : n / Math.max(1, width);
    if (width < 1 || height < 1 || n % (width * height) != 0) {
      throw refused(
          "needs images of "
              + n
              + " pixels, which "
              + width
              + " × "
              + height
              + " are not; give 'width' and 'height' of the images");
    }
    return new Turned(data, p, width, height, this);
  }

  private static final class Turned extends Repeated {
    private final double step;
    private final int width;
    private final int height;

    Turned(Split data, Parameters p, int width, int height, TaskProtocol protocol) {
      super(data, p.length(), protocol);
      this.step = Math.toRadians(p.degrees()) / Math.max(1, count() - 1);
      this.width = width;
      this.height = height;
    }

    @Override
    Look look(int task) {
      return task == 0 ? null : new Turn(task * step, width, height);
    }
  }

  /** Turns images by an angle: where each pixel comes from is worked out once. */
  static final class Turn implements Tasks.Look {
    private final int pixels;
    private final int[] from; // four pixels for each
    private final double[] shares;
    private final int width;

    Turn(double angle, int width, int height) {
      this.width = width;
      pixels = width * height;
      from = new int[4 * pixels];
      shares = new double[4 * pixels];
      double cos = Math.cos(angle);
      double sin = Math.sin(angle);
      double cx = (width - 1) / 2.0;
      double cy = (height - 1) / 2.0;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          // Rows run downwards: counter-clockwise to the eye.
          double sx = cx + cos * (x - cx) - sin * (y - cy);
          double sy = cy + sin * (x - cx) + cos * (y - cy);
          corners(4 * (y * width + x), sx, sy, height);
        }
      }
    }

    private void corners(int at, double sx, double sy, int height) {
      int x0 = (int) Math.floor(sx);
      int y0 = (int) Math.floor(sy);
      for (int c = 0; c < 4; c++) {
        int x = x0 + (c & 1);
        int y = y0 + (c >> 1);
        boolean inside = x >= 0 && x < width && y >= 0 && y < height;
        from[at + c] = inside ? y * width + x : 0;
        double share = (1 - Math.abs(sx - x)) * (1 - Math.abs(sy - y));
        shares[at + c] = inside ? share : 0;
      }
    }

    @Override
    public void write(double[] row, double[] to, int at) {
      int colours = row.length / pixels;
      for (int i = 0; i < pixels; i++) {
        for (int k = 0; k < colours; k++) {
          double sum = 0;
          for (int c = 4 * i; c < 4 * i + 4; c++) {
            sum += shares[c] == 0 ? 0 : shares[c] * row[from[c] * colours + k];
          }
          to[at + i * colours + k] = (float) sum;
        }
      }
    }
  }
}
