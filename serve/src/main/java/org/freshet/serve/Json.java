package org.freshet.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.freshet.streams.live.BadEvent;

/** Reads the small bodies that are no events: trees with bounds on everything. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxStringLength(1 << 20)
                          .maxNameLength(512)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * @param what is expected, for the message
   * @throws Refused when the body is no object
   */
  static JsonNode read(Body body, String what) {
    JsonNode node;
    try {
      node = MAPPER.readTree(body.bytes(), 0, body.length());
    } catch (JsonProcessingException e) {
      throw new Refused(400, "the body is no JSON: " + BadEvent.reason(e));
    } catch (IOException e) {
      throw new Refused(400, "the body is no JSON");
    }
    if (!node.isObject()) {
      throw new Refused(400, "expected an object with '" + what + "'");
    }
    return node;
  }

  static String shown(JsonNode node) {
    String s = node.toString();
    return s.length() > 40 ? s.substring(0, 40) + "…" : s;
  }

  static String quoted(String text) {
    return MAPPER.getNodeFactory().textNode(text).toString();
  }
}
