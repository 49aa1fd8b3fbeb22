package org.freshet.engine.section;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Section;

/**
 * Where the model lives: one for all events unless given, or one for each key.
 *
 * <pre>{@code
 * place: { per: device_id, models: 100000 }
 * }</pre>
 */
@Component(name = "place", kinds = Kind.SECTION, family = "pipeline_file")
public final class PlaceSection implements Section {
  public record Parameters(
      @Param(value = "Column with one model for each of its values; 'key' is the event's key.")
          String per,
      @Param(
              value = "Models in memory; beyond it the least recently used go to the disk.",
              def = "100000",
              range = "[1, inf)",
              unit = "models",
              origin = "small models in a gigabyte")
          long models) {}

  private final Parameters parameters;

  public PlaceSection(Parameters parameters, Build build) {
    this.parameters = parameters;
  }

  public Parameters parameters() {
    return parameters;
  }
}
