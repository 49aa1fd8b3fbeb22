package org.freshet.streams.synthetic;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.freshet.core.ConfigException;
import org.freshet.core.Rng;
import org.freshet.core.component.Span;
import org.freshet.streams.synthetic.Drift.Shape;

/** Which stream of a {@link Drift} an event comes from. */
final class Schedule {
  /** Drift positions of a recurring stream without end that are named. */
  private static final int MAX_POSITIONS = 10_000;

  /** Beyond this the sigmoid differs from 0 or 1 by less than a draw can show (2⁻⁵³). */
  private static final double SATURATED = 40;

  private final Shape shape;
  private final int streams;
  private final long[] positions;
  private final long width;
  private final long period;

  private Schedule(Shape shape, int streams, long[] positions, long width, long period) {
    this.shape = shape;
    this.streams = streams;
    this.positions = positions;
    this.width = width;
    this.period = period;
  }

  static Schedule of(Drift.Parameters p, int streams) {
    boolean recurring = p.kind() == Shape.RECURRING;
    if (recurring != (p.period() != null)) {
      throw new ConfigException(
          "",
          recurring
              ? "drift of kind recurring needs the parameter 'period': the events of one turn"
              : "parameter 'period' of drift is for 'kind: recurring', found 'kind: "
                  + p.kind().name().toLowerCase(java.util.Locale.ROOT)
                  + "'");
    }
    long width = atLeastOne("width", p.width());
    long period = recurring ? atLeastOne("period", p.period()) : 0;
    long[] positions = recurring ? new long[0] : positions(p.positions(), streams);
    if (recurring && p.positions() != null) {
      throw new ConfigException("", "drift of kind recurring takes 'period' and no 'positions'");
    }
    if (p.kind() == Shape.INCREMENTAL) {
      checkApart(positions, width);
    }
    return new Schedule(p.kind(), streams, positions, width, period);
  }

  private static long atLeastOne(String name, Span span) {
    long n = Generator.count("drift", name, span);
    if (n < 1) {
      throw new ConfigException(
          "", "parameter '" + name + "' of drift is '" + span + "', expected 1 event or more");
    }
    return n;
  }

  private static long[] positions(List<Double> given, int streams) {
    if (given == null || given.size() != streams - 1) {
      int found = given == null ? 0 : given.size();
      throw new ConfigException(
          "",
          "drift of "
              + streams
              + " streams needs "
              + (streams - 1)
              + " 'positions', found "
              + found);
    }
    long[] positions = new long[streams - 1];
    double last = 0;
    for (int i = 0; i < positions.length; i++) {
      double d = given.get(i);
      if (d <= last || d != Math.rint(d) || d > 1e15) {
        throw new ConfigException(
            "", "'positions' of drift are " + given + ", expected whole numbers above 0 that rise");
      }
      last = d;
      positions[i] = (long) d;
    }
    return positions;
  }

  private static void checkApart(long[] positions, long width) {
    long end = 0;
    for (long p : positions) {
      if (p - width / 2 < end) {
        throw new ConfigException(
            "",
            "'positions' of an incremental drift are "
                + Arrays.toString(positions)
                + ": the change round "
                + p
                + " begins before event "
                + end
                + "; lower 'width', now "
                + width);
      }
      end = p - width / 2 + width;
    }
  }

  /** Stream of event t; in an incremental change the earlier of the two. */
  int pick(long t, Rng rng) {
    return switch (shape) {
      case ABRUPT -> passed(t);
      case GRADUAL -> sigmoid(t, rng);
      case INCREMENTAL -> passed(t + width / 2 - width);
      case RECURRING -> (int) (t / period % streams);
    };
  }

  /** Number of positions at or before t. */
  private int passed(long t) {
    int i = 0;
    while (i < positions.length && t >= positions[i]) {
      i++;
    }
    return i;
  }

  private int sigmoid(long t, Rng rng) {
    for (int i = positions.length; i > 0; i--) {
      double z = 4.0 * (t - positions[i - 1]) / width;
      boolean next =
          z > SATURATED || z > -SATURATED && rng.nextDouble() < 1 / (1 + StrictMath.exp(-z));
      if (next) {
        return i;
      }
    }
    return 0;
  }

  /** Share of the later stream in event t of an incremental change, 0 outside of one. */
  double share(long t) {
    int i = passed(t + width / 2 - width);
    if (i == positions.length) {
      return 0;
    }
    long into = t - (positions[i] - width / 2);
    return into <= 0 ? 0 : (double) into / width;
  }

  /**
   * All drift positions before event {@code end}, those inside the streams included, in order.
   *
   * @param nested drift positions of each stream, counted in its own events
   */
  long[] positions(long[][] nested, long end) {
    TreeSet<Long> all = new TreeSet<>();
    for (long p : positions) {
      all.add(p);
    }
    for (long t = period; period > 0 && t < end && all.size() < MAX_POSITIONS; t += period) {
      all.add(t);
    }
    for (int i = 0; i < streams; i++) {
      for (long own : nested[i]) {
        long t = shape == Shape.RECURRING ? turns(i, own) : (i == 0 ? 0 : positions[i - 1]) + own;
        if (shape == Shape.RECURRING || i == positions.length || t < positions[i]) {
          all.add(t);
        }
      }
    }
    return all.headSet(end).stream().mapToLong(Long::longValue).toArray();
  }

  /** When event {@code own} of stream i comes, if streams take turns. */
  private long turns(int i, long own) {
    return (own / period * streams + i) * period + own % period;
  }

  @Override
  public String toString() {
    return shape + " " + Arrays.toString(positions) + " " + width + " " + period;
  }
}
