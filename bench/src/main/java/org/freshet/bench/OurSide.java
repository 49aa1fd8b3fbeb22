package org.freshet.bench;

import org.freshet.core.Classifier;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;

/** A learner of ours, in blocks of rows as the evaluation drives it. */
final class OurSide extends Side {
  private static final int CHUNK = 1024;

  private final Spec spec;
  private final Workers workers;
  private final double[] scores;

  OurSide(MoaStream stream, String spec, Workers workers) {
    super(stream);
    this.spec = Spec.parse(spec);
    this.workers = workers;
    this.scores = new double[CHUNK * Math.max(1, stream.labels())];
  }

  @Override
  boolean randomized() {
    return spec.asSteps().stream().anyMatch(OurSide::randomized);
  }

  /** The component itself, or it nests others that may be. */
  private static boolean randomized(Spec step) {
    ComponentProvider p = Components.find(step.name()).orElseThrow();
    return p.traits().contains(Trait.RANDOMIZED)
        || p.parameters().stream().anyMatch(q -> q.kind() != null);
  }

  @Override
  double pass(long seed) {
    Build build = Build.of(stream.schema).withWorkers(workers).withSeed(seed);
    Learner learner = make(spec, build);
    return learner instanceof Regressor g ? regress(g) : classify((Classifier) learner);
  }

  /** A regressor where the label is a number, else a classifier. */
  static Learner make(Spec spec, Build build) {
    if (build.schema().target() == Schema.Target.NUMBER) {
      return Components.create(spec, build, Regressor.class);
    }
    return Components.create(spec, build, Classifier.class);
  }

  private double classify(Classifier c) {
    int stride = stream.labels();
    int n = predicted.length;
    double[] one = new double[stride];
    long nanos = 0;
    for (int from = 0; from < n; from += CHUNK) {
      int to = Math.min(n, from + CHUNK);
      long start = clock(workers.threads());
      c.testThenLearn(stream.batch, from, to, scores, stride);
      nanos += clock(workers.threads()) - start;
      for (int r = from; r < to; r++) {
        System.arraycopy(scores, (r - from) * stride, one, 0, stride);
        predicted[r] = Kernels.argmax(one, stride);
      }
    }
    return nanos / 1e9;
  }

  private double regress(Regressor g) {
    int n = predicted.length;
    long nanos = 0;
    for (int from = 0; from < n; from += CHUNK) {
      int to = Math.min(n, from + CHUNK);
      long start = clock(workers.threads());
      g.testThenLearn(stream.batch, from, to, scores);
      nanos += clock(workers.threads()) - start;
      System.arraycopy(scores, 0, predicted, from, to - from);
    }
    return nanos / 1e9;
  }
}
