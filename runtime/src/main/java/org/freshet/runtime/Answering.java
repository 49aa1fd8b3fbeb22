package org.freshet.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;
import org.freshet.engine.FinalAnswer;
import org.freshet.engine.Outcomes;
import org.freshet.runtime.contest.Contest;

/** Makes blocks of answers of what an engine brought. */
final class Answering {
  private Answering() {}

  /**
   * The answers to the events of a batch, in order, a block for each model that answered; all of
   * them were predicted in this call. Then the final answers to events before.
   *
   * @param first number of the first
   */
  static List<AnswerBlock> blocks(Batch batch, Outcomes out, Replica replica, long first) {
    Contest contest = replica.contest();
    AnswerBlock whole = block(batch, out, replica.schema(), contest.model(out.firstEvent()), first);
    List<AnswerBlock> blocks = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= whole.size(); i++) {
      if (i == whole.size() || contest.changed(out.firstEvent() + i)) {
        blocks.add(
            i - from == whole.size()
                ? whole
                : slice(whole, from, i, contest.model(out.firstEvent() + from)));
        from = i;
      }
    }
    long next = first + whole.size();
    for (FinalAnswer f : out.last()) {
      blocks.add(last(f, replica, next++));
    }
    return blocks;
  }

  /**
   * The final answer to an event that was left to an expert.
   *
   * @param first its number; -1 for who asked
   */
  static AnswerBlock last(FinalAnswer f, Replica replica, long first) {
    return new AnswerBlock(
        replica.schema(),
        replica.contest().model(f.event()),
        first,
        1,
        new String[] {f.id()},
        new String[] {f.key()},
        new long[] {f.time()},
        new double[] {f.predicted()},
        new int[] {f.scores().length},
        f.scores(),
        f.scores().length,
        null,
        null,
        new String[] {f.expert()},
        true);
  }

  /**
   * The answers to the events of a batch, in order; all of them were predicted in this call.
   *
   * @param first number of the first
   */
  static AnswerBlock block(Batch batch, Outcomes out, Schema schema, String model, long first) {
    int n = out.predictions();
    String[] ids = new String[n];
    String[] keys = new String[n];
    long[] times = new long[n];
    String[] deferred = null;
    for (int r = 0; r < batch.size(); r++) {
      int at = out.prediction(r);
      if (at >= 0 && batch.kind(r) == Batch.Kind.EVENT) {
        ids[at] = batch.id(r);
        keys[at] = batch.key(r);
        times[at] = batch.time(r);
        deferred = deferred(deferred, n, at, out.rowDeferred(r));
      }
    }
    double[] predicted = new double[n];
    int[] known = new int[n];
    int stride = 0;
    for (int i = 0; i < n; i++) {
      stride = Math.max(stride, out.answers().width(out.known(i)));
    }
    for (int i = 0; i < n; i++) {
      predicted[i] = out.predicted(i);
      known[i] = out.known(i);
    }
    boolean[] asked = null;
    for (int i = 0; i < n; i++) {
      if (out.asked(i)) {
        asked = asked == null ? new boolean[n] : asked;
        asked[i] = true;
      }
    }
    double[] scores = new double[n * stride];
    for (int i = 0; i < n; i++) {
      int own = out.answers().width(known[i]);
      System.arraycopy(out.scores(), out.scoresAt(i), scores, i * stride, own);
    }
    return new AnswerBlock(
        schema, model, first, n, ids, keys, times, predicted, known, scores, stride, null, asked,
        deferred, false);
  }

  private static String[] deferred(String[] all, int n, int i, String expert) {
    String[] some = all == null && expert != null ? new String[n] : all;
    if (some != null) {
      some[i] = expert;
    }
    return some;
  }

  /**
   * The answers that belong to rows {@code from} to {@code to-1}, one for each row: those given now
   * and those given before. A row without one has no id.
   */
  static AnswerBlock rows(Batch batch, int from, int to, Outcomes out, Replica replica) {
    Contest contest = replica.contest();
    String[] models = null;
    String model = contest.model();
    int n = to - from;
    String[] ids = new String[n];
    String[] keys = new String[n];
    long[] times = new long[n];
    double[] predicted = new double[n];
    int[] known = new int[n];
    int stride = 0;
    for (int i = 0; i < n; i++) {
      if (out.answered(from + i)) {
        stride = Math.max(stride, width(out, from + i));
      }
    }
    double[] scores = new double[n * stride];
    boolean[] asked = null;
    String[] deferred = null;
    for (int i = 0; i < n; i++) {
      int r = from + i;
      predicted[i] = Double.NaN;
      if (out.answered(r)) {
        ids[i] = batch.id(r);
        keys[i] = batch.key(r);
        times[i] = batch.time(r);
        String by = contest.model(out.rowEvent(r));
        if (models == null && !by.equals(model)) {
          models = new String[n];
          Arrays.fill(models, model);
        }
        if (models != null) {
          models[i] = by;
        }
        if (out.rowAsked(r)) {
          asked = asked == null ? new boolean[n] : asked;
          asked[i] = true;
        }
        deferred = deferred(deferred, n, i, out.rowDeferred(r));
        predicted[i] = out.rowPredicted(r);
        known[i] = out.rowKnown(r);
        System.arraycopy(out.rowScores(r), out.rowScoresAt(r), scores, i * stride, width(out, r));
      }
    }
    return new AnswerBlock(
        replica.schema(),
        model,
        -1,
        n,
        ids,
        keys,
        times,
        predicted,
        known,
        scores,
        stride,
        models,
        asked,
        deferred,
        false);
  }

  private static int width(Outcomes out, int row) {
    return out.answers().width(out.rowKnown(row));
  }

  /** Blocks of one model that follow each other, as one. */
  static AnswerBlock join(List<AnswerBlock> blocks) {
    AnswerBlock head = blocks.get(0);
    if (blocks.size() == 1) {
      return head;
    }
    int n = 0;
    int stride = 0;
    for (AnswerBlock b : blocks) {
      n += b.size();
      stride = Math.max(stride, b.stride());
    }
    AnswerBlock all =
        new AnswerBlock(
            head.schema(),
            head.model(),
            head.first(),
            n,
            new String[n],
            new String[n],
            new long[n],
            new double[n],
            new int[n],
            new double[n * stride],
            stride,
            null,
            blocks.stream().anyMatch(b -> b.asked() != null) ? new boolean[n] : null,
            blocks.stream().anyMatch(b -> b.deferred() != null) ? new String[n] : null,
            head.last());
    int at = 0;
    for (AnswerBlock b : blocks) {
      System.arraycopy(b.ids(), 0, all.ids(), at, b.size());
      System.arraycopy(b.keys(), 0, all.keys(), at, b.size());
      System.arraycopy(b.times(), 0, all.times(), at, b.size());
      System.arraycopy(b.predicted(), 0, all.predicted(), at, b.size());
      System.arraycopy(b.known(), 0, all.known(), at, b.size());
      if (b.asked() != null) {
        System.arraycopy(b.asked(), 0, all.asked(), at, b.size());
      }
      if (b.deferred() != null) {
        System.arraycopy(b.deferred(), 0, all.deferred(), at, b.size());
      }
      for (int i = 0; i < b.size(); i++) {
        System.arraycopy(b.scores(), i * b.stride(), all.scores(), (at + i) * stride, b.stride());
      }
      at += b.size();
    }
    return all;
  }

  /** The answers of a block from the i-th on. */
  static AnswerBlock from(AnswerBlock b, int i) {
    return i == 0 ? b : slice(b, i, b.size(), b.model());
  }

  private static AnswerBlock slice(AnswerBlock b, int i, int to, String model) {
    return new AnswerBlock(
        b.schema(),
        model,
        b.first() + i,
        to - i,
        Arrays.copyOfRange(b.ids(), i, to),
        Arrays.copyOfRange(b.keys(), i, to),
        Arrays.copyOfRange(b.times(), i, to),
        Arrays.copyOfRange(b.predicted(), i, to),
        Arrays.copyOfRange(b.known(), i, to),
        Arrays.copyOfRange(b.scores(), i * b.stride(), to * b.stride()),
        b.stride(),
        null,
        b.asked() == null ? null : Arrays.copyOfRange(b.asked(), i, to),
        b.deferred() == null ? null : Arrays.copyOfRange(b.deferred(), i, to),
        b.last());
  }
}
