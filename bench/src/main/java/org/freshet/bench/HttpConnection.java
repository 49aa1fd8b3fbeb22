package org.freshet.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One connection that is kept, with one request at a time on it, and never blocks. */
final class HttpConnection implements AutoCloseable {
  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer answer = ByteBuffer.allocate(1 << 17);
  private ByteBuffer request;
  private int whole = -1; // bytes of the answer, once its head is there
  private long since;
  private long first;
  private boolean refusals; // are answers too
  private int status;
  private boolean comeAgain;

  HttpConnection(int port, Selector selector) throws IOException {
    channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.connect(new InetSocketAddress("127.0.0.1", port));
    channel.configureBlocking(false);
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  /** From now on it may be refused. */
  HttpConnection takesRefusals() {
    refusals = true;
    return this;
  }

  /** Of the last answer. */
  int status() {
    return status;
  }

  /** Whether the last answer said when to come again. */
  boolean comeAgain() {
    return comeAgain;
  }

  boolean busy() {
    return request != null;
  }

  /** When the request it waits for was due. */
  long since() {
    return since;
  }

  /** Number of the first record of the request it waits for. */
  long first() {
    return first;
  }

  /**
   * @param number of its first record
   * @param due when it was to be sent
   */
  void send(HttpMessage message, long number, long due) throws IOException {
    first = number;
    since = due;
    request = message.numbered(number);
    write();
  }

  private void write() throws IOException {
    channel.write(request);
    key.interestOps(
        request.hasRemaining()
            ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
            : SelectionKey.OP_READ);
  }

  /** Goes on with what the channel is ready for; true when the answer is there whole. */
  boolean ready() throws IOException {
    if (key.isWritable() && busy() && request.hasRemaining()) {
      write();
    }
    if (!key.isReadable()) {
      return false;
    }
    if (channel.read(answer) < 0) {
      throw new IOException("the server closed the connection");
    }
    if (whole < 0) {
      whole = whole();
    }
    if (whole < 0 || answer.position() < whole) {
      return false;
    }
    answer.clear();
    whole = -1;
    request = null;
    return true;
  }

  /** Bytes of an answer; -1 while its head is not there. */
  private int whole() throws IOException {
    byte[] got = answer.array();
    for (int i = 3; i < answer.position(); i++) {
      if (got[i] == '\n' && got[i - 1] == '\r' && got[i - 2] == '\n') {
        String head = new String(got, 0, i, StandardCharsets.ISO_8859_1);
        int at = head.toLowerCase(Locale.ROOT).indexOf("content-length:");
        status = Integer.parseInt(head.substring(9, 12));
        comeAgain = head.toLowerCase(Locale.ROOT).contains("retry-after:");
        if (status != 200 && !refusals || at < 0) {
          throw new IOException("answered " + head.lines().findFirst().orElse("nothing"));
        }
        return i + 1 + Integer.parseInt(head.substring(at + 15, head.indexOf('\r', at)).strip());
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
