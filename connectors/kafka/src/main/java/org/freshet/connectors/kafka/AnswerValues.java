package org.freshet.connectors.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;
import org.freshet.streams.live.AnswerJson;
import org.freshet.streams.live.JsonBytes;

/** Values of answers: those of the API with their number. One thread uses one instance. */
final class AnswerValues {
  private static final byte[] NUMBER = "{\"n\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ID = ",\"id\":".getBytes(StandardCharsets.US_ASCII);

  private final AnswerJson json;
  private final JsonBytes out = new JsonBytes();

  AnswerValues(Schema schema) {
    json = new AnswerJson(schema);
  }

  byte[] value(AnswerBlock b, int i) {
    out.clear().raw(NUMBER).number(b.first() + i);
    if (b.ids()[i] != null) {
      out.raw(ID).text(b.ids()[i]);
    }
    json.answer(b, i, out);
    json.end(b, i, out);
    return Arrays.copyOf(out.array(), out.size());
  }
}
