package org.freshet.serve;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The body of a request, read up to a limit into bytes that each thread uses again. */
final class Body {
  private static final int KEPT = 1 << 20;
  private static final ThreadLocal<Body> OWN = ThreadLocal.withInitial(Body::new);

  private byte[] bytes = new byte[16 << 10];
  private int length;

  private Body() {}

  /** Valid until the thread reads the next. */
  static Body of(Context ctx, int most) {
    String encoding = ctx.req().getHeader("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new Refused(415, "bodies are taken as they are, without Content-Encoding");
    }
    if (ctx.req().getContentLengthLong() > most) {
      throw tooLarge(most);
    }
    Body body = OWN.get();
    try {
      body.read(ctx.req().getInputStream(), most);
    } catch (IOException e) {
      throw new Refused(400, "the body ended early");
    }
    return body;
  }

  static Refused tooLarge(int most) {
    return new Refused(413, "the body is larger than " + most + " bytes (serve.max_body)");
  }

  private void read(InputStream in, int most) throws IOException {
    if (bytes.length > KEPT) {
      bytes = new byte[KEPT]; // one large body is no reason to keep its room
    }
    length = 0;
    while (true) {
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * bytes.length);
      }
      int n = in.read(bytes, length, bytes.length - length);
      if (n < 0) {
        return;
      }
      length += n;
      if (length > most) {
        throw tooLarge(most);
      }
    }
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  /** Whether its JSON is an array. */
  boolean isArray() {
    return isArray(bytes, length);
  }

  static boolean isArray(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] > ' ') {
        return bytes[i] == '[';
      }
    }
    return false;
  }
}
