package org.freshet.learn.imbalance;

import java.util.Arrays;
import java.util.Collections;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.ensemble.Panel;

/**
 * Online bagging whose Poisson rate depends on how frequent the class of an example is of late:
 * what OOB, UOB and under-over-bagging share. The answer is the mean of the members' probabilities.
 */
abstract class ResampledBagging extends Panel {
  /** The largest rate the generator takes. */
  private static final double MOST = 30;

  private final double theta;
  private final Rng[] rngs;

  /** Share of each class, older examples counting less. */
  private double[] sizes = new double[0];

  ResampledBagging(Spec learner, int members, double theta, Build build, long maxBytes) {
    super(Collections.nCopies(members, learner), build, build.limit(maxBytes));
    this.theta = theta;
    this.rngs = new Rng[members];
    for (int i = 0; i < members; i++) {
      rngs[i] = build.child("resampling", i).rng();
    }
  }

  /** λ of an example of a class, its size and those of all classes known; sizes hold it already. */
  abstract double lambda(double[] sizes, int label);

  /** Size of a class: its share, older examples counting less. */
  public final double size(int label) {
    return label < sizes.length ? sizes[label] : 0;
  }

  @Override
  protected final double rate(int label, double weight) {
    if (label >= sizes.length) {
      sizes = Arrays.copyOf(sizes, label + 1);
    }
    for (int c = 0; c < sizes.length; c++) {
      sizes[c] *= theta;
    }
    sizes[label] += 1 - theta;
    return lambda(sizes, label);
  }

  @Override
  protected double memberWeight(int member, double rate, double weight) {
    long k = 0;
    double left = rate;
    for (; left > MOST; left -= MOST) { // a sum of Poisson numbers is one of the sum of their rates
      k += rngs[member].nextPoisson(MOST);
    }
    return left > 0 ? (k + rngs[member].nextPoisson(left)) * weight : k * weight;
  }

  @Override
  protected final void join(double[] answers, int stride, int known, double[] out) {
    for (int i = 0; i < members(); i++) {
      Kernels.axpy(1, answers, i * stride, out, 0, known);
    }
    Kernels.normalize(out, known);
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    Share own = share();
    if (own.to() > own.from()) {
      out.put("sizes", sizes, sizes.length);
    }
    for (int i = own.from(); i < own.to(); i++) {
      rngs[i].save(out, "rng-" + i);
    }
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    Share own = share();
    if (own.to() == own.from()) {
      return;
    }
    double[] s = in.doubles("sizes");
    if (s.length > labels()) {
      throw in.corrupt("sizes", "has " + s.length + " classes, labels are " + labels());
    }
    for (double v : s) {
      if (!(v >= 0 && v <= 1 + 1e-9)) {
        throw in.corrupt("sizes", "has " + v + ", allowed 0 to 1");
      }
    }
    sizes = s;
    for (int i = own.from(); i < own.to(); i++) {
      rngs[i].load(in, "rng-" + i);
    }
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes() + 80 + 8L * sizes.length + 60L * rngs.length;
  }
}
