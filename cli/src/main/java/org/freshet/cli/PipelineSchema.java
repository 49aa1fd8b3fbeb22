package org.freshet.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Parameter;

/**
 * The JSON schema of the pipeline file, for editors. It allows whatever the program allows; what no
 * schema can say (a range of a size, the columns of a source) is left to {@code freshet lint}.
 */
final class PipelineSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private PipelineSchema() {}

  static String of(List<ComponentProvider> all) {
    ObjectNode root = JSON.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "Freshet pipeline");
    ObjectNode fields = object(root);
    fields.set("name", type("string"));
    fields.set("seed", type("integer"));
    fields.set("source", ref(Kind.SOURCE));
    fields.set("pipeline", ref(Kind.CLASSIFIER));
    fields.set("labels", labels());
    fields.set("tests", tests());
    ObjectNode definitions = root.putObject("$defs");
    for (Kind kind : Kind.values()) {
      definitions.set(kind.toString(), kind(kind, all));
    }
    for (ComponentProvider c : all) {
      definitions.set("component_" + c.name(), component(c));
    }
    return root.toPrettyString().replace("\r\n", "\n") + "\n";
  }

  /** Makes a node an object with no other fields than those then put. */
  private static ObjectNode object(ObjectNode node) {
    node.put("type", "object");
    node.put("additionalProperties", false);
    return node.putObject("properties");
  }

  private static ObjectNode type(String... names) {
    ObjectNode node = JSON.objectNode();
    if (names.length == 1) {
      return node.put("type", names[0]);
    }
    ArrayNode types = node.putArray("type");
    for (String n : names) {
      types.add(n);
    }
    return node;
  }

  private static ObjectNode ref(Kind kind) {
    return JSON.objectNode().put("$ref", "#/$defs/" + kind);
  }

  private static ObjectNode labels() {
    ObjectNode node = JSON.objectNode();
    ObjectNode fields = object(node);
    fields.set("delay", type("string", "integer"));
    fields.set("pending", type("integer"));
    return node;
  }

  private static ObjectNode tests() {
    ObjectNode node = type("array");
    ObjectNode fields = object(node.putObject("items"));
    fields.set("name", type("string"));
    fields.set("source", ref(Kind.SOURCE));
    fields.set("pipeline", ref(Kind.CLASSIFIER));
    fields.set("labels", labels());
    fields.set("seed", type("integer"));
    ObjectNode expect = type("object");
    expect.set("additionalProperties", type("string", "number"));
    fields.set("expect", expect);
    return node;
  }

  /** A component of a kind: one line of text, one key with parameters below, or a list of steps. */
  private static ObjectNode kind(Kind kind, List<ComponentProvider> all) {
    ObjectNode node = JSON.objectNode();
    ArrayNode ways = node.putArray("anyOf");
    ways.add(type("string"));
    ObjectNode one = ways.addObject();
    ObjectNode fields = object(one);
    one.put("minProperties", 1).put("maxProperties", 1);
    for (ComponentProvider c : all) {
      if (fits(c, kind)) {
        fields.putObject(c.name()).put("$ref", "#/$defs/component_" + c.name());
      }
    }
    if (isLearner(kind)) {
      ObjectNode steps = type("array");
      ArrayNode step = steps.putObject("items").putArray("anyOf");
      step.add(ref(Kind.TRANSFORMER));
      step.add(ref(kind));
      ways.add(steps);
    }
    return node;
  }

  private static boolean isLearner(Kind kind) {
    return kind == Kind.CLASSIFIER || kind == Kind.REGRESSOR;
  }

  /** Where a classifier is taken a regressor is too: the label decides. */
  private static boolean fits(ComponentProvider c, Kind kind) {
    return kind == Kind.PART
        || c.kinds().contains(kind)
        || kind == Kind.CLASSIFIER && c.kinds().contains(Kind.REGRESSOR);
  }

  private static ObjectNode component(ComponentProvider c) {
    ObjectNode node = type("object", "null");
    node.put("description", ComponentPages.summary(c));
    node.put("additionalProperties", false);
    ObjectNode fields = node.putObject("properties");
    ArrayNode required = JSON.arrayNode();
    for (Parameter q : c.parameters()) {
      fields.set(q.name(), parameter(q));
      if (q.required()) {
        required.add(q.name());
      }
    }
    if (!required.isEmpty()) {
      node.set("required", required);
    }
    return node;
  }

  private static ObjectNode parameter(Parameter q) {
    ObjectNode node =
        switch (q.type()) {
          case INTEGER, NUMBER -> range(type("number", "string"), q.range());
          case BOOLEAN -> type("boolean");
          case TEXT -> type("string", "number", "boolean", "null");
          case CHOICE -> choices(q);
          case SPAN -> type("string", "integer", "null");
          case COMPONENT -> ref(q.kind() == null ? Kind.PART : q.kind());
          case TEXTS, NUMBERS, COMPONENTS -> type("array", "string", "number", "object", "null");
        };
    node.put("description", q.meaning());
    if (!q.required()) {
      node.put("default", q.def());
    }
    return node;
  }

  private static ObjectNode choices(Parameter q) {
    ObjectNode node = JSON.objectNode();
    ArrayNode words = node.putArray("enum");
    q.choices().forEach(words::add);
    return node;
  }

  private static ObjectNode range(ObjectNode node, Parameter.Range range) {
    if (!Double.isInfinite(range.min())) {
      node.put(range.minOpen() ? "exclusiveMinimum" : "minimum", range.min());
    }
    if (!Double.isInfinite(range.max())) {
      node.put(range.maxOpen() ? "exclusiveMaximum" : "maximum", range.max());
    }
    return node;
  }
}
