package org.freshet.streams.input;

/** What a source does with a bad record. */
public enum OnError {
  /** The read fails with its place and cause; the source then stands behind it. */
  FAIL,
  /** It is counted and left out. */
  SKIP,
  /** It is counted, left out, and written with its cause to the dead-letter file. */
  DEAD_LETTER
}
