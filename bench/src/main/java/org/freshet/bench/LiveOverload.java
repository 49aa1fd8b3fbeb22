package org.freshet.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ten times the load a service carries, over HTTP: a forest so large that two cores are busy with a
 * few hundred events a second, first as fast as it answers, then ten times that for a while, then a
 * half of it. Checks what the service promised, and ends with 1 where it did not hold: who is
 * refused is told when to come again; who is accepted is answered, once, and found among the
 * answers at the end; nobody who was refused is.
 *
 * <p>{@code LiveOverload [SECONDS [MEMBERS]]}.
 */
public final class LiveOverload {
  private static final int FEATURES = 10;
  private static final int QUEUE = 64;
  private static final int CONNECTIONS = 256;

  private LiveOverload() {}

  public static void main(String[] args) throws Exception {
    double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 60;
    int members = args.length > 1 ? Integer.parseInt(args[1]) : 1000;
    Path folder = Files.createTempDirectory("live-overload");
    Files.writeString(folder.resolve("busy.yaml"), pipeline(members));
    String file = folder.resolve("busy.yaml").toString();
    Process p = LiveHttp.start(List.of("org.freshet.cli.Main", "run", file, "--port", "0"));
    try {
      String problem = run(folder, p, LiveHttp.port(p), seconds);
      System.out.println(problem.isEmpty() ? "all as promised" : "NOT AS PROMISED: " + problem);
      System.exit(problem.isEmpty() ? 0 : 1);
    } finally {
      p.destroyForcibly();
    }
  }

  private static String pipeline(int members) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < FEATURES; i++) {
      names.add("f" + i);
    }
    return "name: busy\nsource: { http: { numeric: ["
        + String.join(", ", names)
        + "], labels: [no, yes] } }\n"
        + "pipeline: { adaptive_random_forest: { members: "
        + members
        + " } }\nlimits: { queue: "
        + QUEUE
        + " }\nwatch: { profile: false }\nsink: { jsonl: { path: answers.jsonl } }\n"
        + "state: { directory: state, every: 10s }\n";
  }

  private static String run(Path folder, Process p, int port, double seconds) throws Exception {
    Load load = new Load(port);
    load.run("as fast as it answers, for nothing", 8, 0, QUEUE);
    double carried = load.run("as fast as it answers", 5, 0, QUEUE);
    System.out.printf(
        Locale.ROOT, "carries %.0f events/s; queue %d, %d MB%n", carried, QUEUE, megabytes(p));
    System.out.println(
        "| load | offered/s | sent/s | answered/s | refused/s | answered p50, p99, longest ms |"
            + " refused p99 ms | resident MB |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    int parts = (int) Math.max(1, seconds / 10);
    for (int i = 0; i < parts; i++) {
      load.run("10 times", seconds / parts, 10 * carried, CONNECTIONS);
      load.print(p);
    }
    long begun = System.nanoTime();
    long refused;
    do { // until a whole second goes without a refusal
      refused = load.refused;
      load.run("half, after it", 1, carried / 2, CONNECTIONS);
    } while (load.refused > refused && System.nanoTime() - begun < 60e9);
    System.out.printf(
        Locale.ROOT,
        "the first second without a refusal ended %.1f s after the load%n",
        (System.nanoTime() - begun) / 1e9);
    long calm = load.refused;
    load.run("half, then", Math.min(seconds, 10), carried / 2, CONNECTIONS);
    load.print(p);
    long shed = number(get(port, "/v1/model"), "shed");
    post(port, "/v1/drain");
    if (!p.waitFor(60, TimeUnit.SECONDS)) {
      return "the service did not end";
    }
    return load.check(folder, shed, calm);
  }

  private static long megabytes(Process p) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", "" + p.pid(), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    return 0;
  }

  private static String get(int port, String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)));
  }

  private static void post(int port, String path) throws Exception {
    send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  private static String send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body();
  }

  private static long number(String json, String member) {
    Matcher m = Pattern.compile("\"" + member + "\":(\\d+)").matcher(json);
    return m.find() ? Long.parseLong(m.group(1)) : -1;
  }

  /** What was answered and refused over all loads, and the latencies of the last. */
  private static final class Load {
    private final int port;
    private final BitSet accepted = new BitSet();
    private long next; // number of an event
    private long refused;
    private long silent; // refusals that do not say when to come again
    private long others;
    private Overload last;

    Load(int port) {
      this.port = port;
    }

    /** Gives the events answered a second. */
    double run(String name, double seconds, double rate, int connections) throws IOException {
      last = new Overload(name, port, FEATURES, connections);
      last.run(seconds, rate, next);
      next = last.next();
      accepted.or(last.accepted());
      refused += last.refused();
      silent += last.silent();
      others += last.others();
      return last.accepted().cardinality() / last.seconds();
    }

    void print(Process p) throws IOException {
      System.out.printf(Locale.ROOT, "%s %d |%n", last.line(), megabytes(p));
    }

    /** What was not as promised; empty when all was. */
    String check(Path folder, long shed, long calm) throws IOException {
      BitSet found = new BitSet();
      int twice = 0;
      Pattern id = Pattern.compile("\"id\":\"e-(\\d+)\"");
      for (String line : Files.readAllLines(folder.resolve("answers.jsonl"))) {
        Matcher m = id.matcher(line);
        if (m.find()) {
          int n = Integer.parseInt(m.group(1));
          twice += found.get(n) ? 1 : 0;
          found.set(n);
        }
      }
      System.out.printf(
          Locale.ROOT,
          "%d sent: %d answered, %d refused (the service counts %d); %d in the answers kept%n",
          next,
          accepted.cardinality(),
          refused,
          shed,
          found.cardinality());
      StringBuilder wrong = new StringBuilder();
      fault(wrong, others > 0, others + " answers are neither 200 nor 429 nor 503");
      fault(wrong, refused == 0, "nothing was refused: there was no overload");
      fault(wrong, silent > 0, silent + " refusals do not say when to come again");
      fault(wrong, shed != refused, "the service counts other refusals");
      fault(wrong, refused > calm, "refusals at half the load, after it was over");
      fault(wrong, twice > 0, twice + " events were answered twice");
      fault(wrong, !found.equals(accepted), "the answers kept are not those of the accepted");
      return wrong.toString();
    }

    private static void fault(StringBuilder all, boolean is, String what) {
      if (is) {
        all.append(all.length() > 0 ? "; " : "").append(what);
      }
    }
  }
}
