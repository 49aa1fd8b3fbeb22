package org.freshet.learn.tree;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A Mondrian tree that grows with each example, and the mixture of all its prunings by context-tree
 * weighting. What is kept at a node is the weight of its own answers over the weight of everything
 * below, so that an update multiplies and divides and takes no logarithm.
 */
public abstract class GrowingMondrian extends MondrianNodes {
  /** Magnitudes beyond it count as missing: ranges of them would overflow. */
  static final double LARGEST = 1e100;

  private static final double MOST_ODDS = 1e200;

  final MondrianParameters p;
  private final Rng rng;
  private final double[] xs;
  private final double[] low;
  private final double[] high;
  private final double[] scale;
  private int[] path = new int[32];

  /** Likelihood each node on the path gave the label; its logarithm when {@link #logs}. */
  private double[] likely = new double[32];

  private boolean holes;
  long tick;

  GrowingMondrian(MondrianParameters p, int width, int stats, long maxBytes, Rng rng) {
    super(width, stats, maxBytes, p.maxNodes());
    this.p = p;
    this.rng = rng;
    this.xs = new double[width];
    this.low = new double[width];
    this.high = new double[width];
    this.scale = new double[width];
    Arrays.fill(low, Double.NaN);
    Arrays.fill(high, Double.NaN);
  }

  /** Adds the node's answer, times its share, to what is being predicted. */
  abstract void answer(int record, double share);

  /** Whether the leaf has seen nothing but the label at hand. */
  abstract boolean pure(int record);

  /** The likelihood the node gives the label at hand; its logarithm when {@link #logs}. */
  abstract double likelihood(int record);

  /** The likelihood of the label at hand in an empty leaf under this node, logarithm or not. */
  abstract double unseen(int record);

  /** Takes the label at hand into the node's statistics. */
  abstract void absorb(int record);

  /** Whether likelihoods are kept as logarithms. */
  abstract boolean logs();

  /** Predicts, learns, or does both in one walk. */
  final void walk(Features x, boolean answers, boolean learns) {
    boolean missing = read(x);
    if (root < 0) {
      if (learns) {
        holes |= missing;
        measure();
        root = leaf();
        tick++;
      }
      return;
    }
    if (learns) {
      holes |= missing;
      measure();
    }
    int depth = 0;
    boolean learning = learns;
    double rest = 1;
    double since = 0;
    int n = root;
    while (true) {
      int b = n * stride;
      int l = n * LINKS;
      boolean leaf = links[l] < 0;
      if (answers) {
        double o = records[b + ODDS];
        double share = leaf ? rest : rest * o / (1 + o);
        rest -= share;
        answer(b, share);
      }
      if (learning) {
        double born = splitTime(b, leaf, since);
        if (born >= 0) {
          path = room(path, depth + 2);
          depth = split(n, born, depth);
          learning = false;
          if (!answers) {
            break;
          }
        } else {
          path = room(path, depth + 1);
          likely[depth] = likelihood(b);
          path[depth++] = n;
          include(b);
          absorb(b);
          if (leaf) {
            links[l + FEATURE] = 1;
          }
        }
      }
      if (leaf || !learning && rest < 1e-15) {
        break;
      }
      since = records[b + TIME];
      n = links[l + (goesLeft(b, l) ? LEFT : RIGHT)];
    }
    if (learns) {
      weigh(depth);
      makeRoom();
      tick++;
    }
  }

  private int[] room(int[] a, int n) {
    if (n > likely.length) {
      likely = Arrays.copyOf(likely, 2 * n);
      return Arrays.copyOf(a, 2 * n);
    }
    return a;
  }

  /** Copies the row; what cannot be used becomes NaN. */
  private boolean read(Features x) {
    double probe = 0;
    for (int i = 0; i < width; i++) {
      double v = x.get(i);
      xs[i] = v;
      probe += v * 0;
    }
    boolean missing = probe != 0;
    for (int i = 0; i < width; i++) {
      if (!(Math.abs(xs[i]) <= LARGEST)) {
        xs[i] = Double.NaN;
        missing = true;
      }
    }
    return missing;
  }

  /** Keeps the range of each feature: extensions of boxes are measured in it. */
  private void measure() {
    for (int i = 0; i < width; i++) {
      double v = xs[i];
      if (!(v >= low[i] && v <= high[i]) && !Double.isNaN(v)) {
        low[i] = v < low[i] || Double.isNaN(low[i]) ? v : low[i];
        high[i] = v > high[i] || Double.isNaN(high[i]) ? v : high[i];
        scale[i] = high[i] > low[i] ? 1 / (high[i] - low[i]) : 0;
      }
    }
  }

  private boolean goesLeft(int b, int l) {
    double v = xs[links[l + FEATURE]];
    if (!Double.isNaN(v)) {
      return v <= records[b + THRESHOLD];
    }
    double left = records[links[l + LEFT] * stride + TOTAL];
    return left >= records[links[l + RIGHT] * stride + TOTAL];
  }

