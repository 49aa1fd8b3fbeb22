package org.freshet.onnx;

import java.nio.file.Path;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.testkit.ContractSuite;

/** The encoder keeps the contract with a text; with numbers see {@link NumbersContractTest}. */
class ContractTest extends ContractSuite {
  static final Path FOLDER = Path.of("target", "models");

  @Override
  protected Spec spec(ComponentProvider provider, Kind kind) {
    Path vocabulary =
        Models.vocabulary(
            FOLDER.resolve("words.txt"), "[UNK]", "rise", "fall", "calm", "storm", "and");
    Path file = Models.write(FOLDER.resolve("words.onnx"), Models.embedding(6, 5, 1));
    String wordpiece = "wordpiece(vocabulary='" + vocabulary + "')";
    return Spec.parse(
        switch (provider.name()) {
          case "onnx_encoder" ->
              "onnx_encoder(file='" + file + "', input=" + wordpiece + ", cache=2KB, batch=4)";
          case "wordpiece" -> wordpiece;
          default -> provider.name();
        });
  }
}
