package org.freshet.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.component.Spec;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.Outcomes;

/**
 * Routing among nine open models by their scores on several benchmarks. The log has no prices: the
 * size of a model in billions of parameters stands for its cost.
 *
 * <pre>RouteModels FOLDER SEEDS</pre>
 */
public final class RouteModels {
  private static final double[] BUDGETS = {8, 15, 25, 40, 60};
  private static final Map<String, Integer> SIZE =
      new TreeMap<>(
          Map.of(
              "qwen2.5-7b-instruct", 7,
              "mistral-7b-instruct-v0.3", 7,
              "codegemma-7b", 7,
              "llama3-chatqa-1.5-8b", 8,
              "llama-3.1-8b-instruct", 8,
              "gemma-2-9b-it", 9,
              "llama-3.3-nemotron-super-49b-v1", 49,
              "llama-3.1-nemotron-51b-instruct", 51,
              "llama3-chatqa-1.5-70b", 70));

  private RouteModels() {}

  public static void main(String[] arguments) throws IOException {
    JsonNode log = read(Path.of(arguments[0]).resolve("llmrouter_scores/train.json.gz"));
    int seeds = Integer.parseInt(arguments[1]);
    System.out.println("| model | billions of parameters | mean score, % |");
    System.out.println("|---|---|---|");
    double[] best = new double[log.size()];
    for (String name : SIZE.keySet()) {
      double sum = 0;
      for (int i = 0; i < best.length; i++) {
        double score = log.get(i).get("scores").get(name).asDouble();
        sum += score;
        best[i] = Math.max(best[i], score);
      }
      System.out.printf(
          Locale.ROOT, "| %s | %d | %.2f |%n", name, SIZE.get(name), 100 * sum / best.length);
    }
    System.out.printf(
        Locale.ROOT, "| the best for each question | | %.2f |%n%n", 100 * HeadsRun.mean(best));
    System.out.print("| mean cost allowed |");
    for (double b : BUDGETS) {
      System.out.printf(Locale.ROOT, " %.0f |", b);
    }
    System.out.println();
    System.out.println("|---|" + "---|".repeat(BUDGETS.length));
    line("router", log, seeds, "feedback=all");
    line("router, only the chosen one's score known", log, seeds, "feedback=chosen");
    line("the best on the whole", log, seeds, "policy=best");
    line("cheapest or dearest by chance", log, seeds, "policy=random");
  }

  private static JsonNode read(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static void line(String name, JsonNode log, int seeds, String settings) {
    System.out.print("| " + name + " |");
    for (double budget : BUDGETS) {
      double[] score = new double[seeds];
      for (int s = 0; s < seeds; s++) {
        score[s] = run(log, s + 1, "budget=" + budget + ", " + settings, budget);
      }
      System.out.print(" " + HeadsRun.spread(score) + " |");
    }
    System.out.println();
  }

  private static double run(JsonNode log, int seed, String settings, double budget) {
    Batch rows = rows(log, seed);
    List<String> experts = new ArrayList<>();
    SIZE.forEach(
        (name, size) ->
            experts.add("recorded(column='" + name + "', quality=true, cost=" + size + ")"));
    Spec spec =
        Spec.parse(
            "tfidf(words=[1, 2], sublinear=true) | router(experts=["
                + String.join(", ", experts)
                + "], "
                + settings
                + ")");
    try (Engine engine = new Engine(rows.schema(), spec, LabelPlan.IMMEDIATE, seed, 1)) {
      engine.process(rows, 0, rows.size(), new Outcomes());
      if (engine.experts().cost() > budget * rows.size() + 70) {
        throw new IllegalStateException("spent " + engine.experts().cost());
      }
      return engine.experts().quality() / rows.size();
    }
  }

  private static Batch rows(JsonNode log, int seed) {
    List<Column> columns = new ArrayList<>(List.of(Column.text("question")));
    SIZE.keySet().forEach(name -> columns.add(Column.numeric(name)));
    Batch rows = new Batch(Schema.unlabelled(columns), log.size());
    List<JsonNode> order = new ArrayList<>();
    log.forEach(order::add);
    Collections.shuffle(order, new Random(seed));
    for (JsonNode one : order) {
      rows.beginRow();
      rows.attach(0, one.get("question").asText());
      int c = 1;
      for (String name : SIZE.keySet()) {
        rows.set(c++, one.get("scores").get(name).asDouble());
      }
      rows.endRow();
    }
    return rows;
  }
}
