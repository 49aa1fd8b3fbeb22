package org.freshet.engine;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.component.SpecParser;
import org.freshet.core.state.StateReader;
import org.freshet.engine.ask.AskPlan;

/** A snapshot that was read: what it is of, and the way to go on from it. */
public final class Snapshot {
  static final String RUN = "run";

  private final StateReader in;
  private final long bytes;
  private final Setup setup;
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
    this.parts = parts(in);
    StateReader of = in.child("setup");
    this.setup =
        new Setup(
            of.string("stream"),
            spec(in, "source"),
            spec(in, "pipeline"),
            of.longValue("seed"),
            plan(of));
    this.schema = SavedSchema.load(in.child("schema"));
  }

  /**
   * A specification inside; one this program cannot make anything of was written by a newer one.
   */
  private static Spec spec(StateReader in, String which) {
    try {
      Spec spec = Spec.parse(in.child("setup").string(which));
      FullSpec.of(spec);
      return spec;
    } catch (ConfigException e) {
      throw new StateException(
          Verdict.TOO_NEW,
          in.source()
              + ": too new: its "
              + which
              + " is not known to this program ("
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
      LabelPlan arriving =
          new LabelPlan(
              span, in.bool("label-time"), in.intValue("pending", 1, LabelPlan.MAX_PENDING));
      LabelPlan whole = in.has("timeout") ? waiting(arriving, in) : arriving;
      return in.has("budget") ? whole.withAsk(asking(in)) : whole;
    } catch (ConfigException e) {
      throw in.corrupt("delay", e.faults().get(0).message());
    }
  }

  private static LabelPlan waiting(LabelPlan plan, StateReader in) {
    String timeout = in.string("timeout");
    String negative = in.string("negative");
    if (!timeout.isEmpty() && !(SpecParser.scalar(timeout) instanceof Span)) {
      throw in.corrupt("timeout", "is not a span");
    }
    return new LabelPlan(
        plan.delay(),
        plan.byLabelTime(),
        plan.pending(),
        timeout.isEmpty() ? null : (Span) SpecParser.scalar(timeout),
        choice(in, "on-timeout", LabelPlan.OnTimeout.values()),
        negative.isEmpty() ? null : negative,
        choice(in, "corrections", LabelPlan.Corrections.values()),
        null);
  }

  private static AskPlan asking(StateReader in) {
    AskPlan plan =
        AskFields.parse(
            in.string("budget"), in.string("ask"), in.string("question"), in.strings("annotators"));
    if (plan == null) {
      throw in.corrupt("budget", "is '" + in.string("budget") + "'");
    }
    return plan;
  }

  private static <T extends Enum<T>> T choice(StateReader in, String name, T[] choices) {
    T found = LabelFields.choice(in.string(name), choices);
    if (found == null) {
      throw in.corrupt(name, "is '" + in.string(name) + "'");
    }
    return found;
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

  /** What the run was made of. */
  public Setup setup() {
    return setup;
  }

  /**
   * The schema with its dictionaries as they were: with it the model can be used without its data.
   */
  public Schema schema() {
    return schema;
  }

  /** A fact about its making: freshet, written, java, machine, kernels. */
  public String about(String what) {
    return in.child("about").string(what);
  }

  /** The parameters of the pipeline with all defaults, as JSON. */
  public String parameters() {
    return in.child("setup").string("parameters");
  }

  /** What the runtime wrote. */
  public StateReader run() {
    return in.child(RUN);
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
   * Refuses to go on with another model, seed or delay than those saved; defaults written out or
   * left out make no difference. Which labels are asked for may be another, see {@link
   * AskPlan#since}.
   *
   * @throws StateException with the verdict OTHER_PARAMETERS
   */
  public void check(Setup given) {
    String model = in.child("setup").string("full");
    String now = FullSpec.of(given.pipeline()).toString();
    if (!FullSpec.sameButExperts(model, now)) {
      same("model", model, now);
    }
    same("seed", setup.seed(), given.seed());
    same("delay", setup.labels().toString(), given.labels().toString());
    same("pending", setup.labels().pending(), given.labels().pending());
    same("timeout", timeout(setup.labels()), timeout(given.labels()));
    same(
        "corrections",
        LabelFields.word(setup.labels().corrections()),
        LabelFields.word(given.labels().corrections()));
  }

  private static String timeout(LabelPlan plan) {
    String negative = plan.negative() == null ? "" : " " + plan.negative();
    return plan.timeout() == null
        ? "none"
        : plan.timeout() + " " + LabelFields.word(plan.onTimeout()) + negative;
  }

  /** Refuses another value of one thing; for what a runtime adds. */
  public void same(String what, Object saved, Object given) {
    if (!saved.equals(given)) {
      throw new StateException(
          Verdict.OTHER_PARAMETERS,
          in.source()
              + ": other parameters: saved with "
              + what
              + " '"
              + saved
              + "', given '"
              + given
              + "'; go on with what it was saved with, or start anew");
    }
  }

  /**
   * Makes the dictionaries of an opened stream mean what they meant, so that the run can go on with
   * it.
   *
   * @throws StateException with the verdict OTHER_SCHEMA when its columns are others
   */
  public void adopt(Schema opened) {
    SavedSchema.restoreInto(schema, opened, in.source());
  }
}
