package org.freshet.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.ConfigException;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Parameter;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;
import org.freshet.core.component.Where;

/** Specifications with every default written out: two that make the same are the same text. */
public final class FullSpec {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private FullSpec() {}

  /**
   * The specification with defaults filled in, nested ones too.
   *
   * @throws ConfigException with all faults of the specification
   */
  public static Spec of(Spec spec) {
    if (spec.isPipeline()) {
      List<Spec> steps = spec.steps().stream().map(FullSpec::of).toList();
      return Spec.pipeline(steps, Where.NOWHERE);
    }
    ComponentProvider p =
        Components.find(spec.name())
            .or(() -> Components.find(spec.name() + "_" + Kind.FEED)) // where a pipeline reads from
            .orElseThrow(
                () ->
                    new ConfigException(
                        spec.where().toString(), "unknown component '" + spec.name() + "'"));
    List<Fault> faults = new ArrayList<>();
    Spec bound = Components.bind(p, spec, faults).toSpec(p.name());
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    Map<String, Value> values = new LinkedHashMap<>();
    bound.values().forEach((name, v) -> values.put(name, value(v.raw())));
    return new Spec(bound.name(), values, List.of(), Where.NOWHERE);
  }

  /**
   * Whether two full specifications are the same but for the experts that are chosen among: what
   * was learnt goes on, of each expert under its name.
   */
  public static boolean sameButExperts(String one, String other) {
    return one.equals(other)
        || withoutExperts(Spec.parse(one)).equals(withoutExperts(Spec.parse(other)));
  }

  private static String withoutExperts(Spec spec) {
    List<Spec> steps = new ArrayList<>(spec.asSteps());
    Spec last = steps.remove(steps.size() - 1); // who asks experts is the last step
    for (Parameter p : Components.find(last.name()).map(c -> c.parameters()).orElse(List.of())) {
      if (p.kind() == Kind.EXPERT && p.type() == Parameter.Type.COMPONENTS) {
        last = last.with(p.name(), List.of());
      }
    }
    steps.add(last);
    return Spec.pipeline(steps, Where.NOWHERE).toString();
  }

  private static Value value(Object raw) {
    Object full = raw;
    if (raw instanceof Spec s) {
      full = of(s);
    } else if (raw instanceof List<?> list) {
      full = list.stream().map(FullSpec::value).toList();
    } else if (raw instanceof Value v) {
      return value(v.raw());
    }
    return Spec.of("x").with("v", full).values().get("v");
  }

  /** As JSON: {@code {"name": {"parameter": value}}}, a list of them for a pipeline. */
  public static JsonNode toJson(Spec spec) {
    if (spec.isPipeline()) {
      ArrayNode steps = JSON.arrayNode();
      spec.steps().forEach(s -> steps.add(toJson(s)));
      return steps;
    }
    ObjectNode parameters = JSON.objectNode();
    spec.values().forEach((name, v) -> parameters.set(name, json(v)));
    ObjectNode component = JSON.objectNode();
    component.set(spec.name(), parameters);
    return component;
  }

  private static JsonNode json(Value v) {
    Object raw = v.raw();
    if (raw == null) {
      return JSON.nullNode();
    }
    if (raw instanceof Spec s) {
      return toJson(s);
    }
    if (raw instanceof List<?>) {
      ArrayNode list = JSON.arrayNode();
      v.elements().forEach(e -> list.add(json(e)));
      return list;
    }
    if (raw instanceof Long n) {
      return JSON.numberNode(n);
    }
    if (raw instanceof Double d) {
      return JSON.numberNode(d);
    }
    if (raw instanceof Boolean b) {
      return JSON.booleanNode(b);
    }
    return JSON.textNode(raw instanceof String s ? s : v.text());
  }
}
