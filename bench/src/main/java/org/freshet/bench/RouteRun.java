package org.freshet.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Spec;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.Outcomes;
import org.freshet.streams.Sources;

/**
 * Routing on the answers of GPT-4 and Mixtral to MMLU, in shuffled order: share of right answers by
 * the share of events sent to GPT-4, beside the baselines, and with an expert that comes later.
 *
 * <pre>RouteRun FOLDER SEEDS</pre>
 */
public final class RouteRun {
  private static final double[] SHARES = {0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9};
  private static final String TEXT = "tfidf(words=[1, 2], sublinear=true)";
  private static final String CHEAP = "mixtral_8x7b_correct";
  private static final String DEAR = "gpt4_1106_correct";

  private final Batch all;
  private final int seeds;

  private RouteRun(Batch all, int seeds) {
    this.all = all;
    this.seeds = seeds;
  }

  public static void main(String[] arguments) {
    RouteRun run = new RouteRun(read(Path.of(arguments[0])), Integer.parseInt(arguments[1]));
    run.curve();
    run.comer();
  }

  private static Batch read(Path folder) {
    Map<String, ?> settings =
        Map.of(
            "label",
            "none",
            "ignore",
            List.of("subject"),
            "text",
            List.of("prompt"),
            "categorical",
            List.of(CHEAP, DEAR));
    String file = folder.resolve("routellm/mmlu_responses.csv.gz").toString();
    try (Source source = Sources.open(file, settings)) {
      Batch rows = new Batch(source.schema(), 20_000);
      source.read(rows, 20_000);
      return rows;
    }
  }

