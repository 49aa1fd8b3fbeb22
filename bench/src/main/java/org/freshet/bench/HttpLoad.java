package org.freshet.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * One connection that pushes events and, so many events later, their labels: bytes made before the
 * clock starts, in which only the digits of the ids change, over a plain socket.
 */
final class HttpLoad implements AutoCloseable {
  private static final int DIGITS = 9;
  private static final int LABELS = 100;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final Message events;
  private final Message labels;
  private final int batch;
  private final long late;
  private final byte[] answer = new byte[1 << 16];
  private long sent;
  private long labelled;

  /** A request and where its ids are. */
  private record Message(byte[] bytes, int[] ids) {
    void number(long first) {
      for (int i = 0; i < ids.length; i++) {
        long n = first + i;
        for (int d = DIGITS - 1; d >= 0; d--) {
          bytes[ids[i] + d] = (byte) ('0' + n % 10);
          n /= 10;
        }
      }
    }
  }

  /**
   * @param connection its number, which its ids begin with
   * @param batch events of a request; 1 sends single objects
   * @param late events after which the label of an event comes
   */
  HttpLoad(int port, int connection, int features, int batch, long late) throws IOException {
    this.batch = batch;
    this.late = late;
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    in = socket.getInputStream();
    out = socket.getOutputStream();
    Random random = new Random(connection);
    events = message("/v1/events", batch, connection, i -> event(features, random));
    labels =
        message(
            "/v1/labels",
            LABELS,
            connection,
            i -> "\"label\":\"" + (i % 3 == 0 ? "yes" : "no") + "\"");
  }

  private interface Members {
    String of(int i);
  }

  private static String event(int features, Random random) {
    StringBuilder s = new StringBuilder("\"features\":{");
    for (int f = 0; f < features; f++) {
      s.append(f > 0 ? "," : "").append("\"f").append(f).append("\":");
      s.append(Math.round(random.nextGaussian() * 1e5) / 1e5);
    }
    return s.append('}').toString();
  }

  private static Message message(String path, int n, int connection, Members members) {
    StringBuilder body = new StringBuilder(n > 1 ? "[" : "");
    int[] ids = new int[n];
    for (int i = 0; i < n; i++) {
      body.append(i > 0 ? "," : "").append("{\"id\":\"c").append(connection).append('-');
      ids[i] = body.length();
      body.append("0".repeat(DIGITS)).append("\",").append(members.of(i)).append('}');
    }
    body.append(n > 1 ? "]" : "");
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n";
    for (int i = 0; i < n; i++) {
      ids[i] += head.length();
    }
    return new Message((head + body).getBytes(StandardCharsets.US_ASCII), ids);
  }

  /** Pushes one request of events; gives the nanoseconds until it was answered. */
  long events() throws IOException {
    events.number(sent);
    sent += batch;
    long start = System.nanoTime();
    exchange(events.bytes);
    return System.nanoTime() - start;
  }

  /** Pushes the labels that are due. */
  void labels() throws IOException {
    while (sent - labelled >= late + LABELS) {
      labels.number(labelled);
      labelled += LABELS;
      exchange(labels.bytes);
    }
  }

  long sent() {
    return sent;
  }

  private void exchange(byte[] request) throws IOException {
    out.write(request);
    int got = 0;
    int end = -1;
    int length = 0;
    while (end < 0 || got < end + length) {
      int n = in.read(answer, got, answer.length - got);
      if (n < 0) {
        throw new IOException("the server closed the connection");
      }
      got += n;
      if (end < 0 && (end = headEnd(got)) >= 0) {
        length = check(end);
      }
    }
  }

  private int headEnd(int got) {
    for (int i = 3; i < got; i++) {
      if (answer[i] == '\n' && answer[i - 1] == '\r' && answer[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /** Length of the body of an answer of 200. */
  private int check(int end) throws IOException {
    String head = new String(answer, 0, end, StandardCharsets.ISO_8859_1);
    int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length:");
    if (!head.startsWith("HTTP/1.1 200 ") || at < 0) {
      throw new IOException("answered " + head.lines().findFirst().orElse("nothing"));
    }
    int line = head.indexOf('\r', at);
    return Integer.parseInt(head.substring(at + 15, line).strip());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
