package org.freshet.neural.strategy;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.consolidation.Trigger;
import org.freshet.neural.graph.Dense;
import org.freshet.neural.graph.LowRank;
import org.freshet.neural.network.Network;

/**
 * Learns all weights until the first consolidation, the head and a low-rank pair beside each frozen
 * layer from then on: there is no network trained before, so the stream's beginning has to train
 * it.
 */
abstract class Pairs extends Strategy {
  private final int rank;
  private final Trigger trigger;
  private final List<LowRank> pairs = new ArrayList<>();
  private boolean frozen;

  Pairs(int rank, Trigger trigger) {
    this.rank = rank;
    this.trigger = trigger;
  }

  final List<LowRank> pairs() {
    return pairs;
  }

  /** Whether layers are frozen and pairs learn. */
  final boolean frozen() {
    return frozen;
  }

  @Override
  public void attach(Network n) {
    for (Dense d : n.graph().nodes(Dense.class)) {
      if (d != n.head()) {
        pairs.add(d.pair("pair" + pairs.size(), Math.min(rank, d.width())));
      }
    }
  }

  /** Told of a batch that was learnt, with the mean loss of its rows. */
  final void after(Lesson l, double loss) {
    if (trigger.after(loss, l.streamed())) {
      if (frozen) {
        again(l);
      } else {
        freeze(true);
        renew(l.rng());
        begun(l);
      }
    }
  }

  /** The mean loss of the rows of the stream, from the sum by their weights. */
  static double mean(Lesson l, double loss) {
    double weight = 0;
    for (int r = 0; r < l.streamed(); r++) {
      weight += l.weights()[r];
    }
    return loss / weight;
  }

  private void freeze(boolean to) {
    frozen = to;
    for (int i = 0; i < pairs.size(); i++) {
      pairs.get(i).on(to);
    }
  }

  final void renew(Rng rng) {
    for (int i = 0; i < pairs.size(); i++) {
      pairs.get(i).renew(rng);
    }
  }

  /** Layers have just been frozen. */
  void begun(Lesson l) {}

  /** A consolidation after the first. */
  void again(Lesson l) {}

  @Override
  public void save(StateWriter out) {
    out.put("frozen", frozen);
    trigger.save(out.child("consolidate"));
  }

  @Override
  public void load(StateReader in, int mostOutputs) {
    freeze(in.bool("frozen"));
    trigger.load(in.child("consolidate"));
  }

  static void load(StateReader in, String name, float[] to) {
    float[] from = in.floats(name);
    if (from.length != to.length) {
      throw in.corrupt(name, "has " + from.length + " values, expected " + to.length);
    }
    System.arraycopy(from, 0, to, 0, to.length);
  }

  @Override
  public long memoryBytes() {
    return 64 + 24L * pairs.size() + trigger.memoryBytes();
  }
}
