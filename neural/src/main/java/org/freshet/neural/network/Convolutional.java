package org.freshet.neural.network;

import java.util.List;
import org.freshet.core.Learner;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Trait;
import org.freshet.core.ask.Embedder;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.BatchNorm;
import org.freshet.neural.graph.Convolution;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Pool;
import org.freshet.neural.graph.Shape;
import org.freshet.neural.kernel.FloatKernels;

/**
 * A small convolutional network that learns images or sequences online, with the strategies and
 * memories of {@code mlp}.
 *
 * <p>How it works: for each number in {@code filters} there is a convolution with so many units
 * that look at {@code kernel} × {@code kernel} pixels each, zeros around the image, then the
 * activation, then the largest of each {@code pool} × {@code pool} pixels; after them come the
 * dense layers of {@code hidden}, and a softmax over the classes or a number. All learn by
 * backpropagation, as {@code mlp} does.
 *
 * <p>Papers: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to
 * Document Recognition", Proceedings of the IEEE 86(11), 1998; S. Ioffe, C. Szegedy, "Batch
 * Normalization", ICML 2015 ({@code batch_norm}); K. He et al., "Delving Deep into Rectifiers",
 * ICCV 2015 (the start).
 *
 * <p>Where we differ: {@code batch_norm=adaptive} takes fading means of the statistics also while
 * learning, so that it works one event at a time, where those of the batch say nothing.
 *
 * <p>Takes dense rows of numbers, pixel by pixel, the channels of a pixel side by side ({@code
 * interleaved}) or one image a channel ({@code planar}, as CIFAR-10 is published); bring them to
 * about −1 … 1 ({@code normalize=true} standardises each). A sequence is an image of height 1.
 * Memory: 4 bytes a weight and what the optimizer adds, and for each row of a batch 4 bytes for
 * every value of every layer, and kernel² channels values for every pixel; numbers of filters that
 * are multiples of 16 waste nothing.
 *
 * <pre>{@code
 * convolutional(image=[28, 28, 1], filters=[16, 32], hidden=[64], strategy=er_ace,
 *               replay=reservoir(size=1000), batch=10)
 * }</pre>
 */
