package org.freshet.learn;

import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.testkit.ContractSuite;

/** Every learner, detector and transformer keeps the contract. */
class ContractTest extends ContractSuite {
  @Override
  protected Spec spec(ComponentProvider provider, Kind kind) {
    boolean regression = kind == Kind.REGRESSOR;
    return Spec.parse(
        switch (provider.name()) {
          case "drift_reset", "conformal" ->
              regression ? provider.name() + "(learner=linear_regression)" : provider.name();
          case "select" -> "select(drop=[1])";
          default -> provider.name();
        });
  }
}
