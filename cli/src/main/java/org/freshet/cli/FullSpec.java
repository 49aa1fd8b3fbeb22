package org.freshet.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;

/** A specification with every default written out: what two models must share to be the same. */
final class FullSpec {
  private FullSpec() {}

  static Spec of(Spec spec) {
    if (spec.isPipeline()) {
      return Spec.pipeline(spec.steps().stream().map(FullSpec::of).toList(), spec.where());
    }
    ComponentProvider c = Components.find(spec.name()).orElseThrow();
    Spec full = Components.bind(c, spec, new ArrayList<>()).toSpec(spec.name());
    for (Map.Entry<String, Value> e : full.values().entrySet()) {
      full = full.with(e.getKey(), whole(e.getValue().raw()));
    }
    return full;
  }

  private static Object whole(Object raw) {
    if (raw instanceof Value v) {
      return whole(v.raw());
    }
    if (raw instanceof Spec s) {
      return of(s);
    }
    return raw instanceof List<?> list ? list.stream().map(FullSpec::whole).toList() : raw;
  }
}
