package org.freshet.neural.strategy;

import java.nio.file.Path;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.testkit.ContractSuite;
import org.junit.jupiter.api.Nested;

/** The network keeps the contract with each strategy that holds on to what was learnt. */
class StrategiesContractTest {
  private abstract static class Network extends ContractSuite {
    private final String strategy;

    Network(String strategy) {
      this.strategy = strategy;
    }

    @Override
    protected boolean includes(ComponentProvider provider) {
      return provider.name().equals("mlp");
    }

    @Override
    protected Spec spec(ComponentProvider provider, Kind kind) {
      return Spec.parse("mlp(hidden=[10], batch=2, strategy=" + strategy + ")");
    }

    @Override
    protected Path goldenFolder() {
      return super.goldenFolder().resolve("strategy").resolve(strategy.replaceAll("\\(.*", ""));
    }
  }

  @Nested
  class Ewc extends Network {
    Ewc() {
      super("ewc(rows=10, consolidate=every_events(events=20))");
    }
  }

  @Nested
  class Mas extends Network {
    Mas() {
      super("mas(rows=10, consolidate=every_events(events=20))");
    }
  }

  @Nested
  class Si extends Network {
    Si() {
      super("si(consolidate=every_events(events=20))");
    }
  }

  @Nested
  class Lwf extends Network {
    Lwf() {
      super("lwf(consolidate=loss_plateau(block=4, window=2, mean=3, variance=1))");
    }
  }
}
