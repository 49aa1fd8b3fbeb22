package org.freshet.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Kernels;
import org.freshet.core.component.Components;
import org.freshet.engine.merge.Copy;
import org.freshet.engine.merge.Delta;
import org.freshet.engine.merge.Merged;
import org.freshet.engine.merge.Merging;
import org.freshet.engine.merge.Merging.Settings;

/**
 * Processes at the edge that learn apart and are merged, beside edges alone and beside one process:
 * {@code FederatedRun STREAM COLUMN SPEC EVERY}, the streams those of {@link DataSets}. An event
 * belongs to one of three edges by the third of the column's values it lies in, or by a hash of its
 * number where the column is {@code any}; the first edge has ten events for each of the others. An
 * edge predicts its events, learns them, and sends a delta after every EVERY / 3 of its own; what
 * is sent is merged when it holds EVERY events, when each edge has sent, or after EVERY events.
 *
 * <p>Prints rows of Markdown. <em>own</em>: accuracy in percent on the events an edge sees, each
 * before it is learnt, of all edges together; <em>mean</em>: the same, each edge counting alike;
 * <em>others</em>: of the model of each edge on the events of the two others, each edge counting
 * alike; deltas taken of each edge, and their weights at the end; merges a delta was stale, on
 * average and at most.
 */
public final class FederatedRun {
  private static final int EDGES = 3;
  private static final int OFTEN = 10;
  private static final int AWAY = 20; // times EVERY

  /**
   * A way to run it.
   *
   * @param late events until a merged model is taken in
   * @param away whether the last edge reaches the others in one tenth of the time only
   */
  private record Way(String name, Settings settings, int late, boolean away) {}

  private final Batch rows;
  private final int[] order; // rows
  private final int[] edge; // of each
  private final Supplier<Classifier> make;
  private final int every;

  private FederatedRun(Batch rows, String column, Supplier<Classifier> make, int every) {
    this.rows = rows;
    this.make = make;
    this.every = every;
    int c = rows.schema().indexOf(column);
    double[] values =
        IntStream.range(0, rows.size())
            .mapToDouble(r -> c < 0 ? MergedRun.mix(r) : rows.row(r).get(c))
            .toArray();
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double low = sorted[sorted.length / EDGES];
    double high = sorted[2 * sorted.length / EDGES];
    int[] of = new int[values.length];
    for (int r = 0; r < of.length; r++) {
      of[r] = values[r] < low ? 0 : values[r] < high ? 1 : 2;
    }
    this.order =
        IntStream.range(0, of.length)
            .filter(r -> of[r] == 0 || Long.remainderUnsigned(MergedRun.mix(~r), OFTEN) == 0)
            .toArray();
    this.edge = Arrays.stream(order).map(r -> of[r]).toArray();
  }

  public static void main(String[] args) {
    Batch rows = MergedRun.read(args[0]);
    Supplier<Classifier> make = () -> Components.classifier(args[2], rows.schema(), 1);
    FederatedRun run = new FederatedRun(rows, args[1], make, Integer.parseInt(args[3]));
    run.one();
    run.alone();
    Settings fedau = Settings.USUAL.withCopies(EDGES);
    Settings equal = new Settings(EDGES, fedau.pace(), fedau.discount(), 1); // weights stay 1
    Settings whole = new Settings(EDGES, fedau.pace(), 0, fedau.cutOff()); // stale ones too
    int late = run.every;
    List<Way> ways =
        List.of(
            new Way("federated", fedau, 0, false),
            new Way("federated, without FedAU", equal, 0, false),
            new Way("late", fedau, late, false),
            new Way("late, no discount", whole, late, false),
            new Way("one is away", fedau, 0, true),
            new Way("one is away, no discount", whole, 0, true),
            new Way("one is away, without FedAU", equal, 0, true));
    boolean sums = Merging.weight(make.get(), 2) == 1; // neither weights nor a discount count
    ways.stream().filter(w -> !sums || w.settings().equals(fedau)).forEach(run::federated);
  }