@Component(
    name = "convolutional",
    kinds = {Kind.CLASSIFIER, Kind.REGRESSOR},
    family = "neural",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class Convolutional {
  /** How the channels of an image lie in a row. */
  public enum Layout {
    /** The channels of a pixel side by side. */
    INTERLEAVED,
    /** One channel of all pixels after the other. */
    PLANAR
  }

  /** Batch normalisation after each convolution. */
  public enum Norm {
    OFF,
    /** By the statistics of the batch. */
    BATCH,
    /** By fading means of the statistics, also while learning. */
    ADAPTIVE
  }

  /**
   * @param image height, width and channels
   * @param layout how channels lie in a row
   * @param filters units of each convolution
   * @param kernel side of what a unit looks at
   * @param pool side of the windows of which the largest is kept
   * @param batchNorm normalisation after each convolution
   * @param hidden units of each dense layer after them
   * @param activation what a unit makes of its sum
   * @param learning how it learns
   */
  public record Parameters(
      @Param(
              value = "height, width and channels; none is a square of one channel",
              def = "[]",
              range = "[1, 65536]",
              unit = "pixels",
              origin = "the row says nothing of its shape")
          List<Double> image,
      @Param(
              value = "how the channels of an image lie in a row: pixel by pixel, or each apart",
              def = "interleaved",
              origin = "as image files have them")
          Layout layout,
      @Param(
              value = "units of each convolution, first to last",
              def = "[16, 32]",
              range = "[1, 4096]",
              origin = "two layers, as in LeCun et al. 1998; multiples of 16 waste nothing")
          List<Double> filters,
      @Param(
              value = "side of what a unit looks at; no higher than an image is",
              def = "3",
              range = "[1, 31]",
              unit = "pixels",
              origin = "Simonyan and Zisserman, ICLR 2015")
          int kernel,
      @Param(
              value = "side of the windows of which the largest is kept; 1 keeps all",
              def = "2",
              range = "[1, 16]",
              unit = "pixels",
              origin = "LeCun et al. 1998")
          int pool,
      @Param(
              value = "normalisation of each channel after a convolution",
              def = "off",
              origin = "needs batches, or their fading means")
          Norm batchNorm,
      @Param(
              value = "units of each dense layer after the convolutions",
              def = "[]",
              range = "[1, 65536]",
              origin = "the classes see the last convolution")
          List<Double> hidden,
      @Param(
              value = "what a unit makes of its sum",
              def = "relu",
              origin = "Nair and Hinton, ICML 2010")
          Activation activation,
      Learning learning) {}

  private static final double MOMENTUM = 0.1;

  private Convolutional() {}

  /** A classifier or a regressor, as the label asks. */
  public static Learner create(Parameters p, Build build) {
    Schema schema = build.schema();
    Shape shape = shape(p.image(), schema);
    Rows rows = new Rows(schema, p.learning().normalize());
    if (p.layout() == Layout.PLANAR) {
      rows.planes(shape.channels());
    }
    Network network = network(p, shape, rows, build);
    return schema.target() == Schema.Target.NUMBER
        ? new OfNumbers(network, rows, p, build)
        : new OfClasses(network, rows, p, build);
  }

  private static Shape shape(List<Double> image, Schema schema) {
    int width = schema.width();
    if (image.isEmpty()) {
      int side = (int) Math.sqrt(width);
      if (side * side != width || schema.isSparse()) {
        throw new SchemaException(
            "convolutional: "
                + width
                + " columns are no square; say image=[height, width, channels]");
      }
      return Shape.of(side, side, 1);
    }
    double[] sides = image.stream().mapToDouble(Double::doubleValue).toArray();
    if (sides.length != 3 || sides[0] * sides[1] * sides[2] != width || schema.isSparse()) {
      throw new SchemaException(
          "convolutional: image="
              + image
              + " are not the "
              + width
              + " columns of a row; give height,"
              + " width and channels, whose product they are");
    }
    return Shape.of((int) sides[0], (int) sides[1], (int) sides[2]);
  }

  private static Network network(Parameters p, Shape image, Rows rows, Build build) {
    Graph graph = new Graph(FloatKernels.fastest());
    Input input = graph.input(rows.width());
    Rng rng = build.rng();
    Node last = input;
    Shape shape = image;
    for (int i = 0; i < p.filters().size(); i++) {
      int high = Math.min(p.kernel(), shape.height());
      int wide = Math.min(p.kernel(), shape.width());
      int units = p.filters().get(i).intValue();
      String name = "convolution" + i;
      Convolution c =
          graph.add(new Convolution(graph, name, last, shape, units, high, wide, 1, rng));
      shape = c.shape();
      last = c;
      if (p.batchNorm() != Norm.OFF) {
        BatchNorm.Statistics s =
            p.batchNorm() == Norm.BATCH
                ? BatchNorm.Statistics.BATCH
                : BatchNorm.Statistics.ADAPTIVE;
        last = graph.add(new BatchNorm(graph, name + "_norm", last, shape, s, MOMENTUM));
      }
      last = graph.activate(last, p.activation());
      high = Math.min(p.pool(), shape.height());
      wide = Math.min(p.pool(), shape.width());
      if (high * wide > 1) {
        Pool pool = graph.add(new Pool(last, shape, Pool.Kind.MAX, high, wide));
        shape = pool.shape();
        last = pool;
      }
    }
    for (int i = 0; i < p.hidden().size(); i++) {
      last = graph.dense("hidden" + i, last, p.hidden().get(i).intValue(), rng);
      last = graph.activate(last, p.activation());
    }
    return Network.of(graph, input, last, build.schema());
  }

  private static final class OfClasses extends NetworkClassifier implements Embedder {
    OfClasses(Network network, Rows rows, Parameters p, Build build) {
      super(network, rows, p.learning(), build);
    }
  }

  private static final class OfNumbers extends NetworkRegressor implements Embedder {
    OfNumbers(Network network, Rows rows, Parameters p, Build build) {
      super(network, rows, p.learning(), build);
    }
  }
}
