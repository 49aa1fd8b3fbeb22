package org.freshet.learn.tree;

import java.nio.file.Path;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.testkit.ContractSuite;

/** The contract once more, with parameters that let a tree keep other state. */
class VariantsContractTest extends ContractSuite {
  @Override
  protected boolean includes(ComponentProvider provider) {
    return provider.name().equals("hoeffding_tree");
  }

  @Override
  protected Spec spec(ComponentProvider provider, Kind kind) {
    return Spec.parse("hoeffding_tree(leaf_prediction=adaptive_perceptron)");
  }

  @Override
  protected Path goldenFolder() {
    return Path.of("src/test/resources/golden/variants");
  }
}
