package org.freshet.core.component;

import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Workers;

/**
 * What a component is made with besides its parameters: the schema of the rows it will see, its
 * seed and the threads it may use. Immutable.
 *
 * @param schema of the rows it will see; null for sources and detectors
 * @param seed its own seed, a hash of the parent's seed, a path and an index
 * @param workers threads for components with the trait PARALLEL
 */
public record Build(Schema schema, long seed, Workers workers) {
  /** One thread, seed 1. */
  public static Build of(Schema schema) {
    return new Build(schema, 1, ONE);
  }

  private static final Workers ONE = new Workers(1);

  public Build withSeed(long other) {
    return new Build(schema, other, workers);
  }

  public Build withSchema(Schema other) {
    return new Build(other, seed, workers);
  }

  public Build withWorkers(Workers other) {
    return new Build(schema, seed, other);
  }

  /** For a nested component: same schema, a seed of its own, one thread. */
  public Build child(String path, long index) {
    return new Build(schema, Rng.childSeed(seed, path, index), ONE);
  }

  public Rng rng() {
    return new Rng(seed);
  }

  /** Makes a nested component; it must be of type {@code as}. */
  public <T> T create(Spec spec, Class<T> as) {
    return Components.create(spec, this, as);
  }
}
