package org.freshet.core;

import java.util.List;
import org.freshet.core.component.Components;

/**
 * A learner whose copies learn apart, each from its own part of a stream, and are brought together:
 * what the trait MERGEABLE claims.
 *
 * <p>There is one operation, {@link #add}: <em>this ← this + (newer − older)</em>, where {@code
 * newer} is a learner and {@code older} the same one as it was before. It is all that is needed so
 * that nothing is lost and nothing counted twice, however late it arrives. With {@code none} a
 * learner that has learnt nothing:
 *
 * <pre>
 *   a copy sends      delta  = none + (now − sent before)       as the bytes of its state
 *   who merges does   merged = merged + (delta − none)          for each that comes
 *   a copy takes back now    = merged + (now − sent before)     what it learnt meanwhile stays
 * </pre>
 *
 * <p>Learners are of two kinds. Where what is learnt is <em>sums</em> over examples (counts,
 * moments, matrices of second moments) a difference of two states is the sums of the examples
 * between them, a delta is the learner that has learnt those alone, and adding it gives the learner
 * of all: {@link #isExact}. It comes out the same in any order and with any delay, and {@code
 * share} is ignored. Where what is learnt is a <em>point</em> that examples move (weights moved by
 * gradients), all that a difference says is how far it moved from where; n copies that each went
 * all the way from the same place, added up, would go n times as far. They go along by {@code
 * share} of the way: 1/n for each of n copies gives their mean.
 *
 * <p>All are made with the same parameters and schema, and with dictionaries that agree.
 */
public interface Mergeable extends Learner {
  /**
   * Adds what {@code newer} has learnt since it was {@code older}. Nothing changes where they are
   * equal.
   *
   * @param newer of the same class, parameters and schema; not changed
   * @param older an earlier state of it, or one that has learnt nothing
   * @param share how much of the way a point goes along, from 0 up; sums take all of it
   */
  void add(Learner newer, Learner older, double share);

  /** Whether copies that learnt the parts of a stream add up to one that learnt all of it. */
  default boolean isExact() {
    return false;
  }

  /** Why it cannot be merged as its parameters are, in words behind its name; null when it can. */
  default String unmergeable() {
    return null;
  }

  /** Which part of a learner cannot be merged, and why, in a line; null when all can. */
  static String refusal(Learner learner) {
    List<Transformer> before = learner instanceof Pipeline p ? p.transformers() : List.of();
    for (Transformer t : before) {
      if (refusal(t) != null) {
        return refusal(t);
      }
    }
    Learner last = learner instanceof Pipeline p ? p.learner() : learner;
    String why =
        last instanceof Mergeable m ? m.unmergeable() : "has no copies that could be merged";
    String name =
        Components.describe(last).map(c -> c.name()).orElse(last.getClass().getSimpleName());
    return why == null ? null : name + " " + why;
  }
}
