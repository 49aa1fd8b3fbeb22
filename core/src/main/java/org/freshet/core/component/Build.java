package org.freshet.core.component;

import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Workers;
import org.freshet.core.state.ModelStore;

/**
 * What a component is made with besides its parameters: the schema of the rows it will see, its
 * seed, the threads it may use and the bytes it may take. Immutable.
 *
 * @param schema of the rows it will see; null for sources and detectors
 * @param seed its own seed, a hash of the parent's seed, a path and an index
 * @param workers threads for components with the trait PARALLEL
 * @param maxBytes memory its parent leaves it; {@link #limit} takes the smaller of this and its own
 * @param store where it may put models it has no memory for; null where there is no such place
 * @param events schema of the events as the source gives them, before any step: what experts see
 */
public record Build(
    Schema schema, long seed, Workers workers, long maxBytes, ModelStore store, Schema events) {
  private static final Workers ONE = new Workers(1);

  /** No limit of memory from outside. */
  public Build(Schema schema, long seed, Workers workers) {
    this(schema, seed, workers, Long.MAX_VALUE);
  }

  /** No store. */
  public Build(Schema schema, long seed, Workers workers, long maxBytes) {
    this(schema, seed, workers, maxBytes, null, schema);
  }

  /** One thread, seed 1. */
  public static Build of(Schema schema) {
    return new Build(schema, 1, ONE);
  }

  public Build withSeed(long other) {
    return new Build(schema, other, workers, maxBytes, store, events);
  }

  public Build withSchema(Schema other) {
    return new Build(other, seed, workers, maxBytes, store, events);
  }

  public Build withWorkers(Workers other) {
    return new Build(schema, seed, other, maxBytes, store, events);
  }

  /** The same rows for its steps, experts see those of another schema. */
  public Build withEvents(Schema other) {
    return new Build(schema, seed, workers, maxBytes, store, other);
  }

  /** At most {@code bytes} of memory, less where this already allows less. */
  public Build withMaxBytes(long bytes) {
    return new Build(schema, seed, workers, Math.min(maxBytes, bytes), store, events);
  }

  public Build withStore(ModelStore other) {
    return new Build(schema, seed, workers, maxBytes, other, events);
  }

  /** For a nested component: same schema and memory, a seed of its own, one thread. */
  public Build child(String path, long index) {
    return new Build(schema, Rng.childSeed(seed, path, index), ONE, maxBytes, store, events);
  }

  /** The memory limit of a component: its own parameter, or what its parent leaves it. */
  public long limit(long own) {
    return Math.min(own, maxBytes);
  }

  public Rng rng() {
    return new Rng(seed);
  }

  /** Makes a nested component; it must be of type {@code as}. */
  public <T> T create(Spec spec, Class<T> as) {
    return Components.create(spec, this, as);
  }
}
