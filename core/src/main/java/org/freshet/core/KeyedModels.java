package org.freshet.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Models that belong to one key each: they can be divided among processes by their keys, as {@link
 * KeyTable#part} divides them, and be brought together again.
 */
public interface KeyedModels extends Learner {
  /**
   * Forgets the models of all keys but those of one part.
   *
   * @param part 0 … parts-1
   */
  void retain(int part, int parts);

  /**
   * Takes over the models of another with the same parameters, which has other keys; the other is
   * not used afterwards.
   */
  void takeOver(KeyedModels other);

  /** Those of a learner or the steps of a pipeline, in their order. */
  static List<KeyedModels> in(Learner model) {
    List<KeyedModels> all = new ArrayList<>();
    if (model instanceof Pipeline p) {
      for (Learner step : p.transformers()) {
        all.addAll(in(step));
      }
      all.addAll(in(p.learner()));
    } else if (model instanceof KeyedModels keyed) {
      all.add(keyed);
    }
    return all;
  }
}
