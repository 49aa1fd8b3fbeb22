package org.freshet.learn.ensemble;

/** How often a member of a bagging learns an example. */
public enum Resampling {
  /** k ~ Poisson(λ). */
  POISSON,
  /** Once or not at all, with equal chance: half bagging. */
  HALF,
  /** 1 + k, k ~ Poisson(1): without leaving out any example. */
  AT_LEAST_ONE,
  /** Once where the member is wrong; else once with the chance e/(1 − e), e its error. */
  MISCLASSIFIED
}
