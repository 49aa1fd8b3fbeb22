package org.freshet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.freshet.core.Source;
import org.freshet.core.Workers;
import org.freshet.evaluate.stats.Ranking;

/**
 * Several learners of ours and of MOA on several streams, the same events, test then train: a table
 * of accuracies and mean ranks as Markdown, on standard output.
 *
 * <p>{@code RankRun CELLS SEEDS} reads its plan from standard input, a line each: {@code stream
 * NAME EVENTS STREAM}, {@code ours NAME SPEC} and {@code moa NAME COMMAND}; STREAM is one of {@link
 * DataSets}. Cells of the table run beside each other, one thread each; every one that is done is
 * appended to the file CELLS, and one that stands there is not run again. SEEDS is a list such as
 * {@code 1,2,3}, of which the mean counts.
 */
public final class RankRun {
  private record Stream(String name, int events, String text) {}

  private record Learner(boolean ours, String name, String text) {}

  private final Path cells;
  private final long[] seeds;
  private final List<Stream> streams = new ArrayList<>();
  private final List<Learner> learners = new ArrayList<>();
  private final Map<String, Double> known = new HashMap<>();

  private RankRun(Path cells, long[] seeds) {
    this.cells = cells;
    this.seeds = seeds;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 2) {
      System.err.println("usage: RankRun CELLS SEEDS < PLAN");
      System.exit(2);
    }
    long[] seeds = Arrays.stream(args[1].split(",")).mapToLong(Long::parseLong).toArray();
    PrintStream out = System.out;
    System.setOut(System.err); // some learners of MOA talk
    RankRun run = new RankRun(Path.of(args[0]), seeds);
    run.readPlan();
    run.readCells();
    run.fill();
    out.print(run.table());
  }

  private void readPlan() throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] word = line.strip().split("\\s+", 3);
      switch (word[0]) {
        case "", "#" -> {}
        case "stream" -> {
          String[] rest = word[2].split("\\s+", 2);
          streams.add(new Stream(word[1], Integer.parseInt(rest[0]), rest[1]));
        }
        case "ours", "moa" -> learners.add(new Learner(word[0].equals("ours"), word[1], word[2]));
        default -> throw new IllegalArgumentException("not a line of a plan: " + line);
      }
    }
  }

  private void readCells() throws IOException {
    if (Files.exists(cells)) {
      for (String line : Files.readAllLines(cells)) {
        int tab = line.lastIndexOf('\t');
        known.put(line.substring(0, tab), Double.parseDouble(line.substring(tab + 1)));
      }
    }
  }

  private static String key(Stream s, Learner l, long seed) {
    String side = l.ours ? "ours" : "moa";
    return String.join("\t", s.text, "" + s.events, side, l.text, "" + seed);
  }

  /** Runs what is missing, a cell at a time on each core; the streams are read anew for each. */
  private void fill() throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    for (Stream s : streams) {
      for (Learner l : learners) {
        for (long seed : seeds) {
          if (!known.containsKey(key(s, l, seed))) {
            pool.execute(() -> cell(s, l, seed));
          }
        }
      }
    }
    pool.shutdown();
    pool.awaitTermination(1, TimeUnit.DAYS);
  }

  private void cell(Stream s, Learner l, long seed) {
    double accuracy;
    double seconds;
    try (Source source = DataSets.open(s.text, seed);
        Workers one = new Workers(1)) {
      MoaStream events = new MoaStream(source, s.events);
      Side side = l.ours ? new OurSide(events, l.text, one) : new MoaSide(events, l.text);
      seconds = side.pass(seed);
      accuracy = side.score();
    } catch (RuntimeException e) {
      System.err.printf("%s, %s: %s%n", s.name, l.name, e);
      return;
    }
    System.err.printf(Locale.ROOT, "%s, %s: %.4f, %.1f s%n", s.name, l.name, accuracy, seconds);
    synchronized (this) {
      known.put(key(s, l, seed), accuracy);
      try {
        Files.writeString(
            cells,
            key(s, l, seed) + "\t" + accuracy + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new IllegalStateException("cannot write " + cells, e);
      }
    }
  }

  private double mean(Stream s, Learner l) {
    double sum = 0;
    for (long seed : seeds) {
      sum += known.getOrDefault(key(s, l, seed), Double.NaN);
    }
    return sum / seeds.length;
  }

  private String table() {
    double[][] scores = new double[streams.size()][learners.size()];
    StringBuilder out = new StringBuilder("| stream | events |");
    learners.forEach(l -> out.append(' ').append(l.name).append(" |"));
    out.append("\n|---|---|").append("---|".repeat(learners.size())).append('\n');
    for (int i = 0; i < scores.length; i++) {
      Stream s = streams.get(i);
      out.append("| ").append(s.name).append(" | ").append(s.events).append(" |");
      double best = 0;
      for (int j = 0; j < learners.size(); j++) {
        scores[i][j] = mean(s, learners.get(j));
        best = Math.max(best, scores[i][j]);
      }
      for (double score : scores[i]) {
        String cell = Double.isNaN(score) ? "failed" : text(100 * score);
        out.append(score == best ? " **" + cell + "** |" : " " + cell + " |");
      }
      out.append('\n');
    }
    Ranking ranking = Ranking.of(scores, true, 0.05);
    out.append("| **mean rank** | |");
    for (double rank : ranking.averageRanks()) {
      out.append(' ').append(text(rank)).append(" |");
    }
    return out.append("\n\n").append(verdict(ranking)).toString();
  }

  private String verdict(Ranking ranking) {
    int ours = -1;
    int theirs = -1;
    for (int j : ranking.order()) {
      boolean mine = learners.get(j).ours;
      ours = mine && ours < 0 ? j : ours;
      theirs = !mine && theirs < 0 ? j : theirs;
    }
    StringBuilder out = new StringBuilder();
    if (ours >= 0 && theirs >= 0) {
      int wins = 0;
      int losses = 0;
      for (Stream s : streams) {
        double gap = mean(s, learners.get(ours)) - mean(s, learners.get(theirs));
        wins += gap > 0 ? 1 : 0;
        losses += gap < 0 ? 1 : 0;
      }
      out.append(
          String.format(
              Locale.ROOT,
              "Best of ours: %s, mean rank %.2f. Best of MOA's: %s, mean rank %.2f. Ours is better"
                  + " on %d streams, worse on %d.%n",
              learners.get(ours).name,
              ranking.averageRanks()[ours],
              learners.get(theirs).name,
              ranking.averageRanks()[theirs],
              wins,
              losses));
    }
    out.append(
        String.format(
            Locale.ROOT,
            "Friedman test (Iman and Davenport): p = %.2g; critical difference of mean ranks at 5 %%"
                + " (Nemenyi): %.2f.%n%n",
            ranking.pValue(),
            ranking.criticalDifference()));
    out.append("| column | learner |\n|---|---|\n");
    for (Learner l : learners) {
      String side = l.ours ? "" : "MOA: ";
      out.append("| ").append(l.name).append(" | ").append(side).append('`').append(l.text);
      out.append("` |\n");
    }
    return out.toString();
  }

  private static String text(double x) {
    return String.format(Locale.ROOT, "%.2f", x);
  }
}
