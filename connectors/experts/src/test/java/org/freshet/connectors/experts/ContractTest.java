package org.freshet.connectors.experts;

import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.testkit.ContractSuite;

/** Experts describe themselves as every component does. */
class ContractTest extends ContractSuite {
  @Override
  protected Spec spec(ComponentProvider provider, Kind kind) {
    return provider.name().equals("openai")
        ? Spec.parse("openai(model=m)")
        : Spec.parse("http_expert(url='http://localhost/')");
  }
}
