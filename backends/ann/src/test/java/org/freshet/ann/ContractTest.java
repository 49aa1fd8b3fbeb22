package org.freshet.ann;

import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.testkit.ContractSuite;

class ContractTest extends ContractSuite {
  @Override
  protected Spec spec(ComponentProvider provider, Kind kind) {
    return Spec.parse("ann_classifier(max_rows=300, window=50)");
  }
}
