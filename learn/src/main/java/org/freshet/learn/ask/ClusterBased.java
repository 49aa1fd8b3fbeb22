package org.freshet.learn.ask;

import java.util.Arrays;
import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Asks for one label in each dense region of the stream before a second one anywhere: events that
 * lie together mostly have one label, so one speaks for many. It needs no model that knows when it
 * is unsure, which suits the beginning of a stream and models that are sure of everything.
 *
 * <p>How it works: rows are gathered in at most {@code clusters} micro-clusters, each a mean, a
 * mass and a number of labels asked, both halving every {@code half_life} events. A row farther
 * than the radius from all opens one; when there is no room, the radius grows by a half, and
 * clusters closer than that become one. The score of an event is its cluster's mass / (1 +
 * labels)²: large clusters without a label first. The share of events that the budget allows is
 * asked, those with the highest scores among the last 256, by what the clusters of these are worth
 * now: by what they were worth before their labels, too few would be high.
 *
 * <p>Papers: D. Ienco, A. Bifet, I. Žliobaitė, B. Pfahringer, "Clustering Based Active Learning for
 * Evolving Data Streams", Discovery Science 2013; M. Charikar, C. Chekuri, T. Feder, R. Motwani,
 * "Incremental Clustering and Dynamic Information Retrieval", STOC 1997 (the growing radius).
 *
 * <p>Where we differ: the first paper clusters a batch and chooses inside it; clusters that go on
 * with the stream need no batch, and forget.
 *
 * <p>Takes all rows; wide and sparse ones are folded to 64 values. Costs O(clusters · values) time,
 * clusters² · values when the radius grows, and 8 bytes a cluster and value.
 *
 * <pre>{@code
 * labels: { budget: 5%, ask: { cluster_based: { clusters: 100 } } }
 * }</pre>
 */
@Component(
    name = "cluster_based",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    version = 2,
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class ClusterBased extends Scored {
  private static final double FIRST_RADIUS = 1e-3;
  private static final double GROWTH = 1.5;

  /**
   * @param clusters the most there are
   * @param halfLife events after which mass and labels count half
   */
  public record Parameters(
      @Param(
              value = "micro-clusters at most",
              def = "100",
              range = "[2, 10000]",
              origin = "as many as CluStream keeps")
          int clusters,
      @Param(
              value = "events after which the mass of a cluster and its labels count half",
              def = "2000",
              range = "[1, 1e9]",
              unit = "events",
              origin = "long enough for clusters to fill, short enough to ask again after a drift")
          double halfLife) {}

  private final Parameters p;
  private final Space space;
  private final Points centres;
  private final double[] mass;
  private final double[] labels;
  private final double[] x;
  private final double[] centre;
  private double radius = FIRST_RADIUS;
  private int last = -1; // the cluster of the event at hand
  private final int[] of = new int[WINDOW]; // clusters of the events that are ranked; -1 unknown
  private final double[] per = new double[WINDOW]; // what a score of 1 of each is for its price

  public ClusterBased(Parameters p, Build build) {
    super(build);
    this.p = p;
    space = new Space(build.schema(), DensityWeighted.VALUES);
    centres = new Points(space, p.clusters());
    mass = new double[p.clusters()];
    labels = new double[p.clusters()];
    x = new double[space.width()];
    centre = new double[space.width()];
  }

  @Override
  double score(Candidate c) {
    space.write(c.x(), x);
    space.see(x);
    double keep = Math.pow(0.5, 1 / p.halfLife());
    for (int k = 0; k < centres.size(); k++) {
      mass[k] *= keep;
      labels[k] *= keep;
    }
    last = place(x);
    mass[last]++;
    centres.move(last, x, 1 / mass[last]);
    for (int i = 0; i < top.size(); i++) {
      if (of[i] >= 0) {
        top.rescore(i, worth(of[i]) * per[i]);
      }
    }
    of[top.next()] = last;
    per[top.next()] = c.perPrice(1);
    return worth(last);
  }

  private double worth(int cluster) {
    return mass[cluster] / ((1 + labels[cluster]) * (1 + labels[cluster]));
  }

  /** The cluster of a row, a new one where it is far from all. */
  private int place(double[] row) {
    int near = centres.nearestPlace(row);
    if (near >= 0 && centres.distance(near, row) <= radius) {
      return near;
    }
    if (centres.size() == p.clusters()) {
      merge();
      return place(row);
    }
    mass[centres.size()] = 0;
    labels[centres.size()] = 0;
    return centres.add(row);
  }

  /** Widens the radius; clusters nearer than that become one. */
  private void merge() {
    radius *= GROWTH;
    int kept = 0;
    int[] now = new int[p.clusters()];
    for (int k = 0; k < p.clusters(); k++) {
      centres.get(k, centre);
      int into = centres.nearestPlace(centre, kept);
      if (into >= 0 && centres.distance(into, centre) <= radius) {
        now[k] = into;
        mass[into] += mass[k];
        labels[into] += labels[k];
        centres.move(into, centre, mass[into] > 0 ? mass[k] / mass[into] : 0.5);
      } else {
        now[k] = kept;
        mass[kept] = mass[k];
        labels[kept] = labels[k];
        centres.put(kept++, centre);
      }
    }
    centres.keep(kept);
    for (int i = 0; i < top.size(); i++) {
      of[i] = of[i] < 0 ? -1 : now[of[i]];
    }
  }

  /** Always of the event that was looked at last. */
  @Override
  public void asked(Candidate c) {
    labels[last]++;
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    space.save(out.child("space"));
    centres.save(out.child("centres"));
    out.put("mass", mass, centres.size());
    out.put("asked", labels, centres.size());
    out.put("radius", radius);
    out.put("of", Arrays.copyOf(of, top.size()));
    out.put("per", per, top.size());
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    space.load(in.child("space"));
    centres.load(in.child("centres"));
    copy(in.doubles("mass", centres.size()), mass);
    copy(in.doubles("asked", centres.size()), labels);
    radius = in.doubleValue("radius");
    if (!(radius > 0)) {
      throw in.corrupt("radius", "is " + radius);
    }
    Arrays.fill(of, -1); // not known by version 1
    if (in.has("of")) {
      System.arraycopy(in.ints("of", top.size()), 0, of, 0, top.size());
      System.arraycopy(in.doubles("per", top.size()), 0, per, 0, top.size());
    }
    for (int k : of) {
      if (k < -1 || k >= centres.size()) {
        throw in.corrupt("of", "has a cluster " + k + " of " + centres.size());
      }
    }
  }

  private static void copy(double[] from, double[] to) {
    Arrays.fill(to, 0);
    System.arraycopy(from, 0, to, 0, from.length);
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes()
        + 64
        + space.memoryBytes()
        + centres.memoryBytes()
        + 64
        + 8L * (2 * mass.length + 2 * x.length)
        + 16
        + 16
        + 12L * WINDOW;
  }
}
