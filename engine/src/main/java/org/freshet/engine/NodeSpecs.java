package org.freshet.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.freshet.core.ConfigException;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Parameter;
import org.freshet.core.component.Spec;
import org.freshet.core.component.SpecParser;
import org.freshet.core.component.Value;
import org.freshet.core.component.Where;
import org.freshet.engine.YamlTree.Entry;
import org.freshet.engine.YamlTree.Mapping;
import org.freshet.engine.YamlTree.Node;
import org.freshet.engine.YamlTree.Scalar;
import org.freshet.engine.YamlTree.Sequence;

/**
 * Components written as YAML: {@code name}, {@code { name: { parameter: value } }}, a list of them
 * for a pipeline, or the one-line text of the command line. A parameter stands at its key.
 */
final class NodeSpecs {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern ONE_LINE = Pattern.compile("(?s)[A-Za-z_][A-Za-z0-9_]*\\s*[(|].*");

  private final List<Fault> faults;

  NodeSpecs(List<Fault> faults) {
    this.faults = faults;
  }

  private Spec fault(Where where, String message) {
    faults.add(new Fault(where.toString(), message));
    return null;
  }

  /** A feed, a sink or an exchange, whose names are looked up by kind. */
  Spec spec(Node node, String what, Kind kind) {
    if (node instanceof Mapping m && m.entries().size() == 1) {
      Map.Entry<String, Entry> only = m.entries().entrySet().iterator().next();
      if (only.getValue().value() instanceof Mapping given) {
        String name = only.getKey();
        return parameters(name, name + "_" + kind, given, only.getValue().key());
      }
    }
    return spec(node, what);
  }

  /** A component, or a pipeline as a list; null when it is neither, with a fault added. */
  Spec spec(Node node, String what) {
    if (node instanceof Sequence s) {
      List<Spec> steps = new ArrayList<>();
      for (Node item : s.items()) {
        Spec step = spec(item, "a step");
        if (step != null) {
          steps.addAll(step.asSteps());
        }
      }
      if (s.items().isEmpty()) {
        return fault(s.where(), what + " has no steps; it is a list of components");
      }
      return steps.size() < s.items().size() ? null : Spec.pipeline(steps, s.where());
    }
    if (node instanceof Mapping m) {
      return fromMapping(m, what);
    }
    Scalar scalar = (Scalar) node;
    if (scalar.blank()) {
      return fault(scalar.where(), what + " is empty, expected a component");
    }
    return oneLine(scalar);
  }

  private Spec fromMapping(Mapping m, String what) {
    if (m.entries().size() != 1) {
      String found = m.entries().isEmpty() ? "none" : String.join(", ", m.entries().keySet());
      return fault(
          m.where(),
          what
              + " has one key, the component's name, with its parameters below it; found "
              + found);
    }
    Map.Entry<String, Entry> only = m.entries().entrySet().iterator().next();
    String name = only.getKey();
    Where at = only.getValue().key();
    Node given = only.getValue().value();
    if (given instanceof Scalar s && s.blank()) {
      return new Spec(name, Map.of(), List.of(), at);
    }
    if (!(given instanceof Mapping parameters)) {
      return fault(given.where(), "parameters of " + name + " are written as name: value");
    }
    return parameters(name, name, parameters, at);
  }

  /** Parameters of a component, whose name is known from where they stand. */
  Spec listed(String name, Node node) {
    return node instanceof Mapping m
        ? parameters(name, name, m, node.where())
        : fault(node.where(), "parameters of " + name + " are written as name: value");
  }

  /** A section of the file, whose parameters stand right below its name. */
  Spec section(String name, Entry e) {
    if (e.value() instanceof Mapping m) {
      return parameters(name, name + "_" + Kind.SECTION, m, e.key());
    }
    if (e.value() instanceof Scalar s && s.blank()) {
      return new Spec(name, Map.of(), List.of(), e.key());
    }
    return fault(e.value().where(), "parameters of " + name + " are written as name: value");
  }

