package org.freshet.evaluate;

import java.util.Map;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.testkit.ContractSuite;

/** Every protocol keeps the contract. */
class ContractTest extends ContractSuite {
  private static final Map<String, String> SPECS =
      Map.of("class_incremental", "class_incremental(tasks=2)", "blurry", "blurry(tasks=2)");

  @Override
  protected Spec spec(ComponentProvider provider, Kind kind) {
    return Spec.parse(SPECS.getOrDefault(provider.name(), provider.name()));
  }
}
