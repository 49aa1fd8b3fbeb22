package org.freshet.bench;

import java.util.List;
import java.util.Locale;
import org.freshet.core.Batch;
import org.freshet.core.Source;
import org.freshet.core.component.Spec;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.Outcomes;
import org.freshet.engine.ask.AskPlan;
import org.freshet.engine.ask.Asking;
import org.freshet.engine.ask.Budget;

/**
 * What labels cost in bits by the form of the question: full questions beside candidate sets,
 * pairs, and yes or no. A table as Markdown.
 *
 * <p>{@code QuestionsRun STREAM EVENTS SEEDS MODEL BUDGET STRATEGY...}: STREAM is one of {@link
 * DataSets}; BUDGET a share of the events. Each event is predicted before anything is learnt of it,
 * and the accuracy is that over all events. Forms that get at the label in the end ask about the
 * same events and learn the same labels as full questions, so their accuracies are equal.
 */
public final class QuestionsRun {
  private static final List<String> QUESTIONS =
      List.of(
          "label",
          "candidates",
          "pairwise",
          "yes_no",
          "pairwise(further=false)",
          "yes_no(further=false)");

  private QuestionsRun() {}

  public static void main(String[] args) {
    if (args.length < 6) {
      System.err.println("usage: QuestionsRun STREAM EVENTS SEEDS MODEL BUDGET STRATEGY...");
      System.exit(2);
    }
    String[] seeds = args[2].split(",");
    System.out.println(
        "| strategy | question | labels | accuracy | bits a label | bits saved | coverage | promised |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    for (int s = 5; s < args.length; s++) {
      for (String question : QUESTIONS) {
        double[] sums = new double[6];
        for (String seed : seeds) {
          add(args, args[s], question, Long.parseLong(seed), sums);
        }
        print(args[s], question, sums, seeds.length);
      }
    }
  }

  private static void add(
      String[] args, String strategy, String question, long seed, double[] sums) {
    int most = Integer.parseInt(args[1]);
    AskPlan plan =
        new AskPlan(
            Budget.share(Double.parseDouble(args[4])),
            Spec.parse(strategy),
            Spec.parse(question),
            List.of());
    try (Source source = DataSets.open(args[0], seed);
        Engine engine =
            new Engine(
                source.schema(), Spec.parse(args[3]), LabelPlan.IMMEDIATE.withAsk(plan), seed, 1)) {
      Batch part = new Batch(source.schema(), 256);
      Outcomes out = new Outcomes();
      long right = 0;
      long n = 0;
      while (n < most && source.read(part, (int) Math.min(256, most - n)) > 0) {
        engine.process(part, 0, part.size(), out);
        for (int i = 0; i < out.labels(); i++, n++) {
          right += out.labelPredicted(i) == out.label(i) ? 1 : 0;
        }
      }
      Asking asking = engine.asking();
      sums[0] += asking.asked();
      sums[1] += (double) right / n;
      sums[2] += asking.bits();
      sums[3] += asking.fullBits();
      sums[4] += asking.question().coverage();
      sums[5] += asking.question().nominalCoverage();
    }
  }

  private static void print(String strategy, String question, double[] sums, int seeds) {
    String coverage = Double.isNaN(sums[4]) ? "" : percent(sums[4] / seeds);
    String promised = Double.isNaN(sums[5]) ? "" : percent(sums[5] / seeds);
    System.out.printf(
        Locale.ROOT,
        "| `%s` | `%s` | %.0f | %s | %.3f | %s | %s | %s |%n",
        strategy,
        question,
        sums[0] / seeds,
        percent(sums[1] / seeds),
        sums[2] / sums[0],
        percent(1 - sums[2] / sums[3]),
        coverage,
        promised);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}
