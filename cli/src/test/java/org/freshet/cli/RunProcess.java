package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code freshet run} as a process of its own, with a server on a free port. */
final class RunProcess implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  final Process process;
  final String address;
  private final Path err;

  /**
   * @param options behind the file's name; the first may be a JVM option, as {@code -J-Xmx64m}
   */
  RunProcess(Path file, String... options) throws IOException {
    err = file.resolveSibling("err.log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    List<String> rest = new ArrayList<>();
    for (String o : options) {
      (o.startsWith("-J") ? command : rest).add(o.startsWith("-J") ? o.substring(2) : o);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("run", file.toString(), "--port", "0"));
    command.addAll(rest);
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()))
            .start();
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    assertThat(line).as(said()).startsWith("http://");
    address = line.strip();
  }

  /** Standard error of this run and of those before it. */
  String said() {
    try {
      return Files.readString(err);
    } catch (IOException e) {
      return e.toString();
    }
  }

  JsonNode get(String path) throws Exception {
    HttpRequest r = HttpRequest.newBuilder(URI.create(address + path)).build();
    HttpResponse<String> answer = CLIENT.send(r, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  HttpResponse<String> post(String path, String body) throws Exception {
    HttpRequest r =
        HttpRequest.newBuilder(URI.create(address + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return CLIENT.send(r, HttpResponse.BodyHandlers.ofString());
  }

  /** As {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to end, and waits for its exit code. */
  int drain() throws Exception {
    assertThat(post("/v1/drain", "").statusCode()).isEqualTo(202);
    return exitCode();
  }

  private int exitCode() throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said()).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
