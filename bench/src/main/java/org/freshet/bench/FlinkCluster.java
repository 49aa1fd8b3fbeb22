package org.freshet.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The cluster of {@code examples/flink/cluster.sh}, and what its job manager tells. */
final class FlinkCluster implements AutoCloseable {
  private static final Pattern JOB = Pattern.compile("is job ([0-9a-f]{32})");

  private final Path folder;
  private final int port;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  /**
   * @param folder where it keeps everything
   * @param options of {@code cluster.sh start}
   */
  FlinkCluster(Path folder, int port, String... options) throws Exception {
    this.folder = folder;
    this.port = port;
    List<String> words = new ArrayList<>(List.of("start", "--port", "" + port));
    words.addAll(List.of(options));
    script(words.toArray(String[]::new));
  }

  private void script(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("examples/flink/cluster.sh"));
    command.addAll(List.of(words));
    call(command);
  }

  private String call(List<String> command) throws Exception {
    ProcessBuilder b = new ProcessBuilder(command).redirectErrorStream(true);
    b.environment().put("FLINK_HOME", folder.toString());
    Process p = b.start();
    String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (p.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
    return said;
  }

  /** Kills a process as {@code kill -9} does, and starts another in its place. */
  void killAndStart(String... process) throws Exception {
    for (String what : List.of("kill", "start")) {
      List<String> words = new ArrayList<>(List.of(what));
      words.addAll(List.of(process));
      script(words.toArray(String[]::new));
    }
  }

  /**
   * Submits a pipeline file.
   *
   * @return the job's name in the cluster
   */
  String submit(Path file, int parallelism) throws Exception {
    return submit(file, parallelism, "1s");
  }

  /**
   * Submits a pipeline file.
   *
   * @param every time between checkpoints
   * @return the job's name in the cluster
   */
  String submit(Path file, int parallelism, String every) throws Exception {
    String said =
        call(
            List.of(
                "./freshet",
                "flink",
                file.toString(),
                "--cluster",
                "127.0.0.1:" + port,
                "--parallelism",
                "" + parallelism,
                "--checkpoint-every",
                every,
                "--checkpoints",
                folder.resolve("checkpoints").toString(),
                "--detached"));
    Matcher m = JOB.matcher(said);
    if (!m.find()) {
      throw new IOException("no job was submitted: " + said);
    }
    return m.group(1);
  }

  void cancel(String job) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(at("/jobs/" + job))
            .method("PATCH", HttpRequest.BodyPublishers.noBody())
            .build();
    http.send(request, HttpResponse.BodyHandlers.discarding());
    while (!get("/jobs/" + job).contains("\"state\":\"CANCELED\"")) {
      Thread.sleep(200);
    }
  }

  /** The newest complete checkpoint of a job all of whose tasks run; 0 where some do not. */
  long checkpoint(String job) throws InterruptedException {
    String all = get("/jobs/" + job);
    if (!all.contains("\"state\":\"RUNNING\"") || all.matches(".*\"status\":\"(?!RUNNING).*")) {
      return 0;
    }
    Matcher m =
        Pattern.compile("\"completed\":\\{\"className\":\"[^\"]*\",\"id\":(\\d+)")
            .matcher(get("/jobs/" + job + "/checkpoints"));
    return m.find() ? Long.parseLong(m.group(1)) : 0;
  }

  /** Waits for the end of a job that has one: seconds from its start. */
  double seconds(String job) throws Exception {
    Pattern duration = Pattern.compile("\"duration\":(\\d+)");
    while (true) {
      String now = get("/jobs/" + job);
      if (now.contains("\"state\":\"FINISHED\"")) {
        Matcher m = duration.matcher(now);
        if (m.find()) {
          return Long.parseLong(m.group(1)) / 1000.0;
        }
      }
      if (!failure(job).isEmpty()) {
        throw new IOException("the job failed: " + failure(job));
      }
      Thread.sleep(100);
    }
  }

  /** Records, and bytes, that the engines of a job have taken, as the job manager knows. */
  long[] taken(String job) throws InterruptedException {
    String all = get("/jobs/" + job);
    String engines = all.substring(Math.max(0, all.indexOf("\"name\":\"engines")));
    return new long[] {number(engines, "read-records"), number(engines, "read-bytes")};
  }

  /** Bytes written by the newest complete checkpoint, of all it holds, and how long it took, ms. */
  long[] lastCheckpoint(String job) throws InterruptedException {
    String all = get("/jobs/" + job + "/checkpoints");
    String last = all.substring(Math.max(0, all.indexOf("\"completed\":{\"className\"")));
    return new long[] {
      number(last, "checkpointed_size"),
      number(last, "state_size"),
      number(last, "end_to_end_duration")
    };
  }

  private static long number(String json, String name) {
    Matcher m = Pattern.compile("\"" + name + "\":(\\d+)").matcher(json);
    return m.find() ? Long.parseLong(m.group(1)) : 0;
  }

  /** Whether the job is at its end. */
  boolean ended(String job) throws InterruptedException {
    return get("/jobs/" + job).contains("\"state\":\"FINISHED\"") || !failure(job).isEmpty();
  }

  /** Why the job ended; empty while it goes on. */
  String failure(String job) throws InterruptedException {
    return get("/jobs/" + job).contains("\"state\":\"FAILED\"")
        ? get("/jobs/" + job + "/exceptions")
        : "";
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** What the job manager answers; empty where none does at present. */
  private String get(String path) throws InterruptedException {
    try {
      HttpRequest r = HttpRequest.newBuilder(at(path)).timeout(Duration.ofSeconds(5)).build();
      return http.send(r, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException gone) {
      return "";
    }
  }

  @Override
  public void close() throws Exception {
    script("stop");
  }
}
