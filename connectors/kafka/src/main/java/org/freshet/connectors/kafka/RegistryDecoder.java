package org.freshet.connectors.kafka;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.errors.InterruptException;
import org.freshet.core.live.Records;
import org.freshet.streams.live.BadEvent;

/**
 * Values as the clients of a schema registry write them: a zero, the number of the schema in four
 * bytes, and the record in bare Avro. Each is read with the schema it was written with, so that
 * columns may come, go and move; those the pipeline does not know are passed over.
 */
final class RegistryDecoder implements Decoder {
  private static final int HEADER = 5;

  /** Schemas kept; of more than that the one not used for longest is fetched again when needed. */
  private static final int MOST = 256;

  /** Makes the decoder of values written with one schema. */
  interface Maker {
    AvroDecoder decoder(org.apache.avro.Schema written);
  }

  private final SchemaRegistry registry;
  private final Maker maker;
  private final Map<Integer, AvroDecoder> decoders =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, AvroDecoder> eldest) {
          return size() > MOST;
        }
      };

  RegistryDecoder(SchemaRegistry registry, Maker maker) {
    this.registry = registry;
    this.maker = maker;
  }

  @Override
  public void add(byte[] value, Records into) throws BadEvent {
    if (value.length < HEADER || value[0] != 0) {
      throw new BadEvent(
          0, null, "does not begin with 00 and the number of a schema in the registry");
    }
    int id = ByteBuffer.wrap(value).getInt(1);
    AvroDecoder decoder = decoders.get(id);
    if (decoder == null) {
      decoder = maker.decoder(written(id));
      decoders.put(id, decoder);
    }
    decoder.add(value, HEADER, into);
  }

  private org.apache.avro.Schema written(int id) throws BadEvent {
    try {
      return registry.written(id);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
