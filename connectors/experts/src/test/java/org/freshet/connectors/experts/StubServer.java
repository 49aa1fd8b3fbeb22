package org.freshet.connectors.experts;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Answers with what was recorded, in order, and notes what it was asked. */
final class StubServer implements AutoCloseable {
  /** A reply; status 0 never comes. */
  record Reply(int status, String body, String retryAfter) {}

  final List<String> asked = new ArrayList<>();
  final List<String> keys = new ArrayList<>();
  private final Deque<Reply> replies = new ArrayDeque<>();
  volatile Function<String, Reply> by; // the reply to a question; null: those in order
  private final CountDownLatch closed = new CountDownLatch(1);
  private final HttpServer server;

  StubServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(
        Executors.newCachedThreadPool(
            work -> {
              Thread t = new Thread(work);
              t.setDaemon(true);
              return t;
            }));
    server.createContext(
        "/",
        exchange -> {
          Reply reply;
          String question =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          synchronized (this) {
            asked.add(question);
            keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
            reply = replies.size() > 1 ? replies.poll() : replies.peek();
          }
          if (by != null) {
            reply = by.apply(question); // may wait
          }
          if (reply.status == 0) {
            await();
          }
          byte[] body = reply.body.getBytes(StandardCharsets.UTF_8);
          if (reply.retryAfter != null) {
            exchange.getResponseHeaders().add("Retry-After", reply.retryAfter);
          }
          exchange.sendResponseHeaders(reply.status == 0 ? 500 : reply.status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  private void await() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/chat/completions";
  }

  /** The next reply; the last one is given again and again. */
  synchronized StubServer then(int status, String body) {
    replies.add(new Reply(status, body, null));
    return this;
  }

  synchronized StubServer thenWait(int status, String retryAfter) {
    replies.add(new Reply(status, "slow down", retryAfter));
    return this;
  }

  /** What a chat completion looks like. */
  StubServer says(String content) {
    return then(200, completion(content));
  }

  static String completion(String content) {
    return "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\""
        + content.replace("\"", "\\\"")
        + "\"}}],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":10}}";
  }

  synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
