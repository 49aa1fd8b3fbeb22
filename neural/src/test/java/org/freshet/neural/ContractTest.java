package org.freshet.neural;

import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.testkit.ContractSuite;

/** Every network, head, optimizer and memory keeps the contract. */
class ContractTest extends ContractSuite {
  @Override
  protected Spec spec(ComponentProvider provider, Kind kind) {
    return Spec.parse(
        switch (provider.name()) {
          case "mlp" -> "mlp(hidden=[20, 10], batch=3, replay=reservoir(size=30, batch=4))";
          default -> provider.name();
        });
  }
}
