package org.freshet.streams.input;

import org.freshet.core.Batch;
import org.freshet.core.Schema;

/** Reads records of one format into rows; {@link RecordSource} makes a source of it. */
public interface RecordParser {
  Schema schema();

  /**
   * Writes the next record to the open row of a batch.
   *
   * @return false at the end of the stream
   * @throws BadRecord when the record is wrong; the parser stands behind it
   */
  boolean next(Batch batch) throws BadRecord;

  /** Line, counted from 1, where the record last read began. */
  long line();

  /** The record last read as text, for the dead-letter file; may be cut. */
  String record();
}
