package org.freshet.core;

/**
 * What a component claims about itself; each claim has a contract test, and the linter relies on
 * it.
 */
public enum Trait {
  /** Takes missing values (NaN). */
  MISSING,
  /** Takes category columns (codes of an open dictionary), and categories never seen before. */
  CATEGORICAL,
  /** Takes numeric columns. */
  NUMERIC,
  /** Takes sparse rows. */
  SPARSE,
  /** Takes text columns. */
  TEXT,
  /** New classes may appear mid-stream. */
  OPEN_LABELS,
  /** New columns may appear mid-stream: the width of sparse rows may grow. */
  OPEN_FEATURES,
  /** A weight of an example acts as that many copies of it, or as its published equivalent. */
  WEIGHTS,
  /** Copies that learnt parts of a stream can be merged into one, see {@link Mergeable}. */
  MERGEABLE,
  /** Memory has a bound that does not depend on the length of the stream. */
  BOUNDED_MEMORY,
  /** Draws random numbers: another seed may give another model. */
  RANDOMIZED,
  /** Uses more than one thread when given them; the model is the same for any number. */
  PARALLEL,
  /** An ensemble whose members can live apart, see {@link Divisible}: the same answers. */
  DIVISIBLE,
  /** A transformer that reads labels: it learns when a label arrives. */
  READS_LABELS
}
