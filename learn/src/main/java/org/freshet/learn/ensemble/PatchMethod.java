package org.freshet.learn.ensemble;

/** What makes the members of streaming random patches differ. */
public enum PatchMethod {
  /** A random subspace each, and Poisson weights. */
  RANDOM_PATCHES,
  /** A random subspace each; every example counts once. */
  RANDOM_SUBSPACES,
  /** Poisson weights; all features. */
  BAGGING
}
