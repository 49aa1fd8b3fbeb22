package org.freshet.neural.strategy;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Triplets;

/**
 * Contrastive interpolation consistency (CCIC): replay that needs the labels of the rows it keeps,
 * and no others, and asks of the rest that answers between rows lie between their answers.
 *
 * <p>How it works: a row of the stream, whose label is not looked at, is guessed: the softmax of
 * {@code copies} of it, each moved by noise, is averaged and sharpened, p^(1/T) / Σ p^(1/T). Rows
 * of the memory and copies are mixed with others of them, x = λ a + (1 − λ) b with λ = max(u, 1 −
 * u), u from Beta({@code mix}, {@code mix}), and so are their labels and guesses. The loss is the
 * cross-entropy of what rows of the memory became, {@code lambda} times the squared error of the
 * probabilities of what copies became, a triplet loss with margin 1 on the features of the rows of
 * the memory, and {@code alpha} times one that pushes rows of the stream and rows of past classes
 * apart. The class answers whose kept rows are nearest on average.
 *
 * <p>Paper: M. Boschini, P. Buzzega, L. Bonicelli, A. Porrello, S. Calderara, "Continual
 * Semi-Supervised Learning through Contrastive Interpolation Consistency", Pattern Recognition
 * Letters 162, 2022; the losses as in the authors' code.
 *
 * <p>Where we differ: tasks are not told; a class is past when none of the last {@code past} rows
 * kept was of it. Labels are mixed too, and copies moved by N(0, noise²) instead of being
 * augmented. Triplets have the one hardest row of each kind, features brought to length 1, and are
 * of rows as they are: with mixed ones, the authors' way, features shrink to a point at the rates
 * one pass needs. Means of what is kept answer instead of the three nearest rows, computed anew
 * every {@code refresh} batches. Rows must be dense. A memory that balances classes looks at labels
 * of rows it does not keep; {@code reservoir} does not.
 *
 * <p>Costs passes over twice the rows drawn and 1 + 2 {@code copies} times the batch, O(rows² ·
 * features) for the triplets, and every {@code refresh} batches a pass over the memory.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=ccic, replay=reservoir(size=200, batch=32), batch=10)
 * }</pre>
 */
@Component(name = "ccic", kinds = Kind.PART, family = "strategy")
public final class Ccic implements Method {
  /**
   * @param lambda weight of the rows of the stream
   * @param alpha weight of pushing past classes away
   * @param copies of a row of the stream
   * @param temperature T
   * @param mix of the Beta distribution
   * @param noise of the copies
   * @param past rows kept without one of a class until it is past
   * @param refresh batches from one computation of the means to the next
   */
  public record Parameters(
      @Param(
              value = "weight of the guesses for rows of the stream",
              def = "0.5",
              range = "[0, inf)",
              origin = "the authors' code")
          double lambda,
      @Param(
              value = "weight of pushing rows of the stream away from past classes",
              def = "0.5",
              range = "[0, inf)",
              origin = "the authors' code")
          double alpha,
      @Param(
              value = "copies of a row of the stream",
              def = "3",
              range = "[1, 16]",
              unit = "rows",
              origin = "the authors' code")
          int copies,
      @Param(
              value = "what logarithms of guesses are divided by; below 1 makes them surer",
              def = "0.5",
              range = "(0, 10]",
              origin = "the authors' code")
          double temperature,
      @Param(
              value = "both numbers of the Beta distribution shares are drawn from",
              def = "0.75",
              range = "[0.01, 10]",
              origin = "the authors' code")
          double mix,
      @Param(
              value = "deviation of what is added to each column of the copies",
              def = "0.1",
              range = "[0, inf)",
              origin = "ours; a tenth of the deviation of a standardised column")
          double noise,
      @Param(
              value = "rows kept without one of a class until it is past",
              def = "20",
              range = "[1, 1000000]",
              unit = "rows",
              origin = "ours; enough for a few classes at a time")
          int past,
      @Param(
              value = "batches from one computation of the means to the next",
              def = "10",
              range = "[1, 1000000]",
              unit = "batches",
              origin = "ours")
          int refresh) {}

  private final Parameters p;