  private Spec parameters(String name, String page, Mapping given, Where at) {
    Map<String, Value> values = new LinkedHashMap<>();
    given
        .entries()
        .forEach(
            (key, e) -> {
              Value v = value(e.value(), parameter(page, key), e.key());
              if (v != null) {
                values.put(key, v);
              }
            });
    return new Spec(name, values, List.of(), at);
  }

  private static Parameter parameter(String component, String name) {
    return Components.find(component)
        .map(ComponentProvider::parameters)
        .flatMap(all -> all.stream().filter(q -> q.name().equals(name)).findFirst())
        .orElse(null);
  }

  private Value value(Node node, Parameter q, Where at) {
    boolean component = q != null && q.type() == Parameter.Type.COMPONENT;
    if (node instanceof Scalar s) {
      return scalar(s, at);
    }
    if (node instanceof Sequence s && !component) {
      boolean pipelines = q != null && q.type() == Parameter.Type.COMPONENTS;
      List<Value> items = new ArrayList<>();
      for (Node item : s.items()) {
        Value v =
            pipelines && item instanceof Sequence
                ? pipeline(item)
                : value(item, null, item.where());
        if (v != null) {
          items.add(v);
        }
      }
      String text = "[" + String.join(", ", items.stream().map(Value::text).toList()) + "]";
      return new Value(items, text, at);
    }
    String what = q == null ? "a component" : "'" + q.name() + "'";
    boolean named = component && !q.kind().role().isEmpty();
    Spec spec = named ? spec(node, what, q.kind()) : spec(node, what);
    return spec == null ? null : new Value(spec, spec.toString(), at);
  }

  /** A list inside a list of components is a pipeline. */
  private Value pipeline(Node node) {
    Spec spec = spec(node, "a component");
    return spec == null ? null : new Value(spec, spec.toString(), node.where());
  }

  private Value scalar(Scalar s, Where at) {
    if (s.empty()) {
      return new Value(null, "none", at);
    }
    if (ONE_LINE.matcher(s.text()).matches()) {
      try {
        Spec spec = relocate(Spec.parse(s.text()), s.where());
        return new Value(spec, s.text(), at);
      } catch (ConfigException notASpec) {
        // A text parameter may hold anything; one that needs a component refuses the text by its
        // type.
        return new Value(s.text(), s.text(), at);
      }
    }
    return new Value(SpecParser.scalar(s.text()), s.text(), at);
  }

  private Spec oneLine(Scalar s) {
    if (NAME.matcher(s.text()).matches()) {
      return new Spec(s.text(), Map.of(), List.of(), s.where());
    }
    try {
      return relocate(Spec.parse(s.text()), s.where());
    } catch (ConfigException e) {
      for (Fault f : e.faults()) {
        String column = f.where().replaceFirst(".*[^0-9]", "");
        int offset = column.matches("\\d{1,9}") ? Integer.parseInt(column) - 1 : 0;
        fault(shift(s.where(), offset), f.message());
      }
      return null;
    }
  }

  /** Places inside a one-line text, moved to where the text begins. */
  private static Spec relocate(Spec spec, Where base) {
    Map<String, Value> values = new LinkedHashMap<>();
    spec.values().forEach((k, v) -> values.put(k, relocate(v, base)));
    List<Spec> steps = spec.steps().stream().map(s -> relocate(s, base)).toList();
    return new Spec(spec.name(), values, steps, shift(base, spec.where().column() - 1));
  }

  private static Value relocate(Value v, Where base) {
    Object raw = v.raw();
    if (raw instanceof Spec s) {
      raw = relocate(s, base);
    } else if (raw instanceof List<?>) {
      raw = v.elements().stream().map(e -> relocate(e, base)).toList();
    }
    return new Value(raw, v.text(), shift(base, v.where().column() - 1));
  }

  private static Where shift(Where base, int by) {
    int column = base.line() > 0 ? base.column() + Math.max(0, by) : Math.max(0, by) + 1;
    return new Where(base.source(), base.line(), column);
  }
}
