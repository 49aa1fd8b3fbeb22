package org.freshet.serve.meter;

import java.util.ArrayList;
import java.util.List;
import org.freshet.engine.Engine;
import org.freshet.engine.ExpertCounts;
import org.freshet.runtime.Replica;

/**
 * What experts were asked by the champion, over all runs, and what that cost.
 *
 * @param events all, left to an expert or not
 * @param inFlight questions whose answers have not come
 * @param declined questions not put because too many were in flight
 */
public record ExpertVitals(long events, long inFlight, long declined, List<One> each) {
  /**
   * One expert.
   *
   * @param seconds its answers took
   */
  public record One(
      String name, long calls, long useless, long tokens, double cost, double seconds) {}

  /** Null where the champion asks none. */
  public static ExpertVitals of(Replica r) {
    Engine e = r.engine();
    ExpertCounts c = e.experts();
    if (c == null) {
      return null;
    }
    List<One> each = new ArrayList<>();
    for (int i = 0; i < c.experts(); i++) {
      each.add(
          new One(c.name(i), c.calls(i), c.useless(i), c.tokens(i), c.cost(i), c.nanos(i) / 1e9));
    }
    return new ExpertVitals(e.events(), e.openCalls(), c.declined(), List.copyOf(each));
  }

  private long calls() {
    return each.stream().mapToLong(One::calls).sum();
  }

  /** Events that were not asked about for each call. */
  private double spared() {
    long calls = calls();
    return calls == 0 ? 0 : Math.max(0, (double) (events - inFlight) / calls - 1);
  }

  /** What asking about every event would have taken longer, at the mean time of an answer. */
  public double savedSeconds() {
    return spared() * each.stream().mapToDouble(One::seconds).sum();
  }

  /** What asking about every event would have cost more, at the mean price paid. */
  public double savedCost() {
    return spared() * each.stream().mapToDouble(One::cost).sum();
  }

  /** The one of a name; null for none. */
  One find(String name) {
    return each.stream().filter(o -> o.name().equals(name)).findFirst().orElse(null);
  }
}
