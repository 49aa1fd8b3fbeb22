package org.freshet.learn.ensemble;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Classifiers made from one specification, each with a seed of its own and an equal share of the
 * memory. Where a member began anew it has another seed again, which its state remembers.
 */
public final class Members {
  private final Spec spec;
  private final Build build;
  private final long share;
  private final Classifier[] at;
  private final long[] numbers; // which learner made so far each member is
  private final boolean report; // whether members report drifts: all are of one class
  private long made;

  /** Scores of one member: scratch, valid until the next call that uses it. */
  double[] own = new double[0];

  /**
   * @param maxBytes memory of all members together
   * @param extra learners alive besides the members that share the memory, such as background ones
   */
  public Members(Spec spec, int members, Build build, long maxBytes, int extra) {
    this.spec = spec;
    this.build = build;
    this.share = maxBytes / (members + extra);
    this.at = new Classifier[members];
    this.numbers = new long[members];
    for (int i = 0; i < members; i++) {
      renew(i);
    }
    this.report = members > 0 && at[0] instanceof DriftReporter;
  }

  public int size() {
    return at.length;
  }

  public Classifier get(int i) {
    return at[i];
  }

  /** Puts an untrained learner in the place of a member. */
  public Classifier renew(int i) {
    numbers[i] = made++;
    return at[i] = make(numbers[i]);
  }

  private Classifier make(long number) {
    return build.child("member", number).withMaxBytes(share).create(spec, Classifier.class);
  }

  /** Room for a number of labels in {@link #own}. */
  double[] room(int labels) {
    if (own.length < labels) {
      own = new double[Math.max(2, labels)];
    }
    return own;
  }

  /** The scores of a member, those of labels it does not know 0; scratch. */
  double[] scores(int i, Features x, int labels) {
    double[] s = room(labels);
    at[i].scores(x, s);
    Arrays.fill(s, Math.min(s.length, at[i].labels()), s.length, 0);
    return s;
  }

  /** The most label codes a member knows. */
  int labels() {
    int n = 0;
    for (Classifier c : at) {
      n = Math.max(n, c.labels());
    }
    return n;
  }

  /** Passes drifts that a member found inside itself on to the log of the ensemble. */
  void report(int i, DriftLog log) {
    if (report && ((DriftReporter) at[i]).drifts().size() > 0) {
      DriftLog found = ((DriftReporter) at[i]).drifts();
      for (int d = 0; d < found.size(); d++) {
        log.add("member " + i + ": " + found.source(d));
      }
      found.clear();
    }
  }

  public void save(StateWriter out) {
    out.put("made", made);
    out.put("numbers", numbers);
    for (int i = 0; i < at.length; i++) {
      out.put("member-" + i, at[i]);
    }
  }

  public void load(StateReader in) {
    long[] n = in.longs("numbers", at.length);
    for (int i = 0; i < at.length; i++) {
      numbers[i] = n[i];
      at[i] = make(n[i]);
      in.load("member-" + i, at[i]);
    }
    made = in.longValue("made", at.length, Long.MAX_VALUE - 1);
  }

  public long memoryBytes() {
    long bytes = 120 + 24L * at.length + 8L * own.length;
    for (Classifier c : at) {
      bytes += c.memoryBytes();
    }
    return bytes;
  }
}
