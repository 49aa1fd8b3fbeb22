package org.freshet.core.component;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A component as the user asked for it: its name and the parameters given, not yet checked. A
 * pipeline is the spec {@code pipeline} with one step or more.
 *
 * @param steps the steps of a pipeline; empty for every other component
 */
public record Spec(String name, Map<String, Value> values, List<Spec> steps, Where where) {
  /** Name of the spec that holds steps. */
  public static final String PIPELINE = "pipeline";

  public Spec {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    steps = List.copyOf(steps);
  }

  public static Spec of(String name) {
    return new Spec(name, Map.of(), List.of(), Where.NOWHERE);
  }

  /** A pipeline; a single step stays itself. */
  public static Spec pipeline(List<Spec> steps, Where where) {
    return steps.size() == 1 ? steps.get(0) : new Spec(PIPELINE, Map.of(), steps, where);
  }

  /**
   * Reads one-line text such as {@code standard_scaler | hoeffding_tree(grace_period=200)}.
   *
   * @throws org.freshet.core.ConfigException when the text is not in the grammar
   */
  public static Spec parse(String text) {
    return new SpecParser(text, "").pipeline();
  }

  /** As {@link #parse(String)}, naming {@code source} (a flag, a file) in faults. */
  public static Spec parse(String text, String source) {
    return new SpecParser(text, source).pipeline();
  }

  public boolean isPipeline() {
    return !steps.isEmpty();
  }

  /** The steps, or this spec itself when it is no pipeline. */
  public List<Spec> asSteps() {
    return isPipeline() ? steps : List.of(this);
  }

  /** This spec with one more parameter, or another value of it. */
  public Spec with(String parameter, Object raw) {
    Map<String, Value> more = new LinkedHashMap<>(values);
    more.put(parameter, new Value(raw, SpecText.of(raw), where));
    return new Spec(name, more, steps, where);
  }

  /** Canonical text; {@link #parse} reads it back to an equal spec, places apart. */
  @Override
  public String toString() {
    return SpecText.of(this);
  }
}
