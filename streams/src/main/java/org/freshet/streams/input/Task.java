package org.freshet.streams.input;

/** What the label is taken as. */
public enum Task {
  /** A category, whatever it looks like. */
  CLASSIFICATION,
  /** A number. */
  REGRESSION
}
