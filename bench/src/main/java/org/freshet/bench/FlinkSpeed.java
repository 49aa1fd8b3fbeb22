package org.freshet.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.live.Sink;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.Live;
import org.freshet.runtime.LiveListener;
import org.freshet.runtime.SourceFeed;

/**
 * Events a second of the same pipeline files in the live engine on one core, and on a Flink cluster
 * of separate processes with one task slot on one core and two on two. A file of events with labels
 * is read, predicted, learnt from, and answered to JSON lines. The time on Flink is that of the job
 * from its first task's start to its end, checkpoints of every second included; the answers are
 * compared line by line.
 *
 * <p>{@code FlinkSpeed [EVENTS [PORT]]}; {@code FlinkSpeed live FILE} is what it runs in a process
 * of its own on one core.
 */
public final class FlinkSpeed {
  private static final int CARDS = 1000;

  private FlinkSpeed() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 2 && args[0].equals("live")) {
      System.out.println(live(Path.of(args[1])));
      return;
    }
    int events = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 8081;
    Path folder = Files.createTempDirectory("flink-speed");
    Path data = data(folder.resolve("events.arff"), events);
    System.out.printf(Locale.ROOT, "%,d events, %,d cards, five numbers each.%n%n", events, CARDS);
    System.out.println(
        "| pipeline | live, one core | one slot | two slots | two by one | answers |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    row(folder, data, port, "linear", "standard_scaler, logistic_regression");
    row(folder, data, port, "forest", "{ adaptive_random_forest: { members: 5 } }");
  }

  private static Path data(Path file, int events) throws IOException {
    Random random = new Random(1);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("@relation cards\n@attribute id string\n@attribute card string\n");
      for (int k = 0; k < 5; k++) {
        out.write("@attribute f" + k + " numeric\n");
      }
      out.write("@attribute label {no,yes}\n@data\n");
      for (int i = 0; i < events; i++) {
        int card = random.nextInt(CARDS);
        double sum = 0;
        StringBuilder line = new StringBuilder("e").append(i).append(",c").append(card);
        for (int k = 0; k < 5; k++) {
          double x = Math.round(random.nextGaussian() * 1000) / 1000.0;
          sum += x * ((card + k) % 3 - 1);
          line.append(',').append(x);
        }
        out.write(line.append(sum > 0 ? ",yes\n" : ",no\n").toString());
      }
    }
    return file;
  }

  private static Path file(Path folder, Path data, String name, String place, String steps)
      throws IOException {
    return Files.writeString(
        folder.resolve(name + ".yaml"),
        """
        name: %1$s
        source: { arff: { path: "%2$s", label: label, id: id, key: card } }
        pipeline: [%4$s]
        %3$s
        sink: { jsonl: { path: %1$s.jsonl } }
        state: { directory: %1$s-state, every: 1s }
        """
            .formatted(name, data, place, steps));
  }

  private static void row(Path folder, Path data, int port, String name, String steps)
      throws Exception {
    String place = "place: { per: key }";
    Path live = file(folder, data, name + "-live", place, steps);
    double alone = Double.parseDouble(onOneCore(live));
    Path one = file(folder, data, name + "-one", place, steps);
    double slot = flink(folder, port, one, 1, "0");
    Path two = file(folder, data, name + "-two", place, steps);
    double slots = flink(folder, port, two, 2, "0,1");
    List<String> expected = answers(folder.resolve(name + "-live.jsonl"));
    boolean same =
        expected.equals(answers(folder.resolve(name + "-one.jsonl")))
            && expected.equals(answers(folder.resolve(name + "-two.jsonl")));
    double n = expected.size();
    System.out.printf(
        Locale.ROOT,
        "| %s | %,.0f/s | %,.0f/s | %,.0f/s | %.2f | %s |%n",
        name,
        n / alone,
        n / slot,
        n / slots,
        slot / slots,
        same ? "equal" : "DIFFER");
  }

  private static String onOneCore(Path file) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("taskset", "-c", "0", "java", "-Xmx2g", "-XX:+UseSerialGC"));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "org.freshet.bench.FlinkSpeed",
            "live",
            file.toString()));
    Process p = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (p.waitFor() != 0) {
      throw new IOException("the live engine failed: " + said);
    }
    return said.substring(said.lastIndexOf('\n') + 1);
  }

  /** Seconds of the live engine. */
  private static double live(Path path) throws Exception {
    PipelineFile file = PipelineFile.read(path);
    SourceFeed feed =
        new SourceFeed(
            Components.create(file.source(), Build.of(null).withSeed(file.seed()), Source.class));
    Sink sink = Components.create(file.live().sinks().get(0), Build.of(null), Sink.class);
    long start = System.nanoTime();
    try (Live live = new Live(file, List.of(feed), 1, "bench", LiveListener.NONE)) {
      live.start(List.of(sink));
      live.ended().get();
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static double flink(Path folder, int port, Path file, int slots, String cores)
      throws Exception {
    try (FlinkCluster cluster =
        new FlinkCluster(
            folder.resolve("flink-" + slots + "-" + file.getFileName()),
            port,
            "--taskmanagers",
            "" + slots,
            "--cores",
            cores)) {
      return cluster.seconds(cluster.submit(file, slots));
    }
  }

  /** Lines without the time they were given at, in the order of the events. */
  private static List<String> answers(Path at) throws IOException {
    List<String> all = new ArrayList<>();
    Path[] files = {at};
    if (Files.isDirectory(at)) {
      try (Stream<Path> parts = Files.list(at)) {
        files = parts.filter(p -> !p.getFileName().toString().startsWith(".")).toArray(Path[]::new);
      }
    }
    for (Path f : files) {
      for (String line : Files.readAllLines(f)) {
        all.add(line.replaceFirst("\"time\":\\d+,", ""));
      }
    }
    String[] sorted = all.toArray(String[]::new);
    Arrays.sort(sorted, (a, b) -> Long.compare(number(a), number(b)));
    return List.of(sorted);
  }

  private static long number(String line) {
    return Long.parseLong(line.substring(5, line.indexOf(',')));
  }
}
