package org.freshet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.freshet.core.Batch;
import org.freshet.core.Rng;
import org.freshet.core.Source;
import org.freshet.core.component.Spec;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.Outcomes;
import org.freshet.engine.ask.AskPlan;
import org.freshet.engine.ask.Budget;

/**
 * What strategies make of a budget of labels: accuracy of every event predicted before its label
 * may be asked for, beside that with all labels; or, where test rows are named, of those in the
 * end.
 *
 * <p>{@code AskRun CELLS SEEDS BUDGETS EVENTS [table]}: reads tab-separated lines from standard
 * input, {@code stream NAME STREAM MODEL [TEST]} and {@code ask NAME SPEC}; streams are those of
 * {@link DataSets}. SEEDS and BUDGETS are lists such as {@code 1,2} and {@code 0.01,0.1}; of a
 * stream the first EVENTS are taken. A seed leaves out another tenth of them, and draws what models
 * and strategies draw. Cells are kept in the file CELLS, and one that stands there is not run
 * again; with {@code table} only those that stand there are printed. In a strategy, {@code
 * {learner}} stands for the last step of the model.
 */
public final class AskRun {
  private static final int CHUNK = 256;
  private static final double LEFT_OUT = 0.1;

  /** A stream with the model that learns it. */
  record Task(String name, String stream, String model, String test) {}

  /** A strategy by a short name. */
  record Strategy(String name, String spec) {}

  private final Cells cells;
  private final long[] seeds;
  private final double[] budgets;
  private final int events;
  private final List<Task> tasks = new ArrayList<>();
  private final List<Strategy> strategies = new ArrayList<>();

  private AskRun(String[] args) throws IOException {
    cells = new Cells(Path.of(args[0]));
    seeds = Arrays.stream(args[1].split(",")).mapToLong(Long::parseLong).toArray();
    budgets = Arrays.stream(args[2].split(",")).mapToDouble(Double::parseDouble).toArray();
    events = Integer.parseInt(args[3]);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] part = line.split("\t");
      if (part[0].equals("stream")) {
        tasks.add(new Task(part[1], part[2], part[3], part.length > 4 ? part[4] : null));
      } else if (part[0].equals("ask")) {
        strategies.add(new Strategy(part[1], part[2]));
      }
    }
  }

  public static void main(String[] args) throws IOException {
    if (args.length < 4) {
      System.err.println(
          "usage: AskRun CELLS SEEDS BUDGETS EVENTS [table] < STREAMS_AND_STRATEGIES");
      System.exit(2);
    }
    AskRun run = new AskRun(args);
    if (args.length == 4) {
      run.all();
    }
    for (Task t : run.tasks) {
      new AskTable(t, run.strategies, run.budgets, run.seeds, run::cell).print();
    }
  }

  /** Seed by seed, so that what is done of a run that was stopped is comparable. */
  private void all() {
    for (long seed : seeds) {
      for (Task t : tasks) {
        Batch rows = null;
        Batch test = null;
        List<Strategy> whole = new ArrayList<>(strategies);
        whole.add(0, null);
        for (Strategy s : whole) {
          for (double budget : s == null ? new double[] {1} : budgets) {
            if (cells.get(key(t, s, budget, seed)) == null) {
              rows = rows == null ? read(t.stream(), events, LEFT_OUT, seed) : rows;
              test = test == null && t.test() != null ? read(t.test(), events, 0, seed) : test;
              cells.put(key(t, s, budget, seed), run(t, s, budget, seed, rows, test));
            }
          }
        }
      }
    }
  }

  private String key(Task t, Strategy s, double budget, long seed) {
    String ask = s == null ? "all" : spec(t, s) + " " + budget;
    return t.name() + " " + events + " | " + t.model() + " | " + ask + " | " + seed;
  }

  private static String spec(Task t, Strategy s) {
    String[] steps = t.model().split(" \\| ");
    return s.spec().replace("{learner}", steps[steps.length - 1]);
  }

  /**
   * Accuracy, labels asked, events, and the most labels asked beyond the budget; null if undone.
   */
  private double[] cell(Task t, Strategy s, double budget, long seed) {
    return cells.get(key(t, s, budget, seed));
  }

  private static Batch read(String stream, int most, double leftOut, long seed) {
    try (Source source = DataSets.open(stream, 1)) {
      Rng rng = new Rng(seed);
      List<Batch> parts = new ArrayList<>();
      int kept = 0;
      for (int seen = 0; seen < most; ) {
        Batch part = new Batch(source.schema(), CHUNK);
        int n = source.read(part, Math.min(CHUNK, most - seen));
        if (n == 0) {
          break;
        }
        seen += n;
        kept += n;
        parts.add(part);
      }
      Batch all = new Batch(source.schema(), kept);
      for (Batch part : parts) {
        for (int r = 0; r < part.size(); r++) {
          if (rng.nextDouble() >= leftOut) {
            all.append(part.row(r), part.label(r), 1);
          }
        }
      }
      return all;
    }
  }

  private static double[] run(
      Task t, Strategy s, double budget, long seed, Batch rows, Batch test) {
    LabelPlan plan = LabelPlan.IMMEDIATE;
    if (s != null) {
      plan = plan.withAsk(new AskPlan(Budget.share(budget), Spec.parse(spec(t, s))));
    }
    double right = 0;
    double asked = 0;
    double beyond = 0;
    Outcomes out = new Outcomes();
    try (Engine engine = new Engine(rows.schema(), Spec.parse(t.model()), plan, seed, 1)) {
      for (int from = 0; from < rows.size(); from += CHUNK) {
        int to = Math.min(from + CHUNK, rows.size());
        engine.process(rows, from, to, out);
        for (int i = 0; i < to - from; i++) {
          right += out.predicted(i) == rows.label(from + i) ? 1 : 0;
          asked += s == null || out.asked(i) ? 1 : 0;
          beyond = Math.max(beyond, asked - budget * (from + i + 1));
        }
      }
      if (test == null) {
        return new double[] {right / rows.size(), asked, rows.size(), beyond};
      }
      right = 0;
      for (int from = 0; from < test.size(); from += CHUNK) {
        int to = Math.min(from + CHUNK, test.size());
        engine.predict(test, from, to, out);
        for (int i = 0; i < to - from; i++) {
          String name = rows.schema().labels().name((int) out.predicted(i));
          String truth = test.schema().labels().name(test.labelCode(from + i));
          right += name.equals(truth) ? 1 : 0;
        }
      }
      return new double[] {right / test.size(), asked, rows.size(), beyond};
    }
  }

  /** A number of per cents. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }
}
