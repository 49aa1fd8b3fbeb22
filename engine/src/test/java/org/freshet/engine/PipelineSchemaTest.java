package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Parameter;
import org.junit.jupiter.api.Test;

class PipelineSchemaTest {
  private final JsonNode schema = PipelineSchema.make();

  @Test
  void everyComponentAndParameterIsInIt() {
    for (ComponentProvider p : Components.all()) {
      JsonNode c = schema.at("/$defs/component_" + Components.page(p));
      assertThat(c.path("description").asText()).as(p.name()).isNotEmpty();
      for (Parameter q : p.parameters()) {
        JsonNode field = c.path("properties").path(q.name());
        assertThat(field.path("description").asText()).as(p.name() + "." + q.name()).isNotEmpty();
        assertThat(field.has("default")).isEqualTo(!q.required());
      }
      p.kinds()
          .forEach(
              k -> {
                String place =
                    k != Kind.SECTION
                        ? "/$defs/" + k + "/anyOf/0/properties/"
                        : p.name().equals("queue") ? "/$defs/labels/properties/" : "/properties/";
                JsonNode use = schema.at(place + p.name());
                assertThat(use.path("$ref").asText())
                    .isEqualTo("#/$defs/component_" + Components.page(p));
              });
    }
  }

  @Test
  void rangesAndChoices() {
    JsonNode sea = schema.at("/$defs/component_sea/properties");
    assertThat(sea.at("/concept/anyOf/0/minimum").asDouble()).isEqualTo(1);
    assertThat(sea.at("/concept/anyOf/0/maximum").asDouble()).isEqualTo(4);
    assertThat(sea.at("/balance/type").asText()).isEqualTo("boolean");
    assertThat(schema.at("/$defs/component_hoeffding_tree/properties/leaf_prediction/enum").size())
        .isGreaterThan(1);
  }

  @Test
  void fieldsOfLabels() {
    JsonNode labels = schema.at("/$defs/labels/properties");
    assertThat(labels.at("/on_timeout/enum"))
        .extracting(JsonNode::asText)
        .containsExactly("drop", "negative", "last_known");
    assertThat(labels.at("/corrections/default").asText()).isEqualTo("ignore");
    assertThat("36h").matches(labels.at("/timeout/pattern").asText());
    assertThat("36").doesNotMatch(labels.at("/timeout/pattern").asText());
    labels.forEach(field -> assertThat(field.has("description") || field.has("$ref")).isTrue());
  }

  @Test
  void aListOfComponentsSaysWhatItHolds() {
    JsonNode list = schema.at("/$defs/component_voting/properties/learners");
    assertThat(list.path("type").asText()).isEqualTo("array");
    assertThat(list.path("items").findValuesAsText("$ref"))
        .contains("#/$defs/classifier", "#/$defs/pipeline");
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> dead = new ArrayList<>();
    schema
        .findValuesAsText("$ref")
        .forEach(
            ref -> {
              if (schema.at(ref.substring(1)).isMissingNode()) {
                dead.add(ref);
              }
            });
    assertThat(dead).isEmpty();
    assertThat(schema.findValuesAsText("$ref")).hasSizeGreaterThan(20);
  }
}
