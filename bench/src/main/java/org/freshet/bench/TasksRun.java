package org.freshet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Dictionary;
import org.freshet.core.Kernels;
import org.freshet.core.Source;
import org.freshet.core.component.Components;

/**
 * Classifiers that learn digits task by task, one pass, without being told of tasks: their accuracy
 * over all digits at the end. Reads lines NAME, a tab and SPEC from standard input; a table as
 * Markdown.
 *
 * <p>{@code TasksRun TRAIN TEST TASKS EVENTS SEEDS}: TRAIN and TEST are of {@link DataSets}; each
 * of TASKS has as many classes, by their names in order; of TRAIN the first EVENTS are taken.
 */
public final class TasksRun {
  private TasksRun() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 5) {
      System.err.println("usage: TasksRun TRAIN TEST TASKS EVENTS SEEDS < LEARNERS");
      System.exit(2);
    }
    Batch train = read(args[0], Integer.parseInt(args[3]));
    Batch test = read(args[1], Integer.MAX_VALUE);
    int tasks = Integer.parseInt(args[2]);
    String[] seeds = args[4].split(",");
    System.out.println("| learner | accuracy, % | ± | |");
    System.out.println("|---|---|---|---|");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] part = line.split("\t", 2);
      double sum = 0;
      double squares = 0;
      for (String seed : seeds) {
        double a = accuracy(part[1], train, test, tasks, Long.parseLong(seed));
        sum += a;
        squares += a * a;
      }
      int n = seeds.length;
      double mean = sum / n;
      double d = n < 2 ? 0 : Math.sqrt(Math.max(0, squares - n * mean * mean) / (n - 1));
      System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f | `%s` |%n", part[0], mean, d, part[1]);
    }
  }

  private static Batch read(String stream, int most) {
    try (Source source = DataSets.open(stream, 1)) {
      Batch all = new Batch(source.schema(), Math.min(most, 1 << 17));
      Batch part = new Batch(source.schema(), 1024);
      while (all.size() < most && source.read(part, Math.min(1024, most - all.size())) > 0) {
        for (int r = 0; r < part.size(); r++) {
          all.append(part.row(r), part.label(r), 1);
        }
      }
      return all;
    }
  }

  private static double accuracy(String spec, Batch train, Batch test, int tasks, long seed) {
    Classifier c = Components.classifier(spec, train.schema(), seed);
    Dictionary names = train.schema().labels();
    List<String> sorted = names.names().stream().sorted().toList();
    for (int t = 0; t < tasks; t++) {
      for (int i = 0; i < train.size(); i++) {
        int label = train.labelCode(i);
        if (sorted.indexOf(names.name(label)) * tasks / sorted.size() == t) {
          c.learn(train.row(i), label, 1);
        }
      }
    }
    Dictionary other = test.schema().labels();
    double[] scores = new double[names.size()];
    int right = 0;
    for (int i = 0; i < test.size(); i++) {
      c.scores(test.row(i), scores);
      String best = names.name(Kernels.argmax(scores, names.size()));
      right += best.equals(other.name(test.labelCode(i))) ? 1 : 0;
    }
    return 100.0 * right / test.size();
  }
}
