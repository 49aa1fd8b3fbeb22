package org.freshet.runtime.contest;

import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;

/** A model that sees every event and learns every label, and how it does beside the champion. */
final class Contender {
  final String name;
  Engine engine; // another after a version was restored

  /** What it brought, when another answers. */
  final Outcomes own = new Outcomes();

  final Losses recent;

  // Since the last decision, beside the champion.
  long pairs;
  long better;
  long worse;
  double loss;
  double championsLoss;

  Contender(String name, Engine engine, int window) {
    this.name = name;
    this.engine = engine;
    this.recent = new Losses(window);
  }

  void compare(double mine, double champions) {
    pairs++;
    better += mine < champions ? 1 : 0;
    worse += mine > champions ? 1 : 0;
    loss += mine;
    championsLoss += champions;
  }

  long lead() {
    return better - worse;
  }

  /** Share of right answers among the last, or the mean error; NaN before the first. */
  double quality() {
    boolean classes = engine.schema().target() == Schema.Target.CLASS;
    return classes ? 1 - recent.mean() : recent.mean();
  }

  /** Its pipeline with all defaults. */
  String spec() {
    return engine.spec().toString();
  }

  double p() {
    return PairedTest.midP(better, worse);
  }

  void restart() {
    pairs = 0;
    better = 0;
    worse = 0;
    loss = 0;
    championsLoss = 0;
  }

  long memoryBytes() {
    return engine.modelBytes() + engine.pendingBytes() + recent.memoryBytes();
  }

  /**
   * Puts a model of another moment in the place of what it has become. Of events and labels it
   * knows what it knew.
   *
   * @param fresh an engine for it
   * @param frozen state of that model's engine
   */
  void become(Engine fresh, StateReader frozen) {
    fresh.load(stateOfEngine(), frozen);
    engine.close();
    engine = fresh;
  }

  /** Goes on, as a new one, with what another learnt. */
  void succeed(Contender other) {
    engine.load(other.stateOfEngine());
    recent.add(other.recent);
  }

  private StateReader stateOfEngine() {
    StateWriter out = new StateWriter();
    engine.save(out);
    return StateReader.open("the running pipeline", out.toBytes());
  }

  void save(StateWriter out) {
    out.put("spec", spec());
    out.put("pairs", pairs);
    out.put("better", better);
    out.put("worse", worse);
    out.put("loss", loss);
    out.put("champions-loss", championsLoss);
    recent.save(out.child("recent"));
    engine.save(out.child("engine"));
  }

  void load(StateReader in) {
    pairs = in.longValue("pairs", 0, Long.MAX_VALUE);
    better = in.longValue("better", 0, pairs);
    worse = in.longValue("worse", 0, pairs - better);
    loss = in.doubleValue("loss");
    championsLoss = in.doubleValue("champions-loss");
    recent.load(in.child("recent"));
    engine.load(in.child("engine"));
  }
}
