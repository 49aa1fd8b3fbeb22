package org.freshet.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;

/**
 * Learners trained on the sample that PVQ makes of the training part of NSL-KDD, beside the same
 * learners trained on as many examples drawn at random from the same windows, and on all: accuracy
 * and macro F1 over normal and the four kinds of attacks on its test part, the mean of seeds.
 *
 * <p>{@code PvqRun CODEWORDS SEEDS LEARNER...}; needs FRESHET_DATA. Prints Markdown.
 */
public final class PvqRun {
  private static final int WINDOW = 1000;

  /** The four kinds, after normal; what is not named here counts as normal. */
  private static final List<String> KINDS =
      List.of(
          "back land neptune pod smurf teardrop apache2 udpstorm processtable worm mailbomb",
          "satan ipsweep nmap portsweep mscan saint",
          "guess_passwd ftp_write imap phf multihop warezmaster warezclient spy xlock xsnoop"
              + " snmpguess snmpgetattack httptunnel sendmail named",
          "buffer_overflow loadmodule rootkit perl sqlattack xterm ps");

  private record Rows(Schema schema, Batch values, int[] kinds) {}

  private PvqRun() {}

  public static void main(String[] args) {
    if (args.length < 3) {
      System.err.println("usage: PvqRun CODEWORDS SEEDS LEARNER...");
      System.exit(2);
    }
    Rows all = read();
    int tested = DataSets.NSL_KDD_TRAINING;
    System.out.println("| learner | trained on | examples | accuracy | macro F1 |");
    System.out.println("|---|---|---|---|---|");
    for (String learner : Arrays.asList(args).subList(2, args.length)) {
      for (String way : List.of("PVQ", "random", "all")) {
        double[] sum = new double[3];
        int seeds = Integer.parseInt(args[1]);
        for (int seed = 1; seed <= seeds; seed++) {
          double[] one = run(all, tested, way, learner, args[0], seed);
          for (int i = 0; i < sum.length; i++) {
            sum[i] += one[i] / seeds;
          }
        }
        System.out.printf(
            Locale.ROOT,
            "| %s | %s | %.0f | %.2f %% | %.2f %% |%n",
            learner,
            way,
            sum[0],
            100 * sum[1],
            100 * sum[2]);
      }
    }
  }

  /** The training part, then the test part, with the kind of each row as its label. */
  private static Rows read() {
    Map<String, Integer> kind =
        KINDS.stream()
            .flatMap(k -> Arrays.stream(k.split(" ")))
            .collect(Collectors.toMap(a -> a, a -> 1 + index(a)));
    try (Source source = DataSets.open("nsl_kdd", 1)) {
      Batch rows = new Batch(source.schema(), DataSets.NSL_KDD_ROWS);
      source.read(rows, DataSets.NSL_KDD_ROWS);
      Schema s = source.schema();
      int[] kinds = new int[rows.size()];
      for (int r = 0; r < kinds.length; r++) {
        kinds[r] = kind.getOrDefault(s.labels().name(rows.labelCode(r)), 0);
      }
      Schema labelled =
          Schema.classification(s.columns(), "kind", "normal", "dos", "probe", "r2l", "u2r");
      return new Rows(labelled, rows, kinds);
    }
  }

  private static int index(String attack) {
    for (int k = 0; k < KINDS.size(); k++) {
      if (List.of(KINDS.get(k).split(" ")).contains(attack)) {
        return k;
      }
    }
    throw new IllegalArgumentException(attack);
  }

  private static double[] run(
      Rows all, int training, String way, String learner, String codewords, int seed) {
    Build build = Build.of(all.schema).withSeed(seed);
    String pvq = "pvq(window=" + WINDOW + ", codewords=" + codewords + ", learner=" + learner + ")";
    Classifier c = build.create(Spec.parse(way.equals("PVQ") ? pvq : learner), Classifier.class);
    Rng rng = new Rng(seed);
    int examples = 0;
    for (int from = 0; from < training; from += WINDOW) {
      int to = Math.min(training, from + WINDOW);
      int n = way.equals("random") ? sample(all, from, to, Integer.parseInt(codewords)) : to - from;
      examples += way.equals("PVQ") ? sample(all, from, to, Integer.parseInt(codewords)) : n;
      int wanted = n;
      for (int r = from; r < to; r++) { // n of the window, each set of n as likely
        if (rng.nextInt(to - r) < wanted) {
          c.learn(all.values.row(r), all.kinds[r], 1);
          wanted--;
        }
      }
    }
    double[] scores = new double[5];
    double[][] confusion = new double[5][5];
    for (int r = training; r < all.kinds.length; r++) {
      c.scores(all.values.row(r), scores);
      confusion[all.kinds[r]][Kernels.argmax(scores, 5)]++;
    }
    return new double[] {examples, accuracy(confusion), macroF1(confusion)};
  }

  /** Examples that PVQ makes of a window. */
  private static int sample(Rows all, int from, int to, int codewords) {
    if (to - from < WINDOW) {
      return 0; // the last window never ends
    }
    int[] of = new int[5];
    for (int r = from; r < to; r++) {
      of[all.kinds[r]]++;
    }
    return Arrays.stream(of).map(n -> Math.min(n, codewords)).sum();
  }

  private static double accuracy(double[][] confusion) {
    double right = 0;
    double n = 0;
    for (int k = 0; k < 5; k++) {
      right += confusion[k][k];
      n += Arrays.stream(confusion[k]).sum();
    }
    return right / n;
  }

  private static double macroF1(double[][] confusion) {
    List<Double> each = new ArrayList<>();
    for (int k = 0; k < 5; k++) {
      double said = 0;
      for (double[] row : confusion) {
        said += row[k];
      }
      double both = said + Arrays.stream(confusion[k]).sum();
      each.add(both > 0 ? 2 * confusion[k][k] / both : 0);
    }
    return each.stream().mapToDouble(f -> f).average().orElse(0);
  }
}
