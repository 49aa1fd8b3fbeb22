package org.freshet.connectors.kafka;

import org.freshet.core.live.Records;
import org.freshet.streams.live.BadEvent;

/** Makes a record of the bytes of a value. One thread uses one instance. */
public interface Decoder {
  /**
   * Appends one record to those given, which have room for it.
   *
   * @throws BadEvent when anything in it is wrong: then nothing of it is taken
   */
  void add(byte[] value, Records into) throws BadEvent;
}
