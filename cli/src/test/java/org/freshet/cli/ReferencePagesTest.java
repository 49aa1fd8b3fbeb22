package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

class ReferencePagesTest {
  private static final Path FOLDER = Path.of("..", "docs", "reference");

  @Test
  void theCommittedPagesAreThoseOfTheComponents() throws Exception {
    if (Boolean.getBoolean("freshet.reference.write")) {
      ReferencePages.main(new String[] {FOLDER.toString()});
    }
    Map<String, String> committed = new TreeMap<>();
    for (Path page : ReferencePages.pagesIn(FOLDER)) {
      committed.put(page.getFileName().toString(), Files.readString(page));
    }
    assertThat(committed)
        .as("docs/reference is stale; CONTRIBUTING.md says how it is made")
        .isEqualTo(ReferencePages.pages(Components.all()));
  }

  @Test
  void everyComponentHasItsPlaceInTheIndexAndTheSchema() throws Exception {
    Map<String, String> pages = ReferencePages.pages(Components.all());
    JsonNode schema = new ObjectMapper().readTree(pages.get("pipeline.schema.json"));
    for (ComponentProvider c : Components.all()) {
      assertThat(pages.get("README.md")).contains("(" + Components.page(c) + ".md)");
      assertThat(pages.get(Components.page(c) + ".md")).contains(c.documentation().strip());
      assertThat(schema.get("$defs").has("component_" + Components.page(c))).isTrue();
    }
  }
}
