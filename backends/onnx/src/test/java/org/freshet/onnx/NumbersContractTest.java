package org.freshet.onnx;

import java.nio.file.Path;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.testkit.ContractSuite;

/** The encoder keeps the contract with numbers. */
class NumbersContractTest extends ContractSuite {
  @Override
  protected Path goldenFolder() {
    return Path.of("src", "test", "resources", "golden", "numbers");
  }

  @Override
  protected boolean includes(ComponentProvider provider) {
    return provider.name().equals("onnx_encoder");
  }

  @Override
  protected Spec spec(ComponentProvider provider, Kind kind) {
    Path file = ContractTest.FOLDER.resolve("scaled.onnx");
    Models.write(file, Models.scaled(4, 1));
    return Spec.parse("onnx_encoder(file='" + file + "', normalize=true)");
  }
}
