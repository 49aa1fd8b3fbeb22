package org.freshet.onnx;

import org.freshet.core.Features;
import org.freshet.core.Schema;

/**
 * How an event becomes what a model takes: the settings, without any state. One of your own is a
 * component of kind PART that implements this.
 */
public interface EncoderInput {
  /**
   * For the rows of a stream.
   *
   * @param shape what the model takes of an event, -1 for a length that is open; empty for tokens
   * @throws org.freshet.core.SchemaException when the stream has no such columns
   */
  Preparation prepare(Schema schema, long[] shape);

  /** Whether it makes tokens rather than numbers. */
  boolean tokens();

  /** Prepares events one by one. */
  interface Preparation {
    /** Whether a column goes into the model; the others stay in the row. */
    boolean takes(int column);

    /** What stands for an event: equal ones get the same encoding. Keeps nothing of the row. */
    Object key(Features x);

    /** What the model is given. */
    Example example(Object key);

    /** Shape of numbers for the model, without the batch; unused with tokens. */
    long[] shape();

    /**
     * Tells files apart that it reads beside its parameters; a snapshot is refused with another.
     */
    default long fingerprint() {
      return 0;
    }

    /** Bytes of heap beside the keys. */
    long memoryBytes();
  }
}