  private Batch shuffled(int seed) {
    int[] order = new int[all.size()];
    Arrays.setAll(order, i -> i);
    Random random = new Random(seed);
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int o = order[i];
      order[i] = order[j];
      order[j] = o;
    }
    Batch rows = new Batch(all.schema(), order.length);
    for (int r : order) {
      rows.append(all, r);
    }
    return rows;
  }

  private static double right(Batch rows, int r, String column) {
    Schema s = rows.schema();
    int i = s.indexOf(column);
    Column c = s.column(i);
    double code = rows.row(r).get(i);
    return c.dictionary().name((int) code).equalsIgnoreCase("true") ? 1 : 0;
  }

  private void curve() {
    double cheap = 0;
    double dear = 0;
    double either = 0;
    for (int r = 0; r < all.size(); r++) {
      cheap += right(all, r, CHEAP) / all.size();
      dear += right(all, r, DEAR) / all.size();
      either += Math.max(right(all, r, CHEAP), right(all, r, DEAR)) / all.size();
    }
    System.out.printf(
        Locale.ROOT,
        "%,d questions: the cheap expert is right on %.2f %%, the dear one on %.2f %%, either on"
            + " %.2f %%.%n%n",
        all.size(),
        100 * cheap,
        100 * dear,
        100 * either);
    System.out.print("| share sent to the dear expert |");
    for (double share : SHARES) {
      System.out.printf(Locale.ROOT, " %.0f %% |", 100 * share);
    }
    System.out.println();
    System.out.println("|---|" + "---|".repeat(SHARES.length));
    line("router", s -> routed(s, "feedback=all"));
    line("router, only the chosen one's outcome known", s -> routed(s, "feedback=chosen"));
    line("linear: least squares for each", s -> new Baselines(s).linear());
    line("nearest neighbours: 40, by their cosine", s -> new Baselines(s).neighbours());
    line("confidence in the cheap one", s -> new Baselines(s).confidence());
    line("by chance", s -> routed(s, "policy=random"));
  }

  private interface Runs {
    double[] of(int seed);
  }

  private void line(String name, Runs runs) {
    double[][] found = new double[seeds][];
    for (int s = 0; s < seeds; s++) {
      found[s] = runs.of(s + 1);
    }
    System.out.print("| " + name + " |");
    for (int i = 0; i < SHARES.length; i++) {
      double[] column = new double[seeds];
      for (int s = 0; s < seeds; s++) {
        column[s] = found[s][i];
      }
      System.out.print(" " + HeadsRun.spread(column) + " |");
    }
    System.out.println();
  }

  private static Spec router(String settings) {
    return Spec.parse(
        TEXT
            + " | router(experts=[recorded(column="
            + CHEAP
            + ", quality=true, cost=0), recorded(column="
            + DEAR
            + ", quality=true, cost=1)], "
            + settings
            + ")");
  }

  private double[] routed(int seed, String settings) {
    Batch rows = shuffled(seed);
    double[] right = new double[SHARES.length];
    for (int i = 0; i < SHARES.length; i++) {
      Spec spec = router("budget=" + SHARES[i] + ", " + settings);
      try (Engine engine = new Engine(rows.schema(), spec, LabelPlan.IMMEDIATE, seed, 1)) {
        Outcomes out = new Outcomes();
        engine.process(rows, 0, rows.size(), out);
        double share = engine.experts().calls(1) / (double) rows.size();
        if (share > SHARES[i] + 1.0 / rows.size()) {
          throw new IllegalStateException("sent " + share + " to the dear expert");
        }
        right[i] = engine.experts().quality() / rows.size();
      }
    }
    return right;
  }

  /** A dear expert that comes in the middle of the stream: how soon it is asked. */
  private void comer() {
    System.out.println();
    System.out.println(
        "The dear expert comes after half of the stream, the budget is half of the events:");
    System.out.println();
    System.out.println("| feedback | events until it is asked | asked among its first 500 |");
    System.out.println("|---|---|---|");
    for (String feedback : new String[] {"all", "chosen"}) {
      double[] first = new double[seeds];
      double[] asked = new double[seeds];
      for (int s = 0; s < seeds; s++) {
        Batch rows = shuffled(s + 1);
        int half = rows.size() / 2;
        Batch late = new Batch(rows.schema(), rows.size());
        int dear = rows.schema().indexOf(DEAR);
        for (int r = 0; r < rows.size(); r++) {
          late.append(rows, r);
          if (r < half) {
            late.block()[r * rows.schema().width() + dear] = Double.NaN;
          }
        }
        Spec spec = router("budget=0.5, feedback=" + feedback);
        try (Engine engine = new Engine(rows.schema(), spec, LabelPlan.IMMEDIATE, s + 1, 1)) {
          Outcomes out = new Outcomes();
          engine.process(late, 0, half, out);
          if (engine.experts().calls(1) != 0) {
            throw new IllegalStateException("asked an expert that was not there");
          }
          engine.process(late, half, half + 500, out);
          asked[s] = engine.experts().calls(1);
          first[s] = asked[s] == 0 ? Double.NaN : 500;
          for (int i = out.calls() - 1; i >= 0; i--) {
            first[s] = out.callExpert(i) == 1 ? out.callEvent(i) - half + 1 : first[s];
          }
        }
      }
      System.out.printf(
          Locale.ROOT,
          "| %s | %.0f (worst %.0f) | %.0f |%n",
          feedback,
          HeadsRun.mean(first),
          Arrays.stream(first).max().orElse(0),
          HeadsRun.mean(asked));
    }
  }

  /** What sends an event to the dear expert by a score, from a threshold that keeps the share. */
  private final class Baselines {
    private static final int NEIGHBOURS = 40;
    private static final int WINDOW = 1000;

    private final Batch rows;
    private final RouteRows texts;

    Baselines(int seed) {
      rows = shuffled(seed);
      texts = new RouteRows(rows, TEXT, CHEAP, DEAR);
    }

    double[] linear() {
      String model = "linear_regression(optimizer=adagrad(learning_rate=0.1))";
      return shares(texts.regressions(model, this::truth));
    }

    double[] confidence() {
      return shares(
          texts.confidence(
              "logistic_regression(optimizer=adagrad(learning_rate=0.2))", this::truth));
    }

    double[] neighbours() {
      return shares(texts.neighbours(NEIGHBOURS, this::truth));
    }

    private double truth(int r, int expert) {
      return right(rows, r, expert == 0 ? CHEAP : DEAR);
    }

    private double[] shares(double[] score) {
      return Arrays.stream(SHARES).map(s -> walk(score, s)).toArray();
    }

    private double walk(double[] score, double share) {
      double right = 0;
      int sent = 0;
      double threshold = 0;
      for (int r = 0; r < score.length; r++) {
        if (r % 20 == 0 && r > 0) {
          double rate = (share * (r + WINDOW) - sent) / WINDOW;
          double[] last = Arrays.copyOfRange(score, Math.max(0, r - WINDOW), r);
          Arrays.sort(last);
          int above = (int) Math.round(Math.max(0, Math.min(1, rate)) * last.length);
          threshold = above == 0 ? Double.POSITIVE_INFINITY : last[last.length - above];
        }
        boolean send = score[r] >= threshold && sent + 1 <= share * (r + 1) + 1;
        sent += send ? 1 : 0;
        right += truth(r, send ? 1 : 0);
      }
      return right / score.length;
    }
  }

  /** What is known of a row and an expert. */
  interface Truth {
    double of(int r, int expert);
  }
}
