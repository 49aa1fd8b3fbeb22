package org.freshet.streams.synthetic;

import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.DataException;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Source;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;

/**
 * Drift composed of streams: events of one stream, then of the next. Any sources with the same
 * columns can be its parts (generators, files, other drifts); the positions of the drifts are known
 * to the evaluation.
 *
 * <p>Let t count events from 0, p be a position and W the {@code width}. {@code kind} is
 *
 * <ul>
 *   <li>{@code abrupt}: the next stream from event p on;
 *   <li>{@code gradual}: event t is of the next stream with probability 1 / (1 + exp(−4 (t − p) /
 *       W)), the sigmoid of Bifet et al., definition 1; several positions nest as ((a ⊕ b) ⊕ c);
 *   <li>{@code incremental}: concepts in between. From p − W/2 to p + W/2 an event is the mean of
 *       an event of the one stream and the next event of the other with the same class: (1 − α) x +
 *       α x', α rising linearly from 0 to 1; a category is that of x' with probability α. Only for
 *       dense rows, not for regression;
 *   <li>{@code recurring}: the streams take turns of {@code period} events, and each goes on where
 *       it stopped.
 * </ul>
 *
 * <p>A stream advances only when an event is taken from it. The end of the stream whose turn it is
 * ends the whole. Categories and classes are matched by name.
 *
 * <p>Papers: A. Bifet, G. Holmes, B. Pfahringer, R. Kirkby and R. Gavaldà, "New ensemble methods
 * for evolving data streams", KDD 2009, section 3.1 (abrupt is its limit W → 0); for the kinds J.
 * Gama, I. Žliobaitė, A. Bifet, M. Pechenizkiy and A. Bouchachia, "A survey on concept drift
 * adaptation", ACM Computing Surveys 46(4), 2014, section 2.2; concepts in between by interpolating
 * instances as in P. Ksieniewicz and P. Zyblewski, "stream-learn: open-source Python library for
 * difficult data stream batch analysis", Neurocomputing 478, 2022.
 *
 * <p>Where we differ: α is linear, where the last paper uses a sigmoid; its concepts come in pairs
 * of one class by construction, here the second event of a pair is looked for.
 *
 * <p>Takes and gives what its parts give. O(columns) time an event over that of the parts; memory
 * is 64 rows for each part. {@link #seek} reads the events before the position again. Positions of
 * nested drifts are given as if every part began at its position, which is exact for abrupt and
 * recurring ones.
 *
 * <pre>
 * source: { drift: { before: { sea: {concept: 1} }, after: { sea: {concept: 4} }, positions: 10000,
 *                    kind: gradual, width: 1000 events } }
 * </pre>
 */
@Component(name = "drift", kinds = Kind.SOURCE, family = "generator", traits = Trait.RANDOMIZED)
public final class Drift implements Source {
  /** How one stream gives way to the next. */
  public enum Shape {
    ABRUPT,
    GRADUAL,
    INCREMENTAL,
    RECURRING
  }

  public record Parameters(
      @Param(value = "First of two streams", def = "none", kind = Kind.SOURCE) Spec before,
      @Param(value = "Second of two streams", def = "none", kind = Kind.SOURCE) Spec after,
      @Param(
              value = "The streams in their order, instead of before and after",
              def = "none",
              kind = Kind.SOURCE)
          List<Spec> streams,
      @Param(
              value =
                  "Event at which each stream gives way to the next, counted from 0; not for recurring",
              def = "none",
              unit = "events")
          List<Double> positions,
      @Param(
              value = "How one stream gives way to the next",
              def = "abrupt",
              origin = "the simplest")
          Shape kind,
      @Param(
              value = "Length of the change, for gradual and incremental",
              def = "1000 events",
              unit = "events",
              origin = "usual in the stream literature")
          Span width,
      @Param(value = "Length of a turn, for recurring", def = "none", unit = "events") Span period,
      @Param(
              value = "How many events in all; none ends with the last stream",
              def = "none",
              unit = "events")
          Span events,
      @Param(
              value = "Seed of the choice between streams; -1 takes the seed of the run",
              def = "-1",
              range = "[-1, inf)")
          long seed) {}

  /** How far the second event of a pair is looked for. */
  private static final int MAX_SEARCH = 100_000;

  private final Part[] parts;
  private final Schedule schedule;
  private final boolean incremental;
  private final Schema schema;
  private final Rng rng;
  private final long events;
  private final long fingerprint;
  private long position;

