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
 * Routing where each answer has a price and a time of its own, between Mixtral 8x7B and GPT-4:
 * MMLU, whose answers are a letter, so that a question costs by its length; and GSM8K, whose
 * answers are in the log, so that their lengths tell what they cost and took.
 *
 * <pre>RouteMoney FOLDER SEEDS</pre>
 */
public final class RouteMoney {
  /** Dollars for a million tokens read and written, by Mixtral and GPT-4; characters a token. */
  private static final double[] READ = {0.6, 10};

  private static final double[] WRITTEN = {0.6, 30};
  private static final double TOKEN = 4;

  /** Characters a second that answers are taken to be written with: no times are in the log. */
  private static final double[] SPEED = {300, 100};

  private static final double[] BUDGETS = {0.1, 0.2, 0.4, 0.6, 0.8, 1};
  private static final double[] TARGETS = {0.70, 0.73, 0.76, 0.79, 0.85};
  private static final double[] LIMITS = {2, 3, 4, 6};

  private static final Schema SCHEMA =
      Schema.unlabelled(
          List.of(
              Column.text("prompt"),
              Column.numeric("mixtral"),
              Column.numeric("mixtral_dollars"),
              Column.numeric("mixtral_seconds"),
              Column.numeric("gpt4"),
              Column.numeric("gpt4_dollars"),
              Column.numeric("gpt4_seconds")));

  private final Batch rows;
  private final int seeds;

  private RouteMoney(Batch rows, int seeds) {
    this.rows = rows;
    this.seeds = seeds;
  }

  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]).resolve("routellm");
    int seeds = Integer.parseInt(arguments[1]);
    String[] mmlu = {"mixtral_8x7b_correct", "gpt4_1106_correct"};
    RouteMoney letters = new RouteMoney(read(folder, "mmlu_responses.csv.gz", mmlu), seeds);
    letters.budgets();
    letters.targets();
    String[] names = {"mistralai/Mixtral-8x7B-Instruct-v0.1", "gpt-4-1106-preview"};
    RouteMoney texts = new RouteMoney(read(folder, "gsm8k_responses.csv.gz", names), seeds);
    texts.limits();
  }

  /** Rows with dollars a thousand questions. */
  private static Batch read(Path folder, String name, String[] right) {
    Batch rows = new Batch(SCHEMA, 20_000);
    Map<String, ?> settings =
        Map.of("label", "none", "text", List.of("prompt"), "categorical", List.of(right));
    try (Source source = Sources.open(folder.resolve(name).toString(), settings)) {
      Schema s = source.schema();
      Batch read = new Batch(s, 20_000);
      source.read(read, 20_000);
      for (int r = 0; r < read.size(); r++) {
        rows.beginRow();
        String prompt = text(read, r, "prompt");
        rows.attach(0, prompt);
        for (int m = 0; m < 2; m++) {
          int i = s.indexOf(right[m]);
          String code = s.column(i).dictionary().name((int) read.row(r).get(i));
          int written =
              s.indexOf(right[m] + "_response") < 0
                  ? 1
                  : text(read, r, right[m] + "_response").length();
          rows.set(3 * m + 1, code.equalsIgnoreCase("true") ? 1 : 0);
          rows.set(3 * m + 2, (READ[m] * prompt.length() + WRITTEN[m] * written) / TOKEN / 1000);
          rows.set(3 * m + 3, written / SPEED[m]);
        }
        rows.endRow();
      }
    }
    return rows;
  }

  private static String text(Batch rows, int r, String column) {
    Schema s = rows.schema();
    int i = s.indexOf(column);
    if (s.column(i).kind() == Column.Kind.TEXT) {
      return rows.row(r).attachment(s.attachmentOf(i)).toString();
    }
    return s.column(i).dictionary().name((int) rows.row(r).get(i));
  }

  private Batch shuffled(int seed) {
    int[] order = new int[rows.size()];
    Arrays.setAll(order, i -> i);
    Random random = new Random(seed);
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int o = order[i];
      order[i] = order[j];
      order[j] = o;
    }
    Batch mixed = new Batch(rows.schema(), order.length);
    for (int r : order) {
      mixed.append(rows, r);
    }
    return mixed;
  }

  /** Right answers, dollars a thousand questions, share of GPT-4, answers later than a limit. */
  private double[][] route(String settings, double limit) {
    double[][] found = new double[4][seeds];
    for (int s = 0; s < seeds; s++) {
      Batch mixed = shuffled(s + 1);
      Spec spec =
          Spec.parse(
              "tfidf(words=[1, 2], sublinear=true) | router(experts=["
                  + "recorded(column=mixtral, cost_column=mixtral_dollars,"
                  + " seconds_column=mixtral_seconds, quality=true, cost=0), "
                  + "recorded(column=gpt4, cost_column=gpt4_dollars, seconds_column=gpt4_seconds,"
                  + " quality=true, cost=1)]"
                  + settings
                  + ")");
      try (Engine engine = new Engine(mixed.schema(), spec, LabelPlan.IMMEDIATE, s + 1, 1)) {
        Outcomes out = new Outcomes();
        engine.process(mixed, 0, mixed.size(), out);
        double n = mixed.size();
        found[0][s] = engine.experts().quality() / n;
        found[1][s] = engine.experts().cost() / n;
        found[2][s] = engine.experts().calls(1) / n;
        for (int i = 0; i < out.calls(); i++) {
          double seconds = mixed.row((int) out.callEvent(i)).get(3 * out.callExpert(i) + 3);
          found[3][s] += seconds > limit ? 1 / n : 0;
        }
      }
    }
    return found;
  }

  private void budgets() {
    System.out.println(
        "| dollars a thousand questions | cost foreseen | right, % | spent | to GPT-4 |");
    System.out.println("|---|---|---|---|---|");
    for (double b : BUDGETS) {
      for (String costs : new String[] {"query", "mean"}) {
        double[][] f = route(", budget=" + b + ", costs=" + costs, 0);
        line(b + " | by " + (costs.equals("query") ? "question" : "the mean"), f);
      }
    }
    System.out.println();
  }

  private void targets() {
    System.out.println("| target, % | right, % | dollars a thousand questions | to GPT-4 |");
    System.out.println("|---|---|---|---|");
    for (double t : TARGETS) {
      line(String.format(Locale.ROOT, "%.0f", 100 * t), route(", target=" + t, 0));
    }
    System.out.println();
  }

  private void limits() {
    System.out.println(
        "| an answer may take | right, % | dollars a thousand questions | to GPT-4 | later |");
    System.out.println("|---|---|---|---|---|");
    for (double l : LIMITS) {
      double[][] f = route(", latency=" + l, l);
      line(String.format(Locale.ROOT, "%.0f s", l), f, Digits.percent(HeadsRun.mean(f[3])) + " %");
      double[][] any = route("", l);
      line(
          "any; beyond " + Math.round(l) + " s", any, Digits.percent(HeadsRun.mean(any[3])) + " %");
    }
  }

  private static void line(String name, double[][] f, String... more) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.3f | %s %% |%s%n",
        name,
        HeadsRun.spread(f[0]),
        HeadsRun.mean(f[1]),
        Digits.percent(HeadsRun.mean(f[2])),
        more.length == 0 ? "" : " " + more[0] + " |");
  }
}
