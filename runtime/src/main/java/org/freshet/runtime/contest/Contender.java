package org.freshet.runtime.contest;

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

  void save(StateWriter out) {
    out.put("spec", engine.spec().toString());
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
