package org.freshet.core;

/**
 * A stream that is read: a file, standard input, a generator. One thread reads it. Memory does not
 * grow with its length.
 */
public interface Source extends AutoCloseable {
  /** Name for messages and reports, such as a file's name. */
  String name();

  /** Columns and label; known as soon as the source is made. */
  Schema schema();

  /**
   * Clears the batch and fills it with up to {@code max} events, in order.
   *
   * @return how many; 0 only at the end of the stream
   * @throws DataException for a bad record under the policy {@code fail}; the source then stands
   *     behind it
   */
  int read(Batch batch, int max);

  /** Where the next event comes from: records read so far, and what identifies the stream. */
  Position position();

  /**
   * Goes on from a position this kind of source gave; only before the first {@link #read}.
   *
   * @throws StateException when the fingerprint shows another stream
   */
  void seek(Position position);

  /**
   * True positions of drift, when the stream knows them (generators): event numbers counted from 0.
   */
  default long[] driftPositions() {
    return new long[0];
  }

  /** Bad records met so far under the policies skip and dead_letter. */
  default long badRecords() {
    return 0;
  }

  @Override
  void close();

  /**
   * @param record events read so far (bad records count as read)
   * @param fingerprint hash of what identifies the stream; equal streams have equal ones
   */
  record Position(long record, long fingerprint) {}
}
