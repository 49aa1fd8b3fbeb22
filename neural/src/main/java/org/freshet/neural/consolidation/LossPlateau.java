package org.freshet.neural.consolidation;

import java.util.Arrays;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Takes stock when the loss of the stream has come to rest at a low level, once after each time it
 * rose: something has been learnt, and something else may come.
 *
 * <p>How it works: the stream is cut into blocks of {@code block} events; a window holds the mean
 * loss of the last {@code window} blocks. When the mean of the window is below {@code mean} and its
 * variance below {@code variance}, the loss is at rest: that is the time, if there has been a peak
 * since the last one (the first needs none). A peak is a mean of the window above the mean plus the
 * deviation it had at the last rest.
 *
 * <p>Papers: R. Aljundi, K. Kelchtermans, T. Tuytelaars, "Task-Free Continual Learning", CVPR 2019;
 * X. Wei, G. Li, R. Marculescu, "Online-LoRA: Task-free Online Continual Learning via Low Rank
 * Adaptation", WACV 2025.
 *
 * <p>Where we differ: the thresholds of the papers belong to their losses and batches (such as 5.6
 * and 0.08); the defaults here are for cross-entropy in nats of a few classes. Losses above 1e6
 * count as 1e6.
 *
 * <p>Costs O(window) once a block; keeps a number a block of the window.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=mas(consolidate=loss_plateau(mean=0.3)))
 * }</pre>
 */
@Component(name = "loss_plateau", kinds = Kind.PART, family = "consolidation")
public final class LossPlateau implements Consolidation {
  /**
   * @param block events of a block
   * @param window blocks of the window
   * @param mean the loss is low below
   * @param variance it rests below
   */
  public record Parameters(
      @Param(
              value = "events whose mean loss is one value of the window",
              def = "64",
              range = "[1, 1000000]",
              unit = "events",
              origin = "the batch of the authors' code of Online-LoRA")
          int block,
      @Param(
              value = "values of the window",
              def = "5",
              range = "[2, 1000]",
              unit = "values",
              origin = "the authors' code of Online-LoRA")
          int window,
      @Param(
              value = "the loss is low when the mean of the window is below",
              def = "0.5",
              range = "(0, inf)",
              origin = "chosen: a right class has a probability of 0.6 or so")
          double mean,
      @Param(
              value = "the loss rests when the variance of the window is below",
              def = "0.02",
              range = "(0, inf)",
              origin = "chosen: blocks are 0.14 from each other")
          double variance) {}

  private static final double LARGEST = 1e6;

  private final Parameters p;

  public LossPlateau(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Trigger trigger() {
    return new Window(p);
  }

  private static final class Window extends Trigger {
    private final Parameters p;
    private final double[] losses; // the last p.window() blocks, a ring
    private int filled;
    private int next;
    private double sum; // of the block that is not full
    private int seen;
    private boolean peak = true;
    private double lastMean;
    private double lastDeviation;

    Window(Parameters p) {
      this.p = p;
      losses = new double[p.window()];
    }

    @Override
    public boolean after(double loss, int rows) {
      sum += rows * (loss < LARGEST ? loss : LARGEST); // also for NaN
      seen += rows;
      if (seen < p.block()) {
        return false;
      }
      losses[next] = sum / seen;
      next = (next + 1) % losses.length;
      filled = Math.min(losses.length, filled + 1);
      sum = 0;
      seen = 0;
      return filled == losses.length && rests();
    }

    private boolean rests() {
      double mean = 0;
      for (double v : losses) {
        mean += v / losses.length;
      }
      double variance = 0;
      for (double v : losses) {
        variance += (v - mean) * (v - mean) / losses.length;
      }
      peak |= mean > lastMean + lastDeviation;
      if (!peak || mean >= p.mean() || variance >= p.variance()) {
        return false;
      }
      peak = false;
      lastMean = mean;
      lastDeviation = Math.sqrt(variance);
      return true;
    }

    @Override
    public void save(StateWriter out) {
      out.put("losses", Arrays.copyOf(losses, losses.length));
      out.put("filled", (long) filled);
      out.put("next", (long) next);
      out.put("sum", sum);
      out.put("seen", (long) seen);
      out.put("peak", peak);
      out.put("last_mean", lastMean);
      out.put("last_deviation", lastDeviation);
    }

    @Override
    public void load(StateReader in) {
      System.arraycopy(in.doubles("losses", losses.length), 0, losses, 0, losses.length);
      filled = in.intValue("filled", 0, losses.length);
      next = in.intValue("next", 0, losses.length - 1);
      sum = in.doubleValue("sum");
      seen = in.intValue("seen", 0, p.block() - 1);
      peak = in.bool("peak");
      lastMean = in.doubleValue("last_mean");
      lastDeviation = in.doubleValue("last_deviation");
    }

    @Override
    public long memoryBytes() {
      return 88 + 16 + 8L * losses.length;
    }
  }
}
