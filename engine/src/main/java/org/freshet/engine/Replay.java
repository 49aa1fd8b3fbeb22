package org.freshet.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What engines elsewhere gave out for the records of a stream, as one engine would have: each
 * counts the events it had itself, and here they get their numbers over the whole stream. Holds
 * what metrics need: predictions, labels each with the answer given at its event, drifts.
 *
 * <p>Of a stream divided among several engines the numbers of events that may get a label later are
 * kept, as many of each engine as may wait there, and {@value #DONE} more.
 */
public final class Replay {
  /** Events of an engine kept besides those that wait, for labels that are corrected. */
  private static final int DONE = 100_000;

  private static final Answers[] KINDS = {Answers.PLAIN, Answers.SETS, Answers.INTERVALS};

  private final List<Map<Long, Long>> numbers = new ArrayList<>(); // by the engine's own
  private final boolean corrected;
  private final int most;
  private long events;
  private double[] row = new double[8];

  /**
   * @param engines among which the stream is divided
   */
  public Replay(int engines, LabelPlan plan) {
    for (int i = 0; i < engines; i++) {
      numbers.add(new LinkedHashMap<>());
    }
    corrected = plan.corrections() != LabelPlan.Corrections.IGNORE;
    most = Math.min(plan.pending(), Integer.MAX_VALUE - DONE) + DONE;
  }

  /**
   * Writes what a call of an engine brought that gives answers; one that gives votes has {@link
   * Votes}.
   */
  public static void write(Outcomes of, DataOutput out) throws IOException {
    Answers kind = of.answers();
    out.writeByte(List.of(KINDS).indexOf(kind));
    out.writeLong(of.firstEvent());
    out.writeInt(of.predictions());
    for (int i = 0; i < of.predictions(); i++) {
      answer(kind, of.predicted(i), of.known(i), of.scores(), of.scoresAt(i), out);
    }
    out.writeInt(of.labels());
    for (int i = 0; i < of.labels(); i++) {
      out.writeLong(of.labelEvent(i));
      out.writeDouble(of.label(i));
      out.writeDouble(of.weight(i));
      out.writeLong(of.time(i));
      out.writeLong(of.eventsBefore(i));
      int at = Math.max(-1, of.labelAnswer(i));
      out.writeInt(at);
      if (at < 0) {
        double given = of.labelPredicted(i);
        answer(kind, given, of.labelKnown(i), of.labelScores(i), of.labelScoresAt(i), out);
      }
    }
    out.writeInt(of.drifts());
    for (int i = 0; i < of.drifts(); i++) {
      out.writeLong(of.driftEvent(i));
      out.writeUTF(of.driftSource(i));
    }
  }

  private static void answer(
      Answers kind, double predicted, int known, double[] scores, int at, DataOutput out)
      throws IOException {
    out.writeDouble(predicted);
    out.writeInt(known);
    for (int k = at; k < at + kind.width(known); k++) {
      out.writeDouble(scores[k]);
    }
  }

  /**
   * Reads what {@link #write} wrote; calls are read in the order of the stream.
   *
   * @param engine that gave it out, from 0
   * @param to overwritten, with events numbered over the whole stream
   */
  public void read(DataInput in, int engine, Outcomes to) throws IOException {
    Answers kind = KINDS[in.readByte()];
    long first = in.readLong();
    to.begin(events, kind);
    to.asks(false);
    int n = in.readInt();
    for (int i = 0; i < n; i++) {
      double predicted = in.readDouble();
      int known = row(kind, in);
      to.reserve(1, known);
      System.arraycopy(row, 0, to.scores(), to.scoresAt(i), kind.width(known));
      to.predict(predicted, known);
    }
    for (int i = 0; i < n; i++) {
      remember(engine, first + i, events + i);
    }
    for (int i = in.readInt(); i > 0; i--) {
      long event = number(engine, in.readLong());
      double label = in.readDouble();
      double weight = in.readDouble();
      long time = in.readLong();
      long before = events + in.readLong() - first;
      int at = in.readInt();
      if (at < 0) {
        double predicted = in.readDouble();
        at = to.earlier(event, predicted, row(kind, in), row, 0);
      }
      to.note(event, label, weight, time, at, before, false);
    }
    for (int i = in.readInt(); i > 0; i--) {
      to.drift(events + in.readLong() - first, 0, in.readUTF());
    }
    events += n;
  }

  /** Reads the rest of an answer into {@link #row}; gives the number of labels known. */
  private int row(Answers kind, DataInput in) throws IOException {
    int known = in.readInt();
    int width = kind.width(known);
    row = row.length < width ? new double[2 * width] : row;
    for (int k = 0; k < width; k++) {
      row[k] = in.readDouble();
    }
    return known;
  }

  private void remember(int engine, long own, long number) {
    if (numbers.size() > 1) {
      Map<Long, Long> its = numbers.get(engine);
      its.put(own, number);
      if (its.size() > most) {
        its.remove(its.keySet().iterator().next());
      }
    }
  }

  private long number(int engine, long own) {
    if (numbers.size() == 1) {
      return own;
    }
    Map<Long, Long> its = numbers.get(engine);
    Long number = corrected ? its.get(own) : its.remove(own);
    if (number == null) {
      throw new IllegalStateException(
          "engine " + engine + " has a label for its event " + own + ", which it had before");
    }
    return number;
  }

  /** Events predicted so far. */
  public long events() {
    return events;
  }
}
