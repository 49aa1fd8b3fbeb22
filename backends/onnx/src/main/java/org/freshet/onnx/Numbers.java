package org.freshet.onnx;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Gives the numeric columns of an event to an encoder, in their order: sensors, ready vectors,
 * pixels.
 *
 * <p>How it works: the model is given (x_i + shift) · scale for each column i; a missing value
 * counts as 0. The model's own shape says how the numbers are laid out, such as 1 × 28 × 28 for 784
 * columns; where the model leaves it open, {@code shape} says it.
 *
 * <p>With {@code channels_last} pictures of the source {@code images} go to a model that takes
 * channels first, 3 × 32 × 32, as most do.
 *
 * <p>Paper: none. Where we differ: nowhere.
 *
 * <p>Takes dense rows with as many numeric columns as the model has numbers; other columns stay in
 * the row. O(columns) an event.
 *
 * <pre>
 * --model 'onnx_encoder(file=cnn.onnx, input=numbers(scale=0.00392156862745098)) | mlp'
 * </pre>
 */
@Component(name = "numbers", kinds = Kind.PART, family = "onnx")
public final class Numbers implements EncoderInput {
  /**
   * @param shift added to every number
   * @param scale multiplied with every number
   * @param shape lengths of the model's input without the batch
   * @param channelsLast whether columns hold the channels of each pixel side by side
   */
  public record Parameters(
      @Param(value = "added to every number", def = "0", origin = "as it is") double shift,
      @Param(
              value = "multiplied with every number, after the shift",
              def = "1",
              origin = "as it is")
          double scale,
      @Param(
              value = "lengths of the model's input without the batch; none takes the model's own",
              def = "none",
              range = "[1, 1e9]",
              origin = "models mostly know")
          List<Double> shape,
      @Param(
              value =
                  "whether columns hold the channels of each pixel side by side, as the source images"
                      + " gives them; a model that takes channels first is given them in its order",
              def = "false",
              origin = "columns in the order of the model")
          boolean channelsLast) {}

  private final Parameters p;

  public Numbers(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public boolean tokens() {
    return false;
  }

  @Override
  public Preparation prepare(Schema schema, long[] model) {
    int n = 0;
    for (Column c : schema.columns()) {
      n += c.kind() == Column.Kind.NUMERIC ? 1 : 0;
    }
    int[] columns = new int[n];
    n = 0;
    for (int i = 0; i < schema.width(); i++) {
      if (schema.column(i).kind() == Column.Kind.NUMERIC) {
        columns[n++] = i;
      }
    }
    long[] shape = shape(model, n);
    return new Prepared(p, columns, order(columns, shape), shape);
  }

  /** The columns in the order of the model. */
  private int[] order(int[] columns, long[] shape) {
    if (!p.channelsLast()) {
      return columns;
    }
    boolean last = shape.length == 3 && (shape[2] == 1 || shape[2] == 3);
    boolean first = shape.length == 3 && (shape[0] == 1 || shape[0] == 3);
    if (!first && !last) {
      throw new SchemaException(
          "onnx_encoder: numbers(channels_last=true) is for pictures, the model takes "
              + Arrays.toString(shape)
              + ", expected three lengths with 1 or 3 channels first or last");
    }
    if (!first) {
      return columns;
    }
    int channels = (int) shape[0];
    int pixels = columns.length / channels;
    int[] turned = new int[columns.length];
    for (int i = 0; i < pixels; i++) {
      for (int c = 0; c < channels; c++) {
        turned[c * pixels + i] = columns[i * channels + c];
      }
    }
    return turned;
  }

  private long[] shape(long[] model, int n) {
    long[] shape = model;
    if (p.shape() != null) {
      shape = p.shape().stream().mapToLong(Double::longValue).toArray();
    } else if (model.length == 1 && model[0] < 0) {
      shape = new long[] {n};
    }
    long size = 1;
    for (long d : shape) {
      if (d < 0) {
        throw new SchemaException(
            "onnx_encoder: the model takes "
                + Arrays.toString(model)
                + " numbers, where -1 is open; say its lengths with input=numbers(shape=[...])");
      }
      size *= d;
    }
    if (n == 0 || size != n) {
      throw new SchemaException(
          "onnx_encoder: the model takes "
              + size
              + " numbers "
              + Arrays.toString(shape)
              + ", the rows have "
              + n
              + " numeric columns"
              + (n == 0 ? "; for text set 'input' to wordpiece, for images to image" : ""));
    }
    return shape;
  }

  /** The values of a row, by content. */
  record Values(float[] values) {
    @Override
    public boolean equals(Object o) {
      return o instanceof Values v && Arrays.equals(values, v.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }

  private record Prepared(Parameters p, int[] columns, int[] order, long[] shape)
      implements Preparation {
    @Override
    public boolean takes(int column) {
      return Arrays.binarySearch(columns, column) >= 0;
    }

    @Override
    public Object key(Features x) {
      float[] values = new float[order.length];
      for (int i = 0; i < values.length; i++) {
        double v = x.get(order[i]);
        values[i] = Double.isNaN(v) ? 0 : held((v + p.shift()) * p.scale());
      }
      return new Values(values);
    }

    /** What a float can hold, and calculate with. */
    private static float held(double v) {
      return (float) Math.max(-1e18, Math.min(1e18, v));
    }

    @Override
    public Example example(Object key) {
      return Example.values(((Values) key).values());
    }

    @Override
    public long memoryBytes() {
      return 112 + (order == columns ? 4L : 8L) * columns.length + 8L * shape.length;
    }
  }
}
