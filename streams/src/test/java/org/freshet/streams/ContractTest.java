package org.freshet.streams;

import java.util.Map;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.testkit.ContractSuite;

/** Every reader and generator keeps the contract. */
class ContractTest extends ContractSuite {
  private static final String FILES = "src/test/resources/contract/small.";

  /** Readers need a file; drift needs streams. */
  private static final Map<String, String> SPECS =
      Map.of(
          "csv", "csv(path='" + FILES + "csv', time=when)",
          "arff", "arff(path='" + FILES + "arff')",
          "jsonl", "jsonl(path='" + FILES + "jsonl')",
          "libsvm", "libsvm(path='" + FILES + "libsvm')",
          "vw", "vw(path='" + FILES + "vw')",
          "idx", "idx(path='src/test/resources/contract/small-images.idx')",
          "images", "images(path='src/test/resources/contract/small.zip', shuffle=true)",
          "follow", "follow(path=events.jsonl)",
          "drift", "drift(before=sea(concept=1), after=sea(concept=3), positions=[100])");

  @Override
  protected Spec spec(ComponentProvider provider, Kind kind) {
    if (kind == Kind.SINK) {
      return Spec.parse(
          provider.name().equals("jsonl") ? "jsonl(path=out.jsonl)" : "webhook(url='http://h/')");
    }
    return Spec.parse(SPECS.getOrDefault(provider.name(), provider.name()));
  }
}
