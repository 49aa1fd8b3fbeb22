package org.freshet.engine;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A classifier whose every score depends on all it was taught and in what order, so that any slip
 * of the loop shows in the next prediction. Keeps a log of what it was asked: {@code p3} predicts
 * the row whose first value is 3, {@code l3=1} learns it as class 1.
 */
@Component(
    name = "order_sensitive",
    kinds = Kind.CLASSIFIER,
    family = "test",
    traits = {Trait.NUMERIC, Trait.PARALLEL, Trait.OPEN_LABELS})
public final class OrderSensitive implements Classifier, DriftReporter {
  /** Parameters. */
  public record Parameters(
      @Param(value = "a drift is noted at every learn call divisible by this", def = "1000000")
          long driftEvery) {}

  final List<String> log = new ArrayList<>();
  private final DriftLog drifts = new DriftLog();
  private final long driftEvery;
  private long hash = 17;
  private long learnt;
  private int labels;

  public OrderSensitive(Parameters p, Build build) {
    this.driftEvery = p.driftEvery();
    this.labels = build.schema().declaredLabels();
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features x, double[] scores) {
    log.add("p" + (long) x.value(0));
    java.util.Arrays.fill(scores, 0);
    for (int c = 0; c < labels; c++) {
      long h = mix(hash ^ Double.doubleToLongBits(x.value(0)) ^ c);
      scores[c] = learnt == 0 ? 1 : 1 + (h >>> 40);
    }
    if (labels > 0) {
      Kernels.normalize(scores, labels);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    log.add("l" + (long) x.value(0) + "=" + label);
    drifts.tick();
    if (weight <= 0) {
      return;
    }
    if (++learnt % driftEvery == 0) {
      drifts.add("every");
    }
    labels = Math.max(labels, label + 1);
    hash = mix(hash + Double.doubleToLongBits(x.value(0)) * 31 + label * 7L + (long) (weight * 8));
  }

  private static long mix(long z) {
    long h = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    return h ^ (h >>> 27);
  }

  @Override
  public DriftLog drifts() {
    return drifts;
  }

  @Override
  public void save(StateWriter out) {
    out.put("hash", hash);
    out.put("learnt", learnt);
    out.put("labels", labels);
  }

  @Override
  public void load(StateReader in) {
    hash = in.longValue("hash");
    learnt = in.longValue("learnt");
    labels = in.intValue("labels", 0, 1 << 20);
  }

  @Override
  public long memoryBytes() {
    return 100;
  }
}
