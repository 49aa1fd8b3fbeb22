package org.freshet.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sends what every curl command of the documentation sends, in order, to a running service. */
class CurlTest {
  private static final Pattern COMMAND =
      Pattern.compile("^curl [^\\n]*|(?<=`)curl [^`]*", Pattern.MULTILINE);
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Pattern LEASE =
      Pattern.compile("\"questions\":\\[\\{\"id\":\"([^\"]+)\".*?\"lease\":\"([^\"]+)\"");
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void ofTheHowToPage() throws Exception {
    Path page = Cli.HOME.resolve("docs/how-to/live.md");
    Matcher m = YAML.matcher(Files.readString(page));
    List<String> settings = new ArrayList<>();
    while (m.find()) {
      settings.add(m.group(1));
    }
    settings.removeIf(s -> !s.contains("\nchallengers:"));
    assertThat(settings).hasSize(1);
    Path file = folder.resolve("how-to.yaml");
    Files.writeString(
        file,
        "name: howto\nsource: { http: { numeric: [amount], labels: [ok, fraud] } }\n"
            + "state: { directory: state }\n"
            + settings.get(0));
    assertThat(sendAll(page, file)).hasSize(4);
  }

  /** What the first lease gave stands where the page says QUESTION and LEASE. */
  @Test
  void ofTheQuestions() throws Exception {
    Path page = Cli.HOME.resolve("docs/how-to/questions.md");
    Matcher m = YAML.matcher(Files.readString(page));
    assertThat(m.find()).isTrue();
    Path file = folder.resolve("questions.yaml");
    Files.writeString(file, m.group(1) + "state: { directory: state }\n");
    List<String> answers = sendAll(page, file);
    assertThat(answers).hasSize(7);
    assertThat(answers.get(3)).contains("\"fate\":\"learnt\"");
    assertThat(answers.get(6)).contains("\"deed\":\"answered\",\"annotator\":\"anna\"");
  }

  @Test
  void ofTheExperts() throws Exception {
    HttpServer stub =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    stub.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] reply = "{\"choices\":[{\"message\":{\"content\":\"praise\"}}]}".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, reply.length);
          exchange.getResponseBody().write(reply);
          exchange.close();
        });
    stub.start();
    try {
      Path file = folder.resolve("cascade-live.yaml");
      String example = Files.readString(Cli.HOME.resolve("examples/cascade-live.yaml"));
      assertThat(example).contains("127.0.0.1:8081/");
      String port = Integer.toString(stub.getAddress().getPort());
      Files.writeString(file, example.replace("127.0.0.1:8081/", "127.0.0.1:" + port + "/"));
      List<String> answers = sendAll(Cli.HOME.resolve("docs/how-to/experts.md"), file);
      assertThat(answers.get(0)).contains("\"deferred_to\":\"stub\",\"final\":false");
      assertThat(answers.get(1))
          .contains("\"prediction\":\"praise\"", "\"deferred_to\":\"stub\",\"final\":true");
    } finally {
      stub.stop(0);
    }
  }

  @Test
  void ofTheExamples() throws Exception {
    Path file = folder.resolve("payments.yaml");
    Files.copy(Cli.HOME.resolve("examples/payments.yaml"), file);
    List<String> answers = sendAll(Cli.HOME.resolve("examples/README.md"), file);
    assertThat(answers).hasSize(2);
    assertThat(answers.get(0)).contains("\"id\":\"mine-1\"", "\"prediction\":");
    assertThat(answers.get(1)).isEqualTo("{\"id\":\"mine-1\",\"fate\":\"learnt\"}");
  }

  private List<String> sendAll(Path page, Path pipeline) throws Exception {
    List<String> answers = new ArrayList<>();
    try (RunProcess run = new RunProcess(pipeline)) {
      Matcher m = COMMAND.matcher(Files.readString(page));
      Matcher held = null;
      while (m.find()) {
        String command = m.group();
        String last = answers.isEmpty() ? "" : answers.get(answers.size() - 1);
        Matcher lease = LEASE.matcher(last);
        if (lease.find()) {
          held = lease;
        }
        if (held != null) {
          command = command.replace("QUESTION", held.group(1)).replace("LEASE", held.group(2));
        }
        HttpRequest request = request(command, run.address);
        HttpResponse<String> answer = send(request);
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (answer.statusCode() == 409
            && answer.body().contains("is not kept")
            && System.nanoTime() < deadline) { // models are written beside the stream
          answer = send(request);
        }
        assertThat(answer.statusCode()).as(m.group() + "\n" + answer.body()).isEqualTo(200);
        answers.add(answer.body());
      }
    }
    return answers;
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** As curl understands it: {@code -X METHOD}, {@code -d BODY}, an address, a comment. */
  private static HttpRequest request(String command, String address) {
    String method = null;
    String body = null;
    String to = null;
    Matcher m = WORD.matcher(command.replaceFirst(" +# .*", ""));
    assertThat(m.find()).isTrue(); // curl
    while (m.find()) {
      switch (m.group()) {
        case "-X" -> method = next(m);
        case "-d" -> body = next(m);
        default -> {
          assertThat(to).as(command).isNull();
          to = m.group(1) == null ? m.group() : m.group(1);
        }
      }
    }
    assertThat(to).as(command).matches("(http://127\\.0\\.0\\.1|localhost):8080/.*");
    String path = to.substring(to.indexOf(":8080") + 5);
    return HttpRequest.newBuilder(URI.create(address + path))
        .method(
            method != null ? method : body == null ? "GET" : "POST",
            HttpRequest.BodyPublishers.ofString(body == null ? "" : body))
        .build();
  }

  private static String next(Matcher m) {
    assertThat(m.find()).isTrue();
    return m.group(1) != null ? m.group(1) : m.group(2);
  }
}
