package org.freshet.neural.optimizer;

import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.DriftDetector;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/**
 * A rate that falls while the world stands still and rises when it moves, for any optimizer.
 *
 * <p>How it works: the rate of {@code optimizer} is multiplied by a factor f_t from 0 to 1. With t
 * the steps and T = {@code steps}: {@code inverse} 1 / (1 + t/T); {@code inverse_root} 1 / √(1 +
 * t/T); {@code restart} the same, with t begun anew when {@code detector} finds that the loss has
 * risen. {@code shift} follows how far the weights are from where they should be: f = V / (V + S)
 * with V the part of the loss that learning could take away and S the part that it could not. V
 * falls as such steps make it fall, V ← V − V f / T, and rises to what the mean of the last T
 * losses shows above S, less half a standard error; S is the lowest such mean, and rises slowly.
 *
 * <p>Paper: M. Fahrbach, A. Javanmard, V. Mirrokni, P. Worah, "Learning Rate Schedules in the
 * Presence of Distribution Shift", ICML 2023 (the best rate is the share of the error that comes
 * from the distance to the optimum).
 *
 * <p>Where we differ: the paper knows by how much the world moves; {@code shift} estimates it from
 * losses, so it is of our own making, after the paper's formula for linear regression.
 *
 * <p>{@code restart} and {@code shift} need a strategy whose loss is known: {@code
 * experience_replay}. Costs nothing beside the optimizer, except that with these two gradients are
 * kept.
 *
 * <pre>{@code
 * mlp(optimizer=scheduled(optimizer=sgd(learning_rate=0.1), schedule=restart))
 * }</pre>
 */
@Component(name = "scheduled", kinds = Kind.PART, family = "optimizer")
public final class Scheduled implements NetworkOptimizer {
  /** How the rate goes with the steps. */
  public enum Schedule {
    INVERSE,
    INVERSE_ROOT,
    RESTART,
    SHIFT
  }

  /**
   * @param optimizer whose rate it is
   * @param schedule how it goes
   * @param steps T
   * @param detector what finds that the loss has risen
   */
  public record Parameters(
      @Param(
              value = "whose rate it is",
              def = "sgd",
              origin = "the rate is derived for plain steps")
          Spec optimizer,
      @Param(
              value = "how the rate goes with the steps",
              def = "shift",
              origin = "Fahrbach et al. 2023")
          Schedule schedule,
      @Param(
              value = "steps over which the rate falls to half, and a loss counts",
              def = "50",
              range = "[1, 1000000000]",
              unit = "steps",
              origin = "of our choice")
          int steps,
      @Param(
              value = "finds that the loss has risen, for restart",
              def = "adwin",
              kind = Kind.DRIFT_DETECTOR,
              origin = "Bifet and Gavaldà 2007")
          Spec detector) {}

  private final Parameters p;

  public Scheduled(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    if (p.optimizer().name().equals("scheduled")) {
      throw new ConfigException(
          p.optimizer().where().toString(), "a schedule inside a schedule: take one of them away");
    }
    Rule inner = Rules.rule(p.optimizer(), build.child("optimizer", 0));
    return switch (p.schedule()) {
      case SHIFT -> new Shift(inner, p.steps());
      case RESTART ->
          new Falling(
              inner, p, build.child("detector", 0).create(p.detector(), DriftDetector.class));
      default -> new Falling(inner, p, null);
    };
  }

  /** Sets the factor when it is known: before the step, or after its loss. */
  private abstract static class Around extends RuleAround {
    private final boolean looks;

    Around(Rule inner, boolean looks) {
      super(inner);
      this.looks = looks;
    }

    /**
     * @param loss null unless it looks at it
     */
    abstract double next(BatchLoss loss, int rows);

    @Override
    public final boolean streams() {
      return !looks && inner.streams();
    }

    @Override
    public final boolean needsLoss() {
      return looks || inner.needsLoss();
    }

    @Override
    public final void factor(double f) {
      throw new UnsupportedOperationException("a schedule inside a schedule");
    }

    @Override
    public final void begin() {
      if (!looks) {
        inner.factor(next(null, 0));
        inner.begin();
      }
    }

    @Override
    public final void survey(List<Parameter> parameters, BatchLoss loss, int rows) {
      if (looks) {
        inner.factor(next(loss, rows));
        inner.begin();
      }
      inner.survey(parameters, loss, rows);
    }
  }

  private static final class Falling extends Around {
    private final Parameters p;
    private final DriftDetector detector; // null for none
    private long t;

    Falling(Rule inner, Parameters p, DriftDetector detector) {
      super(inner, detector != null);
      this.p = p;
      this.detector = detector;
    }

    @Override
    double next(BatchLoss loss, int rows) {
      t++;
      if (detector != null) {
        // From 0 to 1, as bounds of detectors ask.
        double v = Math.max(0, loss.value());
        if (detector.update(v / (1 + v)) == DriftDetector.DRIFT && detector.increased()) {
          t = 1;
        }
      }
      double past = 1 + (double) (t - 1) / p.steps();
      return p.schedule() == Schedule.INVERSE ? 1 / past : 1 / Math.sqrt(past);
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("t", t);
      if (detector != null) {
        out.put("detector", detector);
      }
    }

    @Override
    public void load(StateReader in) {
      super.load(in);
      t = in.longValue("t", 0, Long.MAX_VALUE);
      if (detector != null) {
        in.load("detector", detector);
      }
    }

    @Override
    public long memoryBytes() {
      return 32 + super.memoryBytes() + (detector == null ? 0 : detector.memoryBytes());
    }
  }

  private static final class Shift extends Around {
    private static final double SLOW = 0.003;

    private final int steps;
    private double mean;
    private double square;
    private double floor;
    private double excess = Double.POSITIVE_INFINITY;
    private long t;

    Shift(Rule inner, int steps) {
      super(inner, true);
      this.steps = steps;
    }

    @Override
    double next(BatchLoss loss, int rows) {
      double v = Math.max(0, Math.min(1e12, loss.value()));
      t++;
      double share = 1.0 / Math.min(t, steps);
      mean += share * (v - mean);
      square += share * (v * v - square);
      if (t <= steps) {
        return 1; // nothing is known yet
      }
      if (excess == Double.POSITIVE_INFINITY) {
        excess = mean;
        floor = mean;
      }
      double error = Math.sqrt(Math.max(0, square - mean * mean) * share);
      excess = Math.max(excess, mean - floor - 0.5 * error);
      double f = excess + floor > 0 ? excess / (excess + floor) : 1;
      excess -= excess * f * share;
      floor = Math.min(mean, floor + SLOW * share * (mean - floor));
      return f;
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("mean", mean);
      out.put("square", square);
      out.put("floor", floor);
      out.put("excess", excess);
      out.put("t", t);
    }

    @Override
    public void load(StateReader in) {
      super.load(in);
      mean = positive(in, "mean");
      square = positive(in, "square");
      floor = positive(in, "floor");
      excess = positive(in, "excess");
      t = in.longValue("t", 0, Long.MAX_VALUE);
    }

    private static double positive(StateReader in, String name) {
      double v = in.doubleValue(name);
      if (!(v >= 0)) {
        throw in.corrupt(name, "is " + v + ", allowed from 0 on");
      }
      return v;
    }

    @Override
    public long memoryBytes() {
      return 64 + super.memoryBytes();
    }
  }
}