  public Ccic(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Strategy strategy(Build build) {
    return new Mixed(p, build.rng());
  }

  /** Rows of a step: stream, memory, copies, mixed ones of the last two. */
  private static final class Mixed extends Strategy {
    private static final double ANSWER = 0.1;
    private static final double MARGIN = 1;

    private final Parameters p;
    private final Rng rng;
    private final KeptMeans means = new KeptMeans();
    private final Triplets triplets = new Triplets(MARGIN);
    private int room;
    private float[] guesses = {}; // of rows of the stream
    private float[] targets = {}; // of mixed rows
    private double[] row = {};
    private int[] order = {};
    private int[] groups = {};
    private long[] last = {}; // by class, the number of its row that was kept last; 0 for none
    private long rowsKept;
    private long batches;

    Mixed(Parameters p, Rng rng) {
      this.p = p;
      this.rng = rng;
    }

    @Override
    public boolean takesUnlabelled() {
      return true;
    }

    @Override
    public boolean denseOnly() {
      return true;
    }

    @Override
    public void begin(Lesson l) {
      room = l.labels().length;
      l.network().graph().capacity((2 + 2 * p.copies()) * room);
      order = new int[(1 + p.copies()) * room];
      groups = new int[room];
      grown(l, l.network().outputs());
    }

    @Override
    public void grown(Lesson l, int outputs) {
      means.grown(l, outputs);
      guesses = new float[room * outputs];
      targets = new float[order.length * outputs];
      row = new double[outputs];
      last = Arrays.copyOf(last, outputs);
    }

    @Override
    public void learn(Lesson l) {
      int stream = l.streamed();
      int kept = stream + l.draw(stream);
      if (kept == stream) {
        return; // no label is known
      }
      int copies = kept + p.copies() * stream;
      copy(l, kept, copies);
      l.network().graph().predict(copies);
      guess(l.network().head(), stream, kept);
      int end = mix(l, stream, kept, copies);
      l.forward(end);
      answers(l, stream, kept, copies, end);
      features(l, stream, kept);
      l.step(end);
      if (batches++ % p.refresh() == 0) {
        means.compute(l);
      }
    }

    private void copy(Lesson l, int kept, int end) {
      float[] x = l.network().input().value();
      int stride = l.network().input().stride();
      for (int r = kept; r < end; r++) {
        int of = (r - kept) % l.streamed();
        for (int i = 0; i < l.network().input().width(); i++) {
          x[r * stride + i] = (float) (x[of * stride + i] + p.noise() * rng.nextGaussian());
        }
      }
    }

    private void guess(Node z, int stream, int kept) {
      int n = z.width();
      Arrays.fill(guesses, 0, stream * n, 0);
      for (int k = 0; k < p.copies() * stream; k++) {
        softmax(z, kept + k);
        for (int c = 0; c < n; c++) {
          guesses[k % stream * n + c] += (float) row[c];
        }
      }
      for (int r = 0; r < stream; r++) {
        double top = 0;
        for (int c = 0; c < n; c++) {
          top = Math.max(top, guesses[r * n + c]);
        }
        double sum = 0;
        for (int c = 0; c < n; c++) {
          row[c] = Math.pow(guesses[r * n + c] / top, 1 / p.temperature());
          sum += row[c];
        }
        for (int c = 0; c < n; c++) {
          guesses[r * n + c] = (float) (row[c] / sum);
        }
      }
    }

    /** Into {@link #row}. */
    private void softmax(Node z, int of) {
      int at = of * z.stride();
      double top = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < z.width(); c++) {
        top = Math.max(top, z.value()[at + c]);
      }
      double sum = 0;
      for (int c = 0; c < z.width(); c++) {
        row[c] = Math.exp(z.value()[at + c] - top);
        sum += row[c];
      }
      for (int c = 0; c < z.width(); c++) {
        row[c] /= sum;
      }
    }

    /** Mixes rows of the memory and copies with each other; the end of the mixed rows. */
    private int mix(Lesson l, int stream, int kept, int copies) {
      int n = copies - stream;
      int classes = l.network().head().width();
      for (int k = 0; k < n; k++) {
        order[k] = k;
      }
      rng.shuffle(order, n, n);
      Arrays.fill(targets, 0, n * classes, 0);
      for (int k = 0; k < n; k++) {
        double drawn = beta();
        float share = (float) Math.max(drawn, 1 - drawn);
        mix(l, stream + k, stream + order[k], copies + k, share);
        target(l, stream + k, kept, k * classes, share);
        target(l, stream + order[k], kept, k * classes, 1 - share);
      }
      return copies + n;
    }

    private static void mix(Lesson l, int a, int b, int to, float share) {
      float[] x = l.network().input().value();
      int stride = l.network().input().stride();
      for (int i = 0; i < stride; i++) {
        x[to * stride + i] = share * x[a * stride + i] + (1 - share) * x[b * stride + i];
      }
    }

    /** Adds {@code share} of the label or guess of a row to a target. */
    private void target(Lesson l, int of, int kept, int at, float share) {
      if (of < kept) {
        targets[at + l.labels()[of]] += share;
        return;
      }
      int classes = l.network().head().width();
      int from = (of - kept) % l.streamed() * classes;
      for (int c = 0; c < classes; c++) {
        targets[at + c] += share * guesses[from + c];
      }
    }

    /** Jöhnk's way. */
    private double beta() {
      while (true) {
        double a = Math.pow(rng.nextDouble(), 1 / p.mix());
        double b = Math.pow(rng.nextDouble(), 1 / p.mix());
        if (a + b > 0 && a + b <= 1) {
          return a / (a + b);
        }
      }
    }

    private void answers(Lesson l, int stream, int kept, int from, int to) {
      Node z = l.network().head();
      int n = z.width();
      int known = kept - stream;
      double each = 2 * p.lambda() / ((double) n * p.copies() * stream);
      for (int r = from; r < to; r++) {
        int k = r - from;
        softmax(z, r);
        double mean = 0;
        for (int c = 0; c < n; c++) {
          mean += row[c] * (row[c] - targets[k * n + c]);
        }
        for (int c = 0; c < n; c++) {
          double d = row[c] - targets[k * n + c];
          double g =
              k < known
                  ? d / known
                  : each * l.importance((k - known) % stream) * row[c] * (d - mean);
          z.gradient()[r * z.stride() + c] += (float) g;
        }
      }
    }

    private void features(Lesson l, int stream, int kept) {
      Node f = l.network().features();
      System.arraycopy(l.labels(), stream, groups, 0, kept - stream);
      triplets.add(f, stream, groups, kept - stream, 1, true);
      for (int r = 0; r < kept; r++) {
        boolean past = r >= stream && rowsKept - last[l.labels()[r]] >= p.past();
        groups[r] = r < stream ? 0 : past ? 1 : -1;
      }
      triplets.add(f, 0, groups, kept, p.alpha(), false);
    }

    @Override
    public void kept(Lesson l, int row, int place) {
      if (place >= 0) {
        last[l.labels()[row]] = ++rowsKept;
      }
    }

    @Override
    public void scores(Lesson l, double[] scores, int outputs) {
      super.scores(l, scores, outputs);
      means.scores(l.network().features(), scores, outputs, ANSWER);
    }

    @Override
    public void save(StateWriter out) {
      rng.save(out, "rng");
      out.put("batches", batches);
      out.put("rows_kept", rowsKept);
      out.put("last", last);
      means.save(out.child("means"));
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      rng.load(in, "rng");
      batches = in.longValue("batches", 0, Long.MAX_VALUE >> 8);
      rowsKept = in.longValue("rows_kept", 0, Long.MAX_VALUE >> 8);
      long[] of = in.longs("last", last.length);
      for (long k : of) {
        if (k < 0 || k > rowsKept) {
          throw in.corrupt("last", "has the row " + k + " of " + rowsKept);
        }
      }
      System.arraycopy(of, 0, last, 0, of.length);
      means.load(in.child("means"));
    }

    @Override
    public long memoryBytes() {
      return 120
          + 64
          + means.memoryBytes()
          + triplets.memoryBytes()
          + 4L * (guesses.length + targets.length + order.length + groups.length)
          + 8L * (row.length + last.length);
    }
  }
}
