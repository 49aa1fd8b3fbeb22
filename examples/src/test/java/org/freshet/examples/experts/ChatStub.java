package org.freshet.examples.experts;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Stands in for a large model behind an OpenAI-compatible interface, to try {@code
 * examples/cascade-live.yaml} without one: what the bundled messages' column {@code gpt35} says of
 * a message, after a third of a second. One it does not know is a question.
 *
 * <pre>java examples/src/test/java/org/freshet/examples/experts/ChatStub.java 8081</pre>
 */
public final class ChatStub {
  private static final Pattern CONTENT = Pattern.compile("\"content\":\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final long THINKS = 300;

  private ChatStub() {}

  public static void main(String[] args) throws IOException {
    Map<String, String> said = new HashMap<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(Path.of("examples/data/messages.csv.gz"))),
                StandardCharsets.UTF_8))) {
      in.readLine();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] cells = line.split(",", 5);
        String text = cells[4];
        said.put(text.startsWith("\"") ? text.substring(1, text.length() - 1) : text, cells[2]);
      }
    }
    int port = args.length == 0 ? 8081 : Integer.parseInt(args[0]);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newFixedThreadPool(8));
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          String asked =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] reply = reply(said, asked).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, reply.length);
          exchange.getResponseBody().write(reply);
          exchange.close();
        });
    server.start();
    System.out.println("answers at http://127.0.0.1:" + port + "/v1/chat/completions");
  }

  private static String reply(Map<String, String> said, String asked) {
    String last = "";
    for (Matcher m = CONTENT.matcher(asked); m.find(); ) {
      last = m.group(1).replace("\\\"", "\"").replace("\\\\", "\\");
    }
    try {
      Thread.sleep(THINKS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String label = said.getOrDefault(last, "question");
    return "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"{\\\"label\\\":\\\""
        + label
        + "\\\"}\"}}],\"usage\":{\"prompt_tokens\":"
        + asked.length() / 4
        + ",\"completion_tokens\":5}}";
  }
}
