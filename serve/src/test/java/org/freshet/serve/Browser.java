package org.freshet.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A headless Chromium, driven by its DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PATIENCE = 60;

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger next = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();

  /** Errors of scripts, and what the policy of the page forbade. */
  final List<String> complaints = new CopyOnWriteArrayList<>();

  /** The program named by CHROMIUM, else one on the path; null where there is none. */
  static Path find() {
    String named = System.getenv("CHROMIUM");
    if (named != null) {
      return Path.of(named);
    }
    for (String folder :
        System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
      for (String name : List.of("chromium", "chromium-browser", "google-chrome")) {
        Path program = Path.of(folder, name);
        if (Files.isExecutable(program)) {
          return program;
        }
      }
    }
    return null;
  }

  Browser(Path program, Path profile) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(
        List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--hide-scrollbars",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            "about:blank"));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(page(port(profile.resolve("DevToolsActivePort"))), new Listener())
            .get(PATIENCE, TimeUnit.SECONDS);
    call("Page.enable");
    call("Runtime.enable");
    call("Log.enable");
  }

  private String port(Path file) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    while (System.nanoTime() < end && process.isAlive()) {
      if (Files.exists(file) && Files.readAllLines(file).size() >= 2) {
        return Files.readAllLines(file).get(0);
      }
      Thread.sleep(50);
    }
    throw new IOException("Chromium did not start");
  }

  private static URI page(String port) throws Exception {
    HttpRequest list =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")).build();
    for (int i = 0; i < 200; i++) {
      String body = HttpClient.newHttpClient().send(list, BodyHandlers.ofString()).body();
      for (JsonNode target : JSON.readTree(body)) {
        if (target.get("type").asText().equals("page")) {
          return URI.create(target.get("webSocketDebuggerUrl").asText());
        }
      }
      Thread.sleep(50);
    }
    throw new IOException("Chromium shows no page");
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          take(JSON.readTree(text.toString()));
        } catch (IOException e) {
          complaints.add(e.toString());
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void take(JsonNode message) {
    if (message.has("id")) {
      asked.remove(message.get("id").asInt()).complete(message);
      return;
    }
    switch (message.get("method").asText()) {
      case "Runtime.exceptionThrown" ->
          complaints.add(message.at("/params/exceptionDetails").toString());
      case "Log.entryAdded" -> {
        JsonNode entry = message.at("/params/entry");
        if (entry.get("level").asText().equals("error")) {
          complaints.add(entry.get("text").asText() + " " + entry.path("url").asText());
        }
      }
      default -> {}
    }
  }

  /** Calls a method of the protocol with names and values of its parameters in turn. */
  JsonNode call(String method, Object... parameters) throws Exception {
    ObjectNode message = JSON.createObjectNode();
    int id = next.incrementAndGet();
    message.put("id", id).put("method", method);
    ObjectNode given = message.putObject("params");
    for (int i = 0; i < parameters.length; i += 2) {
      given.set((String) parameters[i], JSON.valueToTree(parameters[i + 1]));
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    asked.put(id, answer);
    socket.sendText(message.toString(), true);
    JsonNode came = answer.get(PATIENCE, TimeUnit.SECONDS);
    if (came.has("error")) {
      throw new IOException(method + ": " + came.get("error"));
    }
    return came.get("result");
  }

  /** Goes to an address; what earlier pages complained of is forgotten. */
  void open(String address) throws Exception {
    call("Page.navigate", "url", "about:blank");
    until("location.href === 'about:blank'");
    complaints.clear();
    call("Page.navigate", "url", address);
    until("document.readyState === 'complete' && location.href !== 'about:blank'");
  }

  /** Shows it so wide and high, in light or dark, perhaps as a phone; motion is reduced. */
  void look(int width, int height, boolean dark, boolean phone) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        "width",
        width,
        "height",
        height,
        "deviceScaleFactor",
        phone ? 2 : 1,
        "mobile",
        phone);
    call(
        "Emulation.setEmulatedMedia",
        "features",
        List.of(
            Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
            Map.of("name", "prefers-reduced-motion", "value", "reduce")));
  }

  /** What an expression gives in the page. */
  JsonNode value(String expression) throws Exception {
    JsonNode r = call("Runtime.evaluate", "expression", expression, "returnByValue", true);
    if (r.has("exceptionDetails")) {
      throw new IOException(expression + ": " + r.get("exceptionDetails"));
    }
    return r.at("/result/value");
  }

  String text(String id) throws Exception {
    return value("document.getElementById('" + id + "').innerText").asText();
  }

  /** Waits until an expression is true in the page. */
  void until(String expression) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    while (!value(expression).asBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "not so within "
                + PATIENCE
                + " s: "
                + expression
                + "; the page complains "
                + complaints
                + " and shows "
                + value("document.body.innerText").asText());
      }
      Thread.sleep(100);
    }
  }

  void press(String key) throws Exception {
    call("Input.dispatchKeyEvent", "type", "keyDown", "key", key, "text", key);
    call("Input.dispatchKeyEvent", "type", "keyUp", "key", key);
  }

  /** Clicks with the mouse where a person would, once there is something to click. */
  void click(String selector) throws Exception {
    until("document.querySelector(" + JSON.writeValueAsString(selector) + ") !== null");
    JsonNode at =
        value(
            """
            (() => {
              const e = document.querySelector(%s);
              e.scrollIntoView({ block: "center", behavior: "instant" });
              const r = e.getBoundingClientRect();
              return { x: r.x + r.width / 2, y: r.y + r.height / 2 };
            })()
            """
                .formatted(JSON.writeValueAsString(selector)));
    for (String type : List.of("mousePressed", "mouseReleased")) {
      call(
          "Input.dispatchMouseEvent",
          "type",
          type,
          "x",
          at.get("x").asDouble(),
          "y",
          at.get("y").asDouble(),
          "button",
          "left",
          "clickCount",
          1);
    }
  }

  /** Types into what has the focus. */
  void type(String text) throws Exception {
    call("Input.insertText", "text", text);
  }

  /** A key that writes nothing, such as Tab or Escape; Enter. */
  void key(String name, int code) throws Exception {
    String text = name.equals("Enter") ? "\r" : "";
    for (String type : List.of("keyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          "type",
          type,
          "key",
          name,
          "code",
          name,
          "windowsVirtualKeyCode",
          code,
          "text",
          type.equals("keyDown") ? text : "");
    }
  }

  /** A picture of what is shown, or of the whole page. */
  byte[] picture(boolean whole) throws Exception {
    JsonNode r = call("Page.captureScreenshot", "format", "png", "captureBeyondViewport", whole);
    return Base64.getDecoder().decode(r.get("data").asText());
  }

  @Override
  public void close() throws Exception {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.waitFor(PATIENCE, TimeUnit.SECONDS);
  }
}
