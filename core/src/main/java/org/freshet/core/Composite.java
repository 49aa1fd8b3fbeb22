package org.freshet.core;

import java.util.List;

/** A learner made of others that one may want to look at: a wrapper, a panel, an ensemble. */
public interface Composite {
  /** The learners inside as they are now, in order; valid until it learns again. */
  List<Inner> inside();

  /**
   * A learner inside.
   *
   * @param name of its place, such as {@code learner} or {@code member 3}
   * @param schema of the rows and labels it is given; null when they are those of the whole
   * @param answers whether what it answers is the answer of the whole
   */
  record Inner(String name, Learner learner, Schema schema, boolean answers) {}
}