  /** How well events were predicted. */
  private final class Score {
    private final double[] scores = new double[rows.schema().labels().size()];
    private final long[] right = new long[EDGES];
    private final long[] seen = new long[EDGES];
    private final long[] rightElsewhere = new long[EDGES];
    private final long[] seenElsewhere = new long[EDGES];

    void step(List<Classifier> models, int i, double weight) {
      int r = order[i];
      int label = rows.labelCode(r);
      for (int k = 0; k < EDGES; k++) {
        if (k != edge[i]) {
          models.get(k).scores(rows.row(r), scores);
          seenElsewhere[k]++;
          rightElsewhere[k] += Kernels.argmax(scores, scores.length) == label ? 1 : 0;
        }
      }
      models.get(edge[i]).testThenLearn(rows.row(r), label, weight, scores);
      seen[edge[i]]++;
      right[edge[i]] += Kernels.argmax(scores, scores.length) == label ? 1 : 0;
    }

    private static double mean(long[] right, long[] seen) {
      return IntStream.range(0, EDGES).mapToDouble(k -> 100.0 * right[k] / seen[k]).sum() / EDGES;
    }

    void print(String name, String more) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %.2f | %.2f | %.2f | %s |%n",
          name,
          100.0 * Arrays.stream(right).sum() / order.length,
          mean(right, seen),
          mean(rightElsewhere, seenElsewhere),
          more);
    }
  }

  private void one() {
    Classifier all = make.get();
    Score score = new Score();
    for (int i = 0; i < order.length; i++) {
      score.step(List.of(all, all, all), i, 1);
    }
    score.print("one process", "| | ");
  }

  private void alone() {
    List<Classifier> each = List.of(make.get(), make.get(), make.get());
    Score score = new Score();
    for (int i = 0; i < order.length; i++) {
      score.step(each, i, 1);
    }
    score.print("edges alone", "| | ");
  }

  private void federated(Way way) {
    Merging merging = new Merging("m", make, way.settings());
    List<Classifier> live = new ArrayList<>();
    List<Copy> copies = new ArrayList<>();
    for (int k = 0; k < EDGES; k++) {
      live.add(make.get());
      copies.add(new Copy("edge" + k, "m", live.get(k), make, 4));
    }
    double weight = Merging.weight(live.get(0), EDGES);
    List<Delta> held = new ArrayList<>(); // of the edge that is away
    Merged missed = null; // by it
    Deque<Merged> coming = new ArrayDeque<>();
    Deque<Integer> due = new ArrayDeque<>();
    int first = 0; // event after which what waits began to wait
    long[] taken = new long[EDGES];
    Score score = new Score();
    for (int i = 0; i < order.length; i++) {
      int k = edge[i];
      score.step(live, i, weight);
      copies.get(k).learnt(1);
      boolean gone = way.away() && i / (every * AWAY / OFTEN) % OFTEN != OFTEN - 1;
      if (copies.get(k).unsent() >= every / EDGES && copies.get(k).sends()) {
        held.add(copies.get(k).send());
      }
      for (Delta d : List.copyOf(held)) {
        if (!gone || !d.copy().equals("edge2")) {
          first = merging.waiting() == 0 ? i : first;
          merging.take(d);
          taken[d.copy().charAt(4) - '0']++;
          held.remove(d);
        }
      }
      if (merging.waiting() == EDGES
          || merging.waitingExamples() >= every
          || merging.waiting() > 0 && i - first >= every) {
        coming.add(merging.merge());
        due.add(i + way.late());
      }
      while (!due.isEmpty() && i >= due.peek()) {
        due.remove();
        missed = coming.remove();
        for (int e = 0; e < EDGES - (gone ? 1 : 0); e++) {
          copies.get(e).take(missed);
        }
      }
      if (!gone && missed != null) {
        copies.get(EDGES - 1).take(missed);
      }
    }
    StringBuilder weights = new StringBuilder();
    merging.copies().forEach(c -> weights.append(String.format(Locale.ROOT, " %.1f", c.weight())));
    score.print(
        way.name(),
        String.format(
            Locale.ROOT,
            "%,d, %,d, %,d |%s | %.1f, %d",
            taken[0],
            taken[1],
            taken[2],
            weights,
            merging.meanStaleness(),
            merging.mostStaleness()));
  }
}
