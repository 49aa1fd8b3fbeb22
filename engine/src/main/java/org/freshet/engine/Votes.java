package org.freshet.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.freshet.core.live.Fate;

/**
 * What a part of an ensemble gave out for a call, on its way to the {@link Combiner}: everything
 * that needs. A row of a batch takes some fifty bytes and eight for each vote.
 */
public final class Votes {
  private static final Fate[] FATES = Fate.values();

  private Votes() {}

  /**
   * @param of a call of the engine of a part
   */
  public static void write(Outcomes of, DataOutput out) throws IOException {
    Answers kind = of.answers();
    out.writeInt(kind.perLabel());
    out.writeInt(kind.besides());
    out.writeLong(of.firstEvent());
    out.writeInt(of.predictions());
    for (int i = 0; i < of.predictions(); i++) {
      out.writeInt(of.known(i));
      out.writeBoolean(of.isKept(i));
      doubles(of.scores(), of.scoresAt(i), kind.width(of.known(i)), out);
    }
    out.writeInt(of.earlierAnswers());
    for (int i = 0; i < of.earlierAnswers(); i++) {
      out.writeLong(of.earlierEvent(i));
    }
    out.writeInt(of.labels());
    for (int i = 0; i < of.labels(); i++) {
      out.writeLong(of.labelEvent(i));
      out.writeDouble(of.label(i));
      out.writeDouble(of.weight(i));
      out.writeLong(of.time(i));
      out.writeInt(of.labelAnswer(i));
      out.writeLong(of.eventsBefore(i));
    }
    out.writeInt(of.firstRow());
    out.writeInt(of.rows());
    for (int r = of.firstRow(); r < of.firstRow() + of.rows(); r++) {
      out.writeByte(of.fate(r).ordinal());
      out.writeInt(of.rowAnswer(r));
    }
    out.writeInt(of.forgotten());
    for (int i = 0; i < of.forgotten(); i++) {
      out.writeLong(of.forgotten(i));
    }
    out.writeInt(of.drifts());
    for (int i = 0; i < of.drifts(); i++) {
      out.writeLong(of.driftEvent(i));
      out.writeLong(of.driftLearnt(i));
      out.writeUTF(of.driftSource(i));
    }
    learnt(of.learntVotes, out);
  }

  private static void learnt(LearntVotes of, DataOutput out) throws IOException {
    out.writeInt(of.size);
    for (int i = 0; i < of.size; i++) {
      out.writeInt(of.at[i]);
      out.writeInt(of.known[i]);
      out.writeDouble(of.label[i]);
      out.writeDouble(of.weight[i]);
      int n = of.from[i + 1] - of.from[i];
      out.writeInt(n);
      doubles(of.votes, of.from[i], n, out);
    }
  }

  private static void doubles(double[] a, int at, int n, DataOutput out) throws IOException {
    for (int i = at; i < at + n; i++) {
      out.writeDouble(a[i]);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param to overwritten
   */
  public static void read(DataInput in, Outcomes to) throws IOException {
    Answers kind = Answers.votes(in.readInt(), in.readInt());
    long firstEvent = in.readLong();
    int predictions = in.readInt();
    to.begin(firstEvent, kind);
    for (int i = 0; i < predictions; i++) {
      int known = in.readInt();
      boolean kept = in.readBoolean();
      to.reserve(1, known);
      doubles(in, to.scores(), to.scoresAt(i), kind.width(known));
      to.predict(Double.NaN, known);
      if (kept) {
        to.keep(i);
      }
    }
    double[] none = new double[0];
    for (int i = in.readInt(); i > 0; i--) {
      to.earlier(in.readLong(), Double.NaN, 0, none, 0);
    }
    for (int i = in.readInt(); i > 0; i--) {
      long event = in.readLong();
      double label = in.readDouble();
      double weight = in.readDouble();
      long time = in.readLong();
      int answer = in.readInt();
      to.note(event, label, weight, time, answer, in.readLong(), false);
    }
    int firstRow = in.readInt();
    int rows = in.readInt();
    to.rows(firstRow, rows);
    for (int r = firstRow; r < firstRow + rows; r++) {
      Fate fate = FATES[in.readByte()];
      to.fate(r, fate, in.readInt());
    }
    long[] forgotten = new long[in.readInt()];
    for (int i = 0; i < forgotten.length; i++) {
      forgotten[i] = in.readLong();
    }
    to.forget(forgotten, forgotten.length);
    for (int i = in.readInt(); i > 0; i--) {
      to.drift(in.readLong(), in.readLong(), in.readUTF());
    }
    learnt(in, to.learntVotes);
  }

  private static void learnt(DataInput in, LearntVotes to) throws IOException {
    double[] votes = new double[0];
    for (int i = in.readInt(); i > 0; i--) {
      int at = in.readInt();
      int known = in.readInt();
      double label = in.readDouble();
      double weight = in.readDouble();
      int n = in.readInt();
      votes = votes.length < n ? new double[n] : votes;
      doubles(in, votes, 0, n);
      to.add(at, votes, n, known, label, weight);
    }
  }

  private static void doubles(DataInput in, double[] a, int at, int n) throws IOException {
    for (int i = at; i < at + n; i++) {
      a[i] = in.readDouble();
    }
  }
}
