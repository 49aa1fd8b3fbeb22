package org.freshet.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * A request of events or labels, made before the clock starts: only the digits of its ids change
 * afterwards.
 */
final class HttpMessage {
  private static final int DIGITS = 9;

  private final byte[] bytes;
  private final int[] ids;

  private HttpMessage(String path, int records, String prefix, IntFunction<String> members) {
    StringBuilder body = new StringBuilder(records > 1 ? "[" : "");
    ids = new int[records];
    for (int i = 0; i < records; i++) {
      body.append(i > 0 ? "," : "").append("{\"id\":\"").append(prefix).append('-');
      ids[i] = body.length();
      body.append("0".repeat(DIGITS)).append("\",").append(members.apply(i)).append('}');
    }
    body.append(records > 1 ? "]" : "");
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n";
    for (int i = 0; i < records; i++) {
      ids[i] += head.length();
    }
    bytes = (head + body).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * @param records of a request; 1 is a single object
   * @param prefix of their ids, before a dash
   */
  static HttpMessage events(int records, String prefix, int features, long seed) {
    Random random = new Random(seed);
    return new HttpMessage("/v1/events", records, prefix, i -> event(features, random));
  }

  /** One event that brings its label. */
  static HttpMessage labelled(String prefix, int features, long seed) {
    Random random = new Random(seed);
    String label = random.nextInt(3) == 0 ? "yes" : "no";
    return new HttpMessage(
        "/v1/events", 1, prefix, i -> "\"label\":\"" + label + "\"," + event(features, random));
  }

  static HttpMessage labels(int records, String prefix) {
    return new HttpMessage(
        "/v1/labels", records, prefix, i -> "\"label\":\"" + (i % 3 == 0 ? "yes" : "no") + "\"");
  }

  private static String event(int features, Random random) {
    StringBuilder s = new StringBuilder("\"features\":{");
    for (int f = 0; f < features; f++) {
      s.append(f > 0 ? "," : "").append("\"f").append(f).append("\":");
      s.append(Math.round(random.nextGaussian() * 1e5) / 1e5);
    }
    return s.append('}').toString();
  }

  int records() {
    return ids.length;
  }

  /** Its bytes, with ids from the first on; valid until the next call. */
  ByteBuffer numbered(long first) {
    for (int i = 0; i < ids.length; i++) {
      long n = first + i;
      for (int d = DIGITS - 1; d >= 0; d--) {
        bytes[ids[i] + d] = (byte) ('0' + n % 10);
        n /= 10;
      }
    }
    return ByteBuffer.wrap(bytes);
  }
}
