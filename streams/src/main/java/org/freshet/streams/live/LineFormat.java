package org.freshet.streams.live;

/** How a line of text holds a record. */
public enum LineFormat {
  /** JSON when the first line begins with a brace, else CSV. */
  AUTO,
  /** One JSON object. */
  JSONL,
  /** Cells; the first line names them. */
  CSV
}