  public Drift(Parameters p, Build build) {
    this(p, sources(p, build), build);
  }

  /** Over sources that exist already; specifications in the parameters are not looked at. */
  Drift(Parameters p, List<Source> sources, Build build) {
    schedule = Schedule.of(p, sources.size());
    schema = Part.schema(sources);
    incremental = p.kind() == Shape.INCREMENTAL;
    if (incremental && (schema.isSparse() || schema.target() == Schema.Target.NUMBER)) {
      throw new SchemaException(
          "incremental drift mixes dense rows of the same class, found "
              + (schema.isSparse() ? "sparse rows" : "a numeric label")
              + "; use 'kind: gradual'");
    }
    parts = new Part[sources.size()];
    long own = Generator.seed(p.seed(), build);
    long hash = Rng.childSeed(own, schedule.toString(), parts.length);
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new Part(sources.get(i), schema);
      hash = Rng.childSeed(hash, "part", sources.get(i).position().fingerprint());
    }
    fingerprint = hash;
    rng = new Rng(Rng.childSeed(own, "drift", 0));
    events = p.events() == null ? Long.MAX_VALUE : Generator.count("drift", "events", p.events());
  }

  private static List<Source> sources(Parameters p, Build build) {
    boolean two = p.before() != null && p.after() != null;
    boolean any = p.before() != null || p.after() != null;
    if (p.streams() == null ? !two : any || p.streams().size() < 2) {
      throw new ConfigException(
          "", "drift needs either 'before' and 'after', or 'streams' with two or more of them");
    }
    List<Spec> specs = two ? List.of(p.before(), p.after()) : p.streams();
    List<Source> sources = new java.util.ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      sources.add(Components.create(specs.get(i), build.child("stream", i), Source.class));
    }
    return sources;
  }

  @Override
  public int read(Batch batch, int max) {
    batch.clear();
    int n = (int) Math.min(Math.min(max, batch.capacity()), events - position);
    for (int r = 0; r < n; r++) {
      if (!event(batch)) {
        return r;
      }
      position++;
    }
    return n;
  }

  private boolean event(Batch out) {
    double share = incremental ? schedule.share(position) : 0;
    int i = schedule.pick(position, rng);
    if (!parts[i].advance()) {
      return false;
    }
    if (share > 0 && !findPartner(parts[i], parts[i + 1])) {
      return false;
    }
    out.beginRow();
    parts[i].write(out);
    if (share > 0) {
      parts[i + 1].mixInto(out, share, rng);
    }
    out.endRow();
    return true;
  }

  private boolean findPartner(Part one, Part other) {
    double label = one.label();
    for (int i = 0; i < MAX_SEARCH; i++) {
      if (!other.advance()) {
        return false;
      }
      if (Double.isNaN(label) || other.label() == label) {
        return true;
      }
    }
    throw new DataException(
        name(),
        position + 1,
        schema.labelName(),
        "no event of class '"
            + schema.labels().name((int) label)
            + "' within "
            + MAX_SEARCH
            + " events of the next stream, so nothing can be mixed; use 'kind: gradual'");
  }

  @Override
  public String name() {
    StringBuilder s = new StringBuilder("drift of ");
    for (int i = 0; i < parts.length; i++) {
      s.append(i == 0 ? "" : ", ").append(parts[i].source().name());
    }
    return s.toString();
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public Position position() {
    return new Position(position, fingerprint);
  }

  @Override
  public void seek(Position to) {
    if (to.fingerprint() != fingerprint) {
      throw new StateException(
          Verdict.OTHER_PARAMETERS,
          name()
              + ": other parameters: the position belongs to a drift with other streams, parameters or"
              + " another seed; use the ones it was saved with");
    }
    Batch dropped = new Batch(schema, 64);
    int got = 1;
    while (position < to.record() && got > 0) {
      got = read(dropped, (int) Math.min(64, to.record() - position));
    }
  }

  @Override
  public long[] driftPositions() {
    long[][] nested = new long[parts.length][];
    for (int i = 0; i < parts.length; i++) {
      nested[i] = parts[i].source().driftPositions();
    }
    return schedule.positions(nested, events);
  }

  @Override
  public long badRecords() {
    long bad = 0;
    for (Part part : parts) {
      bad += part.source().badRecords();
    }
    return bad;
  }

  @Override
  public void close() {
    for (Part part : parts) {
      part.source().close();
    }
  }
}
