package org.freshet.testkit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Parameter;
import org.freshet.core.component.Spec;

/** One component as one of its kinds, with the parameters it is tested with. */
record Subject(ComponentProvider provider, Spec spec, Kind kind) {
  private static final Map<Integer, Workers> WORKERS = new ConcurrentHashMap<>();

  boolean has(Trait trait) {
    return provider.traits().contains(trait);
  }

  /** Whether it holds other components, whose own traits then count too. */
  boolean nests() {
    return provider.parameters().stream()
        .anyMatch(
            q -> q.type() == Parameter.Type.COMPONENT || q.type() == Parameter.Type.COMPONENTS);
  }

  Object create(Schema schema, long seed, int threads) {
    Workers workers = WORKERS.computeIfAbsent(threads, Workers::new);
    return Components.create(spec, new Build(schema, seed, workers), kind.type());
  }

  @Override
  public String toString() {
    return provider.name();
  }
}
