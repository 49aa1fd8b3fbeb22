package org.freshet.learn.ask;

import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * AnchorAL: lets a strategy choose only among events that are near labelled ones, as many for each
 * class, so that a class of 1 % is asked about as much as the others, and the strategy is not drawn
 * to wherever the common class is unsure.
 *
 * <p>How it works: {@code anchors} labelled rows are kept of each class, drawn so that each of the
 * class is as likely to be among them. The subpool is the share {@code pool} of the events: for
 * each of the K classes the share pool/K of them that is nearest to its anchors, in the mean, as
 * ranked among the last 256. The strategy inside sees the events of the subpool alone, at the rate
 * divided by the share of events that came into it lately.
 *
 * <p>Paper: P. Lesci, A. Vlachos, "AnchorAL: Computationally Efficient Active Learning for Large
 * and Imbalanced Datasets", NAACL 2024, section 3.
 *
 * <p>Where we differ: the paper retrieves a subpool from a large pool at each round; in a stream an
 * event belongs to it or does not, when it comes. Anchors are drawn at random, which the paper has
 * as one way, and distances are between standardised rows, not sentence embeddings. Before two
 * classes have a label all events are let through.
 *
 * <p>Takes all rows of classes; wide and sparse ones are folded to 64 values. Classes from the
 * {@code classes}-th on have no anchors. Costs O(classes · anchors · values) time and 8 bytes for
 * each of these.
 *
 * <pre>{@code
 * labels: { budget: 5%, ask: { anchored: { strategy: entropy, pool: 0.3 } } }
 * }</pre>
 */
@Component(
    name = "anchored",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class Anchored extends Around {
  private static final double MEMORY = 256; // events over which the share let in is averaged

  /**
   * @param strategy chooses among the events let in
   * @param anchors rows kept of a class
   * @param pool share of events let in
   * @param classes with anchors
   */
  public record Parameters(
      @Param(
              value = "chooses among the events let in",
              def = "entropy",
              kind = Kind.QUERY_STRATEGY,
              origin = "Lesci and Vlachos 2024")
          Spec strategy,
      @Param(
              value = "labelled rows kept of each class",
              def = "10",
              range = "[1, 1000]",
              unit = "events",
              origin = "Lesci and Vlachos 2024")
          int anchors,
      @Param(
              value = "share of events let in; at least the budget",
              def = "0.3",
              range = "(0, 1]",
              origin = "three times a budget of 10 %")
          double pool,
      @Param(
              value = "classes that have anchors",
              def = "50",
              range = "[2, 1000]",
              origin = "bounds the time")
          int classes) {}

  private final Parameters p;
  private final Build build;
  private final Space space;
  private final Rng rng;
  private final Points[] anchors; // of a class; null before its first label
  private final TopShare[] near;
  private final long[] seen;
  private final double[] x;
  private int known; // classes with anchors
  private double share; // of events let in

  public Anchored(Parameters p, Build build) {
    super(p.strategy(), Classes.required(build, "anchored"));
    this.p = p;
    this.build = build;
    space = new Space(build.schema(), DensityWeighted.VALUES);
    rng = build.child("anchors", 0).rng();
    anchors = new Points[p.classes()];
    near = new TopShare[p.classes()];
    seen = new long[p.classes()];
    x = new double[space.width()];
    share = p.pool();
  }

  @Override
  public boolean ask(Candidate c) {
    space.write(c.x(), x);
    space.see(x);
    boolean in = letsIn(c.rate());
    share += ((in ? 1 : 0) - share) / MEMORY;
    return in && wanted(c, c.rate() / Math.max(share, c.rate()));
  }

  /** Whether the event at hand is among those nearest to the anchors of any class. */
  private boolean letsIn(double rate) {
    if (known < 2) {
      return true;
    }
    boolean in = false;
    double each = Math.max(p.pool(), rate) / known;
    for (int k = 0; k < anchors.length; k++) {
      if (anchors[k] != null) {
        in |= near[k].takes(-anchors[k].meanDistance(x), each);
      }
    }
    return in;
  }

  @Override
  public void learn(Features row, double label, double weight) {
    super.learn(row, label, weight);
    int k = (int) label;
    if (k < 0 || k >= anchors.length) {
      return;
    }
    open(k);
    space.write(row, x);
    seen[k]++;
    int place = anchors[k].size();
    if (place == p.anchors()) {
      place = seen[k] < Integer.MAX_VALUE ? rng.nextInt((int) seen[k]) : Integer.MAX_VALUE;
    }
    if (place < p.anchors()) {
      anchors[k].put(place, x);
    }
  }

  private void open(int k) {
    if (anchors[k] == null) {
      anchors[k] = new Points(space, p.anchors());
      near[k] = new TopShare(Scored.WINDOW, build.child("class", k).seed());
      known++;
    }
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    space.save(out.child("space"));
    rng.save(out, "rng");
    out.put("share", share);
    out.put("seen", seen);
    for (int k = 0; k < anchors.length; k++) {
      if (anchors[k] != null) {
        anchors[k].save(out.child("anchors-" + k));
        near[k].save(out.child("near-" + k));
      }
    }
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    space.load(in.child("space"));
    rng.load(in, "rng");
    share = in.doubleValue("share");
    System.arraycopy(in.longs("seen", seen.length), 0, seen, 0, seen.length);
    for (int k = 0; k < anchors.length; k++) {
      if (seen[k] < 0) {
        throw in.corrupt("seen", "has " + seen[k] + " labels of class " + k);
      }
      if (seen[k] > 0) {
        open(k);
        anchors[k].load(in.child("anchors-" + k));
        near[k].load(in.child("near-" + k));
      }
    }
  }

  @Override
  public long memoryBytes() {
    long bytes = super.memoryBytes() + 160 + space.memoryBytes() + 16L * seen.length;
    for (int k = 0; k < anchors.length; k++) {
      bytes += anchors[k] == null ? 0 : anchors[k].memoryBytes() + near[k].memoryBytes();
    }
    return bytes + 48 + 8L * x.length;
  }
}