  /** When the node would split to let the row in; -1 when it takes the row into its box. */
  private double splitTime(int b, boolean leaf, double since) {
    double sum = holes ? extensionWithHoles(b) : extension(b);
    if (!(sum > 0) || leaf && !p.splitPure() && pure(b) || !hasRoom()) {
      return -1;
    }
    double u = 1 - rng.nextDouble();
    double reach = leaf ? Double.POSITIVE_INFINITY : (records[b + TIME] - since) * sum;
    if (!(u > 1 - reach)) { // exp(-z) is above 1 - z
      return -1;
    }
    double wait = -Math.log(u);
    return wait < reach ? since + wait / sum : -1;
  }

  private double extension(int b) {
    int lo = b + STATS + stats;
    int hi = lo + width;
    double sum = 0;
    for (int i = 0; i < width; i++) {
      double v = xs[i];
      double out = Math.max(records[lo + i] - v, v - records[hi + i]);
      sum += Math.max(out, 0) * scale[i];
    }
    return sum;
  }

  private double extensionWithHoles(int b) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += extension(b, i);
    }
    return sum;
  }

  /** A value missing here, or never seen in the box, extends nothing. */
  private double extension(int b, int i) {
    double v = xs[i];
    double min = records[b + STATS + stats + i];
    double max = records[b + STATS + stats + width + i];
    return (v < min ? min - v : v > max ? v - max : 0) * scale[i];
  }

  private void include(int b) {
    int lo = b + STATS + stats;
    int hi = lo + width;
    for (int i = 0; i < width; i++) {
      double v = xs[i];
      double min = records[lo + i];
      if (v < min) {
        records[lo + i] = v;
      } else if (v > records[hi + i]) {
        records[hi + i] = v;
      } else if (Double.isNaN(min)) {
        records[lo + i] = v;
        records[hi + i] = v;
      }
    }
  }

  /** A new leaf that holds the row. */
  private int leaf() {
    int n = take();
    include(n * stride);
    absorb(n * stride);
    return n;
  }

  /** Puts a node above n that sends the row to a leaf of its own; answers the depth of the path. */
  private int split(int n, double born, int depth) {
    int b = n * stride;
    double u = rng.nextDouble() * (holes ? extensionWithHoles(b) : extension(b));
    int f = -1;
    for (int i = 0; i < width && u >= 0; i++) {
      double e = extension(b, i);
      f = e > 0 ? i : f;
      u -= e;
    }
    double v = xs[f];
    double min = records[b + STATS + stats + f];
    double max = records[b + STATS + stats + width + f];
    boolean above = v > max;
    double gap = above ? v - max : min - v;
    double threshold = (above ? max : v) + rng.nextDouble() * gap;
    double far = above ? v : min;
    threshold = threshold >= far ? (above ? max : v) : threshold;

    int up = take();
    System.arraycopy(records, b, records, up * stride, stride);
    replace(n, up);
    int own = leaf();
    int left = above ? n : own;
    int right = above ? own : n;
    link(up, left, right, links[up * LINKS + PARENT], f);
    links[n * LINKS + PARENT] = up;
    links[own * LINKS + PARENT] = up;
    int ub = up * stride;
    records[ub + TIME] = born;
    records[ub + THRESHOLD] = threshold;
    double o = records[b + ODDS];
    records[ub + ODDS] = isLeaf(n) ? 1 : 2 * o / (1 + o); // w of n over that of its prunings
    likely[depth] = likelihood(ub);
    likely[depth + 1] = unseen(ub);
    include(ub);
    absorb(ub);
    path[depth] = up;
    path[depth + 1] = own;
    return depth + 2;
  }

  /** Updates the odds from the leaf up by what each node said of the label. */
  private void weigh(int depth) {
    if (logs()) {
      weighLogs(depth);
      return;
    }
    double below = likely[depth - 1]; // the likelihood that the mixture below gave
    for (int i = depth - 2; i >= 0; i--) {
      int at = path[i] * stride + ODDS;
      double o = records[at];
      double own = likely[i];
      double mixed = (o * own + below) / (1 + o);
      records[at] = bounded(o * own / below);
      below = mixed;
    }
  }

  private void weighLogs(int depth) {
    double below = likely[depth - 1];
    for (int i = depth - 2; i >= 0; i--) {
      int at = path[i] * stride + ODDS;
      double o = records[at];
      double own = likely[i];
      double top = Math.max(own, below);
      double a = Math.exp(own - top);
      double c = Math.exp(below - top);
      records[at] = bounded(o * a / c);
      below = top + Math.log((o * a + c) / (1 + o));
    }
  }

  private static double bounded(double odds) {
    return odds < MOST_ODDS ? Math.max(odds, 1 / MOST_ODDS) : MOST_ODDS;
  }

  public void save(StateWriter out) {
    rng.save(out, "rng");
    out.put("tick", tick);
    out.put("holes", holes);
    out.put("low", low);
    out.put("high", high);
    saveNodes(out);
  }

  public void load(StateReader in) {
    rng.load(in, "rng");
    tick = in.longValue("tick", 0, Long.MAX_VALUE - 1);
    holes = in.bool("holes");
    System.arraycopy(in.doubles("low", width), 0, low, 0, width);
    System.arraycopy(in.doubles("high", width), 0, high, 0, width);
    for (int i = 0; i < width; i++) {
      scale[i] = high[i] > low[i] ? 1 / (high[i] - low[i]) : 0;
    }
    loadNodes(in);
  }

  public long memoryBytes() {
    return nodeBytes() + 32L * width + 12L * likely.length;
  }
}
