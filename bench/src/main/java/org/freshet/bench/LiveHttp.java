package org.freshet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A service under load over HTTP, in a process of its own beside the load generator: 30 numeric
 * features, scaler and logistic regression, labels 1,000 events late, snapshots every 10 s. Prints
 * a table of events a second in batches of 100 and single, and the latency of single events at half
 * a rate, beside what the generator does against a server that answers at once.
 *
 * <p>{@code LiveHttp [ROUNDS [SECONDS [RATE]]]}, or {@code LiveHttp at PORT BATCH RATE SECONDS}
 * against a service that runs already, for a profile of it.
 */
public final class LiveHttp {
  private static final int FEATURES = 30;
  private static final int LATE = 1000;
  private static final int BATCHES = 4;
  private static final int SINGLES = 16;
  private static final int BATCH = 100;

  private LiveHttp() {}

  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("echo")) {
      echo();
      return;
    }
    if (args.length > 4 && args[0].equals("at")) {
      at(args);
      return;
    }
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 10;
    double rate = args.length > 2 ? Double.parseDouble(args[2]) : 7500;
    Path folder = Files.createTempDirectory("live-http");
    Files.writeString(folder.resolve("load.yaml"), pipeline());
    System.out.println(
        "| server | load | events/s, median (worst) | p50 ms | p99 ms | longest ms |"
            + " CPU an event, server + generator |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (String file : new String[] {"", folder.resolve("load.yaml").toString()}) {
      boolean echo = file.isEmpty();
      Process p =
          start(
              echo
                  ? List.of(LiveHttp.class.getName(), "echo")
                  : List.of("org.freshet.cli.Main", "run", file, "--port", "0"));
      measure(echo ? "answers at once" : "freshet run", p, echo ? 1 : rounds, seconds, rate);
      p.destroy();
      p.waitFor();
    }
  }

  private static void at(String[] args) throws IOException {
    int batch = Integer.parseInt(args[2]);
    HttpLoad load =
        new HttpLoad(
            Integer.parseInt(args[1]), FEATURES, LATE, batch > 1 ? BATCHES : SINGLES, batch);
    HttpLoad.Result r =
        load.run(
            "t" + System.currentTimeMillis() % 100_000 + "x",
            Double.parseDouble(args[4]),
            Double.parseDouble(args[3]));
    System.out.printf(
        Locale.ROOT,
        "%,.0f events/s, p50 %.3f, p90 %.3f, p99 %.3f, p99.9 %.3f, longest %.1f ms%n",
        r.perSecond(),
        r.millis(0.5),
        r.millis(0.9),
        r.millis(0.99),
        r.millis(0.999),
        r.millis(1));
  }

  private static String pipeline() {
    String names =
        IntStream.range(0, FEATURES).mapToObj(i -> "f" + i).collect(Collectors.joining(", "));
    return "name: load\nsource: { http: { numeric: ["
        + names
        + "], labels: [no, yes] } }\n"
        + "pipeline: [standard_scaler, logistic_regression]\n"
        + "state: { directory: state, every: 10s }\n";
  }

  private static Process start(List<String> command) throws IOException {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String options = System.getProperty("options", "-XX:+UseParallelGC -Xmx1g");
    all.addAll(List.of(options.split(" ")));
    all.addAll(List.of("-cp", System.getProperty("java.class.path")));
    all.addAll(command);
    return new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static int port(Process p) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(p.getInputStream(), StandardCharsets.UTF_8));
    String address = out.readLine();
    if (address == null) {
      throw new IOException("the server did not start");
    }
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** Three loads in turn, round after round, after one that counts not. */
  private static void measure(String what, Process p, int rounds, double seconds, double rate)
      throws IOException {
    int port = port(p);
    HttpLoad batches = new HttpLoad(port, FEATURES, LATE, BATCHES, BATCH);
    HttpLoad singles = new HttpLoad(port, FEATURES, LATE, SINGLES, 1);
    Row[] rows = {
      new Row("batches of " + BATCH + ", " + BATCHES + " connections", batches, 0),
      new Row("single, " + SINGLES + " connections", singles, 0),
      new Row(String.format(Locale.ROOT, "single, %,.0f/s offered", rate), singles, rate)
    };
    for (int round = 0; round <= rounds; round++) {
      for (int i = 0; i < rows.length; i++) {
        rows[i].run(p.toHandle(), "r" + round + i, round == 0 ? seconds / 2 : seconds, round > 0);
      }
    }
    for (Row r : rows) {
      r.print(what);
    }
  }

  private static final class Row {
    private final String name;
    private final HttpLoad load;
    private final double rate;
    private final List<HttpLoad.Result> results = new ArrayList<>();
    private final List<Double> server = new ArrayList<>();
    private final List<Double> own = new ArrayList<>();

    Row(String name, HttpLoad load, double rate) {
      this.name = name;
      this.load = load;
      this.rate = rate;
    }

    void run(ProcessHandle p, String prefix, double seconds, boolean counts) throws IOException {
      double before = cpu(p);
      double ownBefore = cpu(ProcessHandle.current());
      HttpLoad.Result r = load.run(prefix, seconds, rate);
      if (counts) {
        results.add(r);
        server.add((cpu(p) - before) / r.events() * 1e6);
        own.add((cpu(ProcessHandle.current()) - ownBefore) / r.events() * 1e6);
      }
    }

    private static double cpu(ProcessHandle p) {
      return p.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    private double median(ToDoubleFunction<HttpLoad.Result> of) {
      return median(results.stream().mapToDouble(of));
    }

    private static double median(DoubleStream of) {
      double[] sorted = of.sorted().toArray();
      return sorted[sorted.length / 2];
    }

    private String both(double share) {
      return String.format(
          Locale.ROOT,
          "%.1f (%.1f)",
          median(r -> r.millis(share)),
          results.stream().mapToDouble(r -> r.millis(share)).max().orElseThrow());
    }

    void print(String what) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %,.0f (%,.0f) | %s | %s | %s | %.1f + %.1f us |%n",
          what,
          name,
          median(HttpLoad.Result::perSecond),
          results.stream().mapToDouble(HttpLoad.Result::perSecond).min().orElseThrow(),
          both(0.5),
          both(0.99),
          both(1),
          median(server.stream().mapToDouble(d -> d)),
          median(own.stream().mapToDouble(d -> d)));
    }
  }

  /** A server that reads requests and answers each at once with the same bytes. */
  private static void echo() throws IOException {
    byte[] body =
        "{\"id\":\"c0-000000000\",\"prediction\":\"no\"}".getBytes(StandardCharsets.US_ASCII);
    byte[] head =
        ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] answer = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, answer, head.length, body.length);
    try (ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
      System.out.println("http://127.0.0.1:" + server.getLocalPort());
      while (true) {
        Socket s = server.accept();
        s.setTcpNoDelay(true);
        Thread t = new Thread(() -> serve(s, answer));
        t.setDaemon(true);
        t.start();
      }
    }
  }

  private static void serve(Socket socket, byte[] answer) {
    byte[] buffer = new byte[1 << 20];
    try (socket) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      int got = 0;
      while (true) {
        int n = in.read(buffer, got, buffer.length - got);
        if (n < 0) {
          return;
        }
        got += n;
        String head = new String(buffer, 0, Math.min(got, 512), StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        int at = head.indexOf("Content-Length: ");
        if (end > 0
            && got >= end + 4 + Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)))) {
          out.write(answer);
          got = 0;
        }
      }
    } catch (IOException gone) {
      Thread.currentThread().interrupt(); // the client left; the thread ends
    }
  }
}
