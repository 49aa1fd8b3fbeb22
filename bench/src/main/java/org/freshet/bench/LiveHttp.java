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
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A service under load over HTTP, in a process of its own beside the load generator: 30 numeric
 * features, scaler and logistic regression, labels 1,000 events late, snapshots every 10 s. Prints
 * events a second in batches of 100 and single, the latency of single events at half a rate, and
 * what the generator does against a server that answers at once.
 *
 * <p>{@code LiveHttp [SECONDS [RATE]]}, or {@code LiveHttp at PORT PID BATCH} four times against a
 * service that runs already, for a profile of it.
 */
public final class LiveHttp {
  private static final int FEATURES = 30;
  private static final int LATE = 1000;
  private static final int BATCHES = 4;
  private static final int SINGLES = 16;

  private LiveHttp() {}

  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("echo")) {
      echo();
      return;
    }
    if (args.length > 3 && args[0].equals("at")) {
      at(Integer.parseInt(args[1]), Long.parseLong(args[2]), Integer.parseInt(args[3]));
      return;
    }
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    double rate = args.length > 1 ? Double.parseDouble(args[1]) : 7500;
    Path folder = Files.createTempDirectory("live-http");
    Files.writeString(folder.resolve("load.yaml"), pipeline());
    Process echo = start(List.of(LiveHttp.class.getName(), "echo"));
    measure("generator against a server that answers at once", echo, seconds, rate);
    echo.destroy();
    echo.waitFor();
    Process service =
        start(
            List.of(
                "org.freshet.cli.Main",
                "run",
                folder.resolve("load.yaml").toString(),
                "--port",
                "0"));
    measure("freshet run", service, seconds, rate);
    service.destroy();
    service.waitFor();
  }

  private static void at(int port, long pid, int batch) throws Exception {
    ProcessHandle p = ProcessHandle.of(pid).orElseThrow();
    int connections = batch > 1 ? BATCHES : SINGLES;
    for (int i = 0; i < 4; i++) {
      int name = 100 * i;
      line(p, "batches of " + batch, () -> run(port, name, connections, batch, 8, 0));
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

  private static Process start(List<String> command) throws IOException {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(
        List.of("-XX:+UseParallelGC", "-Xmx1g", "-cp", System.getProperty("java.class.path")));
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

  private static void measure(String what, Process p, int seconds, double rate) throws Exception {
    measure(what, port(p), p.toHandle(), seconds, rate);
  }

  private static void measure(String what, int port, ProcessHandle p, int seconds, double rate)
      throws Exception {
    System.out.printf(Locale.ROOT, "%s%n", what);
    run(port, 0, BATCHES, 100, seconds / 2.0 + 1, 0); // until it is compiled
    line(
        p,
        "batches of 100, " + BATCHES + " connections",
        () -> run(port, 10, BATCHES, 100, seconds, 0));
    run(port, 20, SINGLES, 1, seconds / 2.0 + 1, 0);
    line(
        p,
        "single events, " + SINGLES + " connections",
        () -> run(port, 40, SINGLES, 1, seconds, 0));
    line(
        p,
        String.format(Locale.ROOT, "single events at %.0f/s", rate),
        () -> run(port, 60, SINGLES, 1, seconds, rate));
  }

  private interface Part {
    Result run() throws Exception;
  }

  private static double cpu(ProcessHandle p) {
    return p.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  /** The processor time of both says what the figure would be on a machine with nothing else. */
  private static void line(ProcessHandle p, String what, Part part) throws Exception {
    double server = cpu(p);
    double own = cpu(ProcessHandle.current());
    Result r = part.run();
    server = (cpu(p) - server) / r.events;
    own = (cpu(ProcessHandle.current()) - own) / r.events;
    System.out.printf(
        Locale.ROOT,
        "  %-32s %,9.0f events/s  p50 %8.3f  p99 %8.3f  max %7.1f ms;"
            + " CPU an event: server %5.1f, generator %5.1f us%n",
        what,
        r.perSecond,
        r.at(0.5),
        r.at(0.99),
        r.at(1),
        server * 1e6,
        own * 1e6);
  }

  /** Latencies in nanoseconds, in order. */
  private record Result(long events, double perSecond, long[] nanos) {
    double at(double share) {
      return nanos[(int) Math.min(nanos.length - 1, (long) (share * nanos.length))] / 1e6;
    }
  }

  /**
   * @param rate requests a second of all connections together; 0 for as many as are answered. With
   *     a rate the latency counts from when a request was to be sent.
   */
  private static Result run(
      int port, int name, int connections, int batch, double seconds, double rate)
      throws Exception {
    List<Thread> threads = new ArrayList<>();
    long[][] nanos = new long[connections][];
    long[] events = new long[connections];
    Exception[] failed = new Exception[1];
    long begin = System.nanoTime() + 20_000_000;
    long end = begin + (long) (seconds * 1e9);
    for (int c = 0; c < connections; c++) {
      int own = c;
      Thread t =
          new Thread(
              () -> {
                long every = rate > 0 ? (long) (1e9 * connections / rate) : 0;
                long late = Math.max(100, LATE / connections / 100 * 100);
                try (HttpLoad load = new HttpLoad(port, name + own, FEATURES, batch, late)) {
                  nanos[own] = push(load, begin + every * own / connections, end, every);
                  events[own] = load.sent();
                } catch (IOException | InterruptedException e) {
                  failed[0] = e;
                }
              });
      threads.add(t);
      t.start();
    }
    for (Thread t : threads) {
      t.join();
    }
    if (failed[0] != null) {
      throw failed[0];
    }
    long[] all = Arrays.stream(nanos).flatMapToLong(Arrays::stream).sorted().toArray();
    long sum = Arrays.stream(events).sum();
    return new Result(sum, sum / ((System.nanoTime() - begin) / 1e9), all);
  }

  private static long[] push(HttpLoad load, long begin, long end, long every)
      throws IOException, InterruptedException {
    long[] nanos = new long[1 << 16];
    int n = 0;
    long due = begin;
    while (Math.max(due, System.nanoTime()) < end) {
      long wait = due - System.nanoTime();
      if (wait > 0) {
        Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
      }
      long took = load.events();
      if (n == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * n);
      }
      nanos[n++] = every > 0 ? System.nanoTime() - due : took;
      due += every;
      load.labels();
    }
    return Arrays.copyOf(nanos, n);
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
