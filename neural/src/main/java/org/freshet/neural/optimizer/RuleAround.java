package org.freshet.neural.optimizer;

import java.util.List;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/** A rule that changes when or how far another one moves; it does what that one does. */
abstract class RuleAround extends Rule {
  final Rule inner;

  RuleAround(Rule inner) {
    this.inner = inner;
  }

  @Override
  public void factor(double f) {
    super.factor(f);
    inner.factor(f);
  }

  @Override
  public int slots() {
    return inner.slots();
  }

  @Override
  public boolean streams() {
    return inner.streams();
  }

  @Override
  public float plainRate() {
    return inner.plainRate();
  }

  @Override
  public boolean noisy() {
    return inner.noisy();
  }

  @Override
  public boolean needsLoss() {
    return inner.needsLoss();
  }

  @Override
  public int mostBatch() {
    return inner.mostBatch();
  }

  @Override
  public int batch(int set) {
    return inner.batch(set);
  }

  @Override
  public double[] lengths(int rows) {
    return inner.lengths(rows);
  }

  @Override
  public void begin() {
    inner.begin();
  }

  @Override
  public void survey(List<Parameter> parameters, BatchLoss loss, int rows) {
    inner.survey(parameters, loss, rows);
  }

  @Override
  public final void step(Parameter p, float[] w, float[] g, float[][] slots, int n) {
    inner.step(p, w, g, slots, n);
  }

  @Override
  public long memoryBytes() {
    return 32 + inner.memoryBytes();
  }

  @Override
  public void save(StateWriter out) {
    inner.save(out.child("optimizer"));
  }

  @Override
  public void load(StateReader in) {
    inner.load(in.child("optimizer"));
  }
}
