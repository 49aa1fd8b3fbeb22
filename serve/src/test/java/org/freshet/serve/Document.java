package org.freshet.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An OpenAPI document, and what of JSON Schema it uses. Stricter in one thing: a member that a
 * schema with {@code properties} does not name is a fault, so that nothing is left undocumented.
 */
final class Document {
  private final JsonNode root;

  Document(JsonNode root) {
    this.root = root;
  }

  JsonNode operation(String method, String path) {
    return root.get("paths").path(path).path(method.toLowerCase(Locale.ROOT));
  }

  /** Faults of a request's body. */
  List<String> request(String method, String path, JsonNode body) {
    return faults(
        operation(method, path).at("/requestBody/content/application~1json/schema"), body);
  }

  /** Faults of an answer: of its status, its type, its body. */
  List<String> answer(String method, String path, int status, String type, JsonNode body) {
    JsonNode response = resolved(operation(method, path).path("responses").path("" + status));
    if (response.isMissingNode()) {
      return List.of("the status " + status + " is not documented");
    }
    JsonNode types = response.path("content");
    JsonNode content = types.has("*/*") ? types.get("*/*") : types.path(type);
    if (content.isMissingNode()) {
      return List.of("the type " + type + " of " + status + " is not documented");
    }
    return body == null ? List.of() : faults(content.path("schema"), body);
  }

  private List<String> faults(JsonNode schema, JsonNode value) {
    List<String> faults = new ArrayList<>();
    check(schema, value, "", faults);
    return faults;
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
  }

  private void check(JsonNode given, JsonNode value, String at, List<String> faults) {
    JsonNode schema = resolved(given);
    if (schema.isMissingNode()) {
      faults.add(at + " has no schema");
    }
    if (schema.has("oneOf")) {
      int fits = 0;
      for (JsonNode one : schema.get("oneOf")) {
        List<String> own = new ArrayList<>();
        check(one, value, at, own);
        fits += own.isEmpty() ? 1 : 0;
      }
      if (fits != 1) {
        faults.add(at + " fits " + fits + " of the schemas: " + value);
      }
    }
    if (schema.has("type") && !isOf(schema.get("type"), value)) {
      faults.add(at + " is no " + schema.get("type") + ": " + value);
    }
    if (schema.has("enum")) {
      boolean found = false;
      for (JsonNode e : schema.get("enum")) {
        found |= e.equals(value);
      }
      if (!found) {
        faults.add(at + " is none of the values: " + value);
      }
    }
    if (value.isNumber() && value.doubleValue() < schema.path("minimum").asDouble(-1e300)) {
      faults.add(at + " is too small: " + value);
    }
    if (value.isTextual() && value.textValue().length() < schema.path("minLength").asInt(0)) {
      faults.add(at + " is too short");
    }
    if (value.isArray()) {
      if (value.size() < schema.path("minItems").asInt(0)
          || value.size() > schema.path("maxItems").asInt(Integer.MAX_VALUE)) {
        faults.add(at + " has " + value.size() + " items");
      }
      for (int i = 0; i < value.size() && schema.has("items"); i++) {
        check(schema.get("items"), value.get(i), at + "/" + i, faults);
      }
    }
    if (value.isObject()) {
      members(schema, value, at, faults);
    }
  }

  private void members(JsonNode schema, JsonNode value, String at, List<String> faults) {
    for (JsonNode name : schema.path("required")) {
      if (!value.has(name.asText())) {
        faults.add(at + " lacks '" + name.asText() + "'");
      }
    }
    value
        .fields()
        .forEachRemaining(
            f -> {
              JsonNode of = schema.path("properties").path(f.getKey());
              JsonNode other = schema.path("additionalProperties");
              if (!of.isMissingNode()) {
                check(of, f.getValue(), at + "/" + f.getKey(), faults);
              } else if (other.isObject()) {
                check(other, f.getValue(), at + "/" + f.getKey(), faults);
              } else if (schema.has("properties") && !other.asBoolean(false)) {
                faults.add(at + "/" + f.getKey() + " is not documented");
              }
            });
  }

  private static boolean isOf(JsonNode type, JsonNode value) {
    if (type.isArray()) {
      for (JsonNode t : type) {
        if (isOf(t, value)) {
          return true;
        }
      }
      return false;
    }
    return switch (type.asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> false;
    };
  }
}
