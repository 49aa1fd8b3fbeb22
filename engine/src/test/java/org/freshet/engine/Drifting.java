package org.freshet.engine;

import org.freshet.core.Features;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A transformer with state: adds the number of events seen before times 1000 to every value. */
@Component(
    name = "drifting",
    kinds = Kind.TRANSFORMER,
    family = "test",
    traits = {Trait.NUMERIC})
public final class Drifting implements Transformer {
  /** None. */
  public record Parameters() {}

  private final Schema output;
  private long seen;

  public Drifting(Parameters p, Build build) {
    this.output = build.schema();
  }

  @Override
  public Schema output() {
    return output;
  }

  @Override
  public void transform(Features in, Row out) {
    for (int i = 0; i < in.width(); i++) {
      out.set(i, in.get(i) + 1000 * seen);
    }
  }

  @Override
  public void learn(Features in) {
    seen++;
  }

  @Override
  public void save(StateWriter out) {
    out.put("seen", seen);
  }

  @Override
  public void load(StateReader in) {
    seen = in.longValue("seen");
  }

  @Override
  public long memoryBytes() {
    return 24;
  }
}
