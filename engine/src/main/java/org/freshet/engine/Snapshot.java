package org.freshet.engine;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.component.SpecParser;
import org.freshet.core.state.StateReader;

/** A snapshot that was read: what it is of, and the way to go on from it. */
public final class Snapshot {
  static final String EVALUATOR = "evaluator";

  private final StateReader in;
  private final long bytes;
  private final Spec pipeline;
  private final long seed;
  private final LabelPlan labels;
  private final Schema schema;
  private final List<Part> parts;

  /**
   * A component inside: where, what it is, the state version written and the one this program
   * writes.
   */
  public record Part(String path, String component, int version, int current) {}

  Snapshot(StateReader in, long bytes) {
    this.in = in;
    this.bytes = bytes;
    if (!in.has("pipeline/text") || !in.has("engine")) {
      throw new StateException(
          Verdict.CORRUPT, in.source() + ": corrupt: a container of state, but not of a whole run");
    }
    this.parts = parts(in);
    this.pipeline = spec(in);
    StateReader of = in.child("pipeline");
    this.seed = of.longValue("seed");
    this.labels = plan(of);
    this.schema = SavedSchema.load(in.child("schema"));
  }

  private static Spec spec(StateReader in) {
    try {
      return FullSpec.of(Spec.parse(in.child("pipeline").string("text")));
    } catch (ConfigException e) {
      throw new StateException(
          Verdict.TOO_NEW,
          in.source()
              + ": too new: its pipeline is not known to this program ("
              + e.faults().get(0).message()
              + "); use the Freshet that wrote it, "
              + in.child("about").string("freshet"),
          e);
    }
  }

  private static LabelPlan plan(StateReader in) {
    Object delay = SpecParser.scalar(in.string("delay"));
    if (!(delay instanceof Span span)) {
      throw in.corrupt("delay", "is not a span");
    }
    try {
      return new LabelPlan(
          span, in.bool("label-time"), in.intValue("pending", 1, LabelPlan.MAX_PENDING));
    } catch (ConfigException e) {
      throw in.corrupt("delay", e.faults().get(0).message());
    }
  }

  private static List<Part> parts(StateReader in) {
    List<Part> parts = new ArrayList<>();
    String mark = "/@component";
    for (String path : in.paths()) {
      if (path.endsWith(mark)) {
        String at = path.substring(0, path.length() - mark.length());
        parts.add(part(in, at));
      }
    }
    return List.copyOf(parts);
  }

  private static Part part(StateReader in, String path) {
    StateReader child = in.child(path);
    String name = child.string("@component");
    int version = child.intValue("@version", 1, Integer.MAX_VALUE);
    ComponentProvider p = Components.find(name).orElse(null);
    if (p == null || version > p.version()) {
      String what =
          p == null
              ? "a " + name + ", which it does not have"
              : name + " of version " + version + ", it knows up to " + p.version();
      throw new StateException(
          Verdict.TOO_NEW,
          in.source()
              + ": too new for this program: holds "
              + what
              + "; use the Freshet that wrote it, "
              + in.child("about").string("freshet"));
    }
    return new Part(path, name, version, p.version());
  }

  /** As is, or migrated when a component inside was written by an older state version. */
  public Verdict verdict() {
    return parts.stream().anyMatch(p -> p.version() < p.current())
        ? Verdict.MIGRATED
        : Verdict.AS_IS;
  }

  /** The specification it was made of, defaults included. */
  public Spec pipeline() {
    return pipeline;
  }

  public long seed() {
    return seed;
  }

  public LabelPlan labels() {
    return labels;
  }

  /** The schema with its dictionaries as they were. */
  public Schema schema() {
    return schema;
  }

  /** Name of the stream it was learnt from. */
  public String stream() {
    return in.child("source").string("name");
  }

  /** Where the next event comes from. */
  public Source.Position position() {
    StateReader source = in.child("source");
    return new Source.Position(
        source.longValue("record", 0, Long.MAX_VALUE), source.longValue("fingerprint"));
  }

  /** Events predicted so far. */
  public long events() {
    return in.child("engine").longValue("events", 0, Long.MAX_VALUE);
  }

  /** Version of Freshet that wrote it. */
  public String writtenBy() {
    return in.child("about").string("freshet");
  }

  /** Version of Java it was written on; bit for bit the same run needs the same. */
  public String java() {
    return in.child("about").string("java");
  }

  public boolean hasEvaluator() {
    return in.has(EVALUATOR);
  }

  /** What the evaluator wrote. */
  public StateReader evaluator() {
    return in.child(EVALUATOR);
  }

  /** The components inside, in the order written. */
  public List<Part> parts() {
    return parts;
  }

  /** All entries, for looking at. */
  public StateReader reader() {
    return in;
  }

  /** Size of the file. */
  public long bytes() {
    return bytes;
  }

  /**
   * Refuses to go on with something else than what was saved.
   *
   * @throws StateException with the verdict OTHER_PARAMETERS
   */
  public void check(Spec other, long otherSeed, LabelPlan otherLabels) {
    Spec full = FullSpec.of(other);
    if (!full.toString().equals(pipeline.toString())) {
      throw other("the model is " + full + ", it was " + pipeline);
    }
    if (seed != otherSeed) {
      throw other("the seed is " + otherSeed + ", it was " + seed);
    }
    if (!labels.equals(otherLabels)) {
      throw other("the label delay is " + otherLabels + ", it was " + labels);
    }
  }

  private StateException other(String what) {
    return new StateException(
        Verdict.OTHER_PARAMETERS,
        in.source()
            + ": other parameters: "
            + what
            + "; go on with those it was saved with, or start anew");
  }

  /** An engine in the state saved, for events of the saved schema: a model without its data. */
  public Engine engine(int threads) {
    return restore(schema, threads);
  }

  /**
   * An engine that goes on with events of an opened source, whose dictionaries take over the codes
   * saved.
   *
   * @throws StateException with the verdict OTHER_SCHEMA when the events are others
   */
  public Engine engine(Schema opened, int threads) {
    SavedSchema.restoreInto(schema, opened, in.source());
    return restore(opened, threads);
  }

  private Engine restore(Schema rows, int threads) {
    Engine engine = new Engine(rows, pipeline, labels, seed, threads);
    engine.load(in.child("engine"));
    return engine;
  }
}
