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
 * tables of events a second in batches of 100 and single, and the latency of single events at half
 * a rate, over all rounds and of each; beside it, in each round, what the generator does against a
 * server that answers at once.
 *
 * <p>{@code LiveHttp [ROUNDS [SECONDS [RATE]]]}, or {@code LiveHttp at PORT BATCH RATE SECONDS
 * [TIMES]} against a service that runs already, for a profile of it.
 */
public final class LiveHttp {
  private static final int FEATURES = 30;
  private static final int LATE = 1000;
  private static final int BATCHES = 4;
  private static final int SINGLES = 16;
  private static final int BATCH = 100;

  /** Seconds of each load before any counts: so long the compiler of the JVM takes a core. */
  private static final double WARM = 10;

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
    Process echo = start(List.of(LiveHttp.class.getName(), "echo"));
    Process service =
        start(
            List.of(
                "org.freshet.cli.Main",
                "run",
                folder.resolve("load.yaml").toString(),
                "--port",
                "0"));
    List<Row> rows = rows("answers at once", echo, rate);
    rows.addAll(rows("freshet run", service, rate));
    for (int round = 0; round <= rounds; round++) {
      for (Row r : rows) {
        boolean own = r.server == echo;
        double length = round == 0 ? WARM : seconds;
        r.run("r" + round + rows.indexOf(r), own ? length / 4 : length, round);
      }
    }
    System.out.println(
        "| server | load | events/s, median (worst) | p50 ms | p99 ms | longest ms |"
            + " CPU an event, server + generator |");
    System.out.println("|---|---|---|---|---|---|---|");
    rows.forEach(Row::print);
    System.out.println();
    System.out.println("| round | server | events/s | p50 ms | p99 ms | longest ms | stolen |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (int round = 1; round <= rounds; round++) {
      for (Row r : rows) {
        r.printRound(round);
      }
    }
    for (Process p : List.of(echo, service)) {
      p.destroy();
      p.waitFor();
    }
  }

  private static void at(String[] args) throws IOException {
    int batch = Integer.parseInt(args[2]);
    HttpLoad load =
        new HttpLoad(
            Integer.parseInt(args[1]), FEATURES, LATE, batch > 1 ? BATCHES : SINGLES, batch);
    int times = args.length > 5 ? Integer.parseInt(args[5]) : 1;
    String run = "t" + System.currentTimeMillis() % 100_000 + "x";
    for (int i = 0; i < times; i++) {
      HttpLoad.Result r =
          load.run(run + i + "x", Double.parseDouble(args[4]), Double.parseDouble(args[3]));
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

  static Process start(List<String> command) throws IOException {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String options = System.getProperty("options", "-XX:+UseG1GC -XX:MaxGCPauseMillis=10 -Xmx1g");
    all.addAll(List.of(options.split(" ")));
    all.addAll(List.of("-cp", System.getProperty("java.class.path")));
    all.addAll(command);
    return new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  static int port(Process p) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(p.getInputStream(), StandardCharsets.UTF_8));
    String address = out.readLine();
    if (address == null) {
      throw new IOException("the server did not start");
    }
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private static List<Row> rows(String what, Process p, double rate) throws IOException {
    int port = port(p);
    HttpLoad batches = new HttpLoad(port, FEATURES, LATE, BATCHES, BATCH);
    HttpLoad singles = new HttpLoad(port, FEATURES, LATE, SINGLES, 1);
    return new ArrayList<>(
        List.of(
            new Row(what, p, "batches of " + BATCH + ", " + BATCHES + " connections", batches, 0),
            new Row(what, p, "single, " + SINGLES + " connections", singles, 0),
            new Row(
                what,
                p,
                String.format(Locale.ROOT, "single, %,.0f/s offered", rate),
                singles,
                rate)));
  }

  /** Ticks of all processors since the machine started, and those its host took from it. */
  private static long[] ticks() throws IOException {
    Path stat = Path.of("/proc/stat");
    if (!Files.isReadable(stat)) {
      return new long[2];
    }
    long[] t =
        Arrays.stream(Files.readAllLines(stat).get(0).replaceFirst("cpu +", "").split(" "))
            .mapToLong(Long::parseLong)
            .toArray();
    return new long[] {Arrays.stream(t, 0, 8).sum(), t[7]};
  }

  private static final class Row {
    private final String what;
    private final Process server;
    private final String name;
    private final HttpLoad load;
    private final double rate;
    private final List<HttpLoad.Result> results = new ArrayList<>();
    private final List<Double> cpu = new ArrayList<>();
    private final List<Double> own = new ArrayList<>();
    private final List<Double> stolen = new ArrayList<>();

    Row(String what, Process server, String name, HttpLoad load, double rate) {
      this.what = what;
      this.server = server;
      this.name = name;
      this.load = load;
      this.rate = rate;
    }

    void run(String prefix, double seconds, int round) throws IOException {
      double before = cpu(server.toHandle());
      double ownBefore = cpu(ProcessHandle.current());
      long[] ticks = ticks();
      HttpLoad.Result r = load.run(prefix, seconds, rate);
      if (round > 0) {
        long[] now = ticks();
        results.add(r);
        cpu.add((cpu(server.toHandle()) - before) / r.events() * 1e6);
        own.add((cpu(ProcessHandle.current()) - ownBefore) / r.events() * 1e6);
        stolen.add((double) (now[1] - ticks[1]) / Math.max(1, now[0] - ticks[0]));
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

    void print() {
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
          median(cpu.stream().mapToDouble(d -> d)),
          median(own.stream().mapToDouble(d -> d)));
    }

    void printRound(int round) {
      HttpLoad.Result r = results.get(round - 1);
      System.out.printf(
          Locale.ROOT,
          "| %d | %s, %s | %,.0f | %.2f | %.2f | %.1f | %.0f %% |%n",
          round,
          what,
          name,
          r.perSecond(),
          r.millis(0.5),
          r.millis(0.99),
          r.millis(1),
          100 * stolen.get(round - 1));
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
