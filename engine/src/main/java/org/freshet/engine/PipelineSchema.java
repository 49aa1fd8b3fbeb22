package org.freshet.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Parameter;

/**
 * The JSON schema of a pipeline file, made from the components found: editors complete and check
 * with it, the reference is written from it. It allows what {@link PipelineFile} reads, ranges and
 * units apart where JSON schema cannot say them.
 */
public final class PipelineSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private PipelineSchema() {}

  /** The schema, draft 2020-12. */
  public static ObjectNode make() {
    ObjectNode root = JSON.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "Freshet pipeline file");
    root.put("type", "object");
    root.put("additionalProperties", false);
    root.set("required", JSON.arrayNode().add("source").add("pipeline"));
    ObjectNode fields = root.putObject("properties");
    fields.set("name", described("string", "Name for reports; else the file's name."));
    fields.set("seed", described("integer", "Seed of everything random; 1 unless given."));
    fields.set("source", anyOf(ref(Kind.SOURCE.toString()), ref(Kind.FEED.toString())));
    fields.set("pipeline", ref("pipeline"));
    fields.set("labels", ref("labels"));
    fields.set("protocol", ref(Kind.PROTOCOL.toString()));
    fields.set("sink", oneOrMore(ref(Kind.SINK.toString())));
    for (ComponentProvider p : Components.all()) {
      if (p.kinds().contains(Kind.SECTION) && !p.name().equals("queue")) {
        fields.set(p.name(), ref("component_" + Components.page(p)));
      }
    }
    fields.set("challengers", challengers());
    ObjectNode tests = fields.putObject("tests").put("type", "array");
    tests.set("items", test());
    ObjectNode definitions = root.putObject("$defs");
    definitions.set("pipeline", pipeline());
    definitions.set("labels", labels());
    for (Kind kind : Kind.values()) {
      if (kind != Kind.SECTION) {
        definitions.set(kind.toString(), use(kind));
      }
    }
    for (ComponentProvider p : Components.all()) {
      definitions.set("component_" + Components.page(p), parameters(p));
    }
    return root;
  }

  private static ObjectNode described(String type, String what) {
    return JSON.objectNode().put("type", type).put("description", what);
  }

  private static ObjectNode ref(String name) {
    return JSON.objectNode().put("$ref", "#/$defs/" + name);
  }

  private static ObjectNode anyOf(ObjectNode... choices) {
    ObjectNode node = JSON.objectNode();
    ArrayNode all = node.putArray("anyOf");
    List.of(choices).forEach(all::add);
    return node;
  }

  private static ObjectNode text(String pattern) {
    return JSON.objectNode().put("type", "string").put("pattern", pattern);
  }

  private static ObjectNode pipeline() {
    ObjectNode steps =
        described("array", "Transformers in order, then a classifier or a regressor.");
    steps.put("minItems", 1);
    List<ObjectNode> items = new ArrayList<>(List.of(ref("transformer")));
    List<ObjectNode> whole = new ArrayList<>(List.of(steps));
    for (Kind kind : Kind.SUPERVISED) {
      items.add(ref(kind.toString()));
      whole.add(ref(kind.toString()));
    }
    whole.add(described("string", "The one-line form."));
    steps.set("items", anyOf(items.toArray(ObjectNode[]::new)));
    return anyOf(whole.toArray(ObjectNode[]::new));
  }

  private static ObjectNode oneOrMore(ObjectNode one) {
    ObjectNode list = JSON.objectNode().put("type", "array");
    list.set("items", one);
    return anyOf(one, list);
  }

  private static ObjectNode challengers() {
    ObjectNode list = described("array", "Pipelines that run in the shadow of this one.");
    ObjectNode one = list.putObject("items").put("type", "object");
    one.put("additionalProperties", false);
    one.set("required", JSON.arrayNode().add("name").add("pipeline"));
    ObjectNode fields = one.putObject("properties");
    fields.set("name", described("string", "Name for metrics and promotion."));
    fields.set("pipeline", ref("pipeline"));
    return list;
  }

  private static ObjectNode labels() {
    ObjectNode node = described("object", "When labels arrive; at once unless given.");
    node.put("additionalProperties", false);
    ObjectNode fields = node.putObject("properties");
    ObjectNode span =
        anyOf(
            described("integer", "A number of events.").put("minimum", 0),
            text("^(" + LabelPlan.LABEL_TIME + "|\\d+(\\.\\d+)? ?(events?|ms|s|m|min|h|d))$"));
    span.put("description", "From an event to its label.");
    fields.set("delay", span);
    fields.set("source", ref(Kind.FEED.toString()));
    fields.set("queue", ref("component_queue_section"));
    fields.set(
        "pending",
        described("integer", "The most events that wait for labels.")
            .put("minimum", 1)
            .put("maximum", LabelPlan.MAX_PENDING)
            .put("default", LabelPlan.DEFAULT_PENDING));
    ObjectNode timeout = text("^\\d+(\\.\\d+)? ?(ms|s|m|min|h|d)$");
    timeout.put(
        "description",
        "How long an event waits for its label, by the event clock; no end unless given.");
    fields.set("timeout", timeout);
    fields.set(
        "on_timeout",
        choice(
            "What happens then: nothing is learnt, the class 'negative' is, or the label last known for"
                + " the key. A label that comes later is counted; after a learnt one it confirms or"
                + " corrects.",
            LabelPlan.OnTimeout.values(),
            LabelPlan.OnTimeout.DROP));
    fields.set("negative", described("string", "The class of on_timeout: negative."));
    fields.set(
        "corrections",
        choice(
            "What happens with another label for an event that had one: it is counted, or learnt too.",
            LabelPlan.Corrections.values(),
            LabelPlan.Corrections.IGNORE));
    fields.set("budget", budget());
    ObjectNode ask = ref(Kind.QUERY_STRATEGY.toString());
    fields.set("ask", ask.put("description", "Which labels are asked for; random unless given."));
    fields.set(
        "question",
        ref(Kind.PART.toString())
            .put("description", "In what form: label, candidates, yes_no or pairwise."));
    ObjectNode people = described("array", "Who is asked; simulated where labels stand in rows.");
    people.set("items", ref("component_annotator"));
    fields.set("annotators", people);
    return node;
  }

  private static ObjectNode budget() {
    ObjectNode share = anyOf(ranged(0, 1), text("^\\d+(\\.\\d+)? ?%$"));
    share.put("description", "Share of the events.");
    ObjectNode whole = JSON.objectNode().put("type", "object").put("additionalProperties", false);
    ObjectNode fields = whole.putObject("properties");
    fields.set("share", share);
    fields.set("count", described("integer", "Number of labels.").put("minimum", 0));
    fields.set("money", described("number", "What labels may cost.").put("minimum", 0));
    ObjectNode window =
        anyOf(
            JSON.objectNode().put("type", "integer").put("minimum", 1),
            text("^\\d+(\\.\\d+)? ?(events?|ms|s|m|min|h|d)$"));
    window.put("description", "Stretch of the stream it is kept in; the whole unless given.");
    fields.set("window", window);
    fields.set(
        "price",
        described("number", "What a label costs, of a budget of money.")
            .put("minimum", 0)
            .put("default", 1));
    ObjectNode prices = described("object", "What labels of some classes cost, by class.");
    prices.set("additionalProperties", JSON.objectNode().put("type", "number").put("minimum", 0));
    fields.set("prices", prices);
    ObjectNode power =
        described(
            "number", "d of score / price^d, by which events are ranked; 0: prices do not matter.");
    power.put("minimum", 0).put("maximum", 10);
    fields.set("price_power", power);
    ArrayNode one = whole.putArray("oneOf");
    for (String unit : List.of("share", "count", "money")) {
      one.addObject().set("required", JSON.arrayNode().add(unit));
    }
    ObjectNode node = anyOf(share.deepCopy(), whole);
    return node.put(
        "description", "The labels that may be asked for and learnt; all that come unless given.");
  }

  private static ObjectNode ranged(double min, double max) {
    return JSON.objectNode().put("type", "number").put("minimum", min).put("maximum", max);
  }

  private static ObjectNode choice(String what, Enum<?>[] choices, Enum<?> otherwise) {
    ObjectNode node = described("string", what);
    ArrayNode all = node.putArray("enum");
    for (Enum<?> choice : choices) {
      all.add(LabelFields.word(choice));
    }
    return node.put("default", LabelFields.word(otherwise));
  }

  private static ObjectNode test() {
    ObjectNode node = JSON.objectNode().put("type", "object").put("additionalProperties", false);
    node.set("required", JSON.arrayNode().add("source").add("expect"));
    ObjectNode fields = node.putObject("properties");
    fields.set("name", described("string", "What the test shows."));
    fields.set("source", ref(Kind.SOURCE.toString()));
    fields.set("pipeline", ref("pipeline"));
    fields.set("labels", ref("labels"));
    fields.set("seed", described("integer", "Seed; that of the file unless given."));
    ObjectNode expect =
        described("object", "Metrics with what they must be.").put("minProperties", 1);
    expect.set(
        "additionalProperties",
        anyOf(JSON.objectNode().put("type", "number"), JSON.objectNode().put("type", "string")));
    fields.set("expect", expect);
    return node;
  }

  /** A component of a kind: its name, or its name with parameters, or one-line text. */
  private static ObjectNode use(Kind kind) {
    ObjectNode whole = JSON.objectNode().put("type", "object");
    whole.put("minProperties", 1).put("maxProperties", 1).put("additionalProperties", false);
    ObjectNode names = whole.putObject("properties");
    ArrayNode bare = JSON.arrayNode();
    for (ComponentProvider p : Components.all()) {
      if (p.kinds().contains(kind)) {
        names.set(p.name(), ref("component_" + Components.page(p)));
        bare.add(p.name());
      }
    }
    ObjectNode name = JSON.objectNode().put("type", "string");
    name.set("enum", bare);
    return bare.isEmpty() ? whole : anyOf(whole, name, text("^[A-Za-z_][A-Za-z0-9_]*\\s*[(|]"));
  }

  private static ObjectNode parameters(ComponentProvider p) {
    ObjectNode node = JSON.objectNode();
    node.set("type", JSON.arrayNode().add("object").add("null"));
    String about = p.documentation();
    int end = about.indexOf("\n\n");
    node.put(
        "description", (end < 0 ? about : about.substring(0, end)).replaceAll("\\s+", " ").strip());
    node.put("additionalProperties", false);
    ObjectNode fields = node.putObject("properties");
    ArrayNode required = JSON.arrayNode();
    for (Parameter q : p.parameters()) {
      ObjectNode field = parameter(q);
      field.put("description", q.meaning() + (q.unit().isEmpty() ? "" : " In " + q.unit() + "."));
      if (q.required()) {
        required.add(q.name());
      } else {
        field.put("default", q.def());
      }
      fields.set(q.name(), field);
    }
    if (!required.isEmpty()) {
      node.set("required", required);
    }
    return node;
  }

  private static ObjectNode parameter(Parameter q) {
    return switch (q.type()) {
      case INTEGER -> anyOf(ranged("integer", q), text("^\\d+(\\.\\d+)? ?([KMGT]?B|events?)$"));
      case NUMBER -> anyOf(ranged("number", q), text("^[-+.\\d].*$"));
      case BOOLEAN -> JSON.objectNode().put("type", "boolean");
      case CHOICE -> {
        ObjectNode node = JSON.objectNode();
        ArrayNode words = node.putArray("enum");
        q.choices().forEach(words::add);
        yield node;
      }
      case SPAN ->
          anyOf(JSON.objectNode().put("type", "integer").put("minimum", 0), text("^(none|\\d.*)$"));
      case COMPONENT -> component(q);
      case TEXT ->
          JSON.objectNode()
              .set("type", JSON.arrayNode().add("string").add("number").add("boolean").add("null"));
      case COMPONENTS -> {
        ObjectNode list = JSON.objectNode().put("type", "array");
        list.set("items", component(q));
        yield list;
      }
      case TEXTS, NUMBERS -> JSON.objectNode();
    };
  }

  /** A classifier's place takes a regressor too, and a pipeline that ends in one. */
  private static ObjectNode component(Parameter q) {
    if (q.kind() == null) {
      return JSON.objectNode();
    }
    ObjectNode one = ref(q.kind().toString());
    return q.kind() == Kind.CLASSIFIER ? anyOf(one, ref("regressor"), ref("pipeline")) : anyOf(one);
  }

  private static ObjectNode ranged(String type, Parameter q) {
    ObjectNode node = JSON.objectNode().put("type", type);
    Parameter.Range r = q.range();
    if (!Double.isInfinite(r.min())) {
      node.put(r.minOpen() ? "exclusiveMinimum" : "minimum", r.min());
    }
    if (!Double.isInfinite(r.max())) {
      node.put(r.maxOpen() ? "exclusiveMaximum" : "maximum", r.max());
    }
    return node;
  }
}
