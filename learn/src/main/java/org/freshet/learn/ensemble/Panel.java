package org.freshet.learn.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Composite;
import org.freshet.core.ConfigException;
import org.freshet.core.Divisible;
import org.freshet.core.Features;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Classifiers that learn without regard to each other, and something that makes one answer of
 * theirs. The members run over blocks of rows on any number of threads; their answers are joined
 * row by row in order, so that the result is the same bit for bit.
 */
public abstract class Panel implements Classifier, Composite, Divisible {
  /** Scores a member gives at a time, rows × labels: they stay in the cache. */
  private static final int BLOCK = 4096;

  /** What the votes of a member take besides: a block of scores, and a little. */
  private static final long VOTE_BYTES = 8 * BLOCK + 8_192;

  private Classifier[] members; // of this part
  private final int all;
  private boolean part;
  private int first; // number of members[0] in the whole
  private final Workers workers;
  private final int declared;
  private int labels;

  /** Scores of the members at one row, member by member; scratch. */
  private double[] answers = new double[0];

  private double[] joined = new double[0];

  // The block being worked on; read by the workers.
  private final IntConsumer piece = this::runMember;
  private Features[] views;
  private double[][] own;
  private double[][] votes;
  private double[] rates = new double[1];
  private Batch rows;
  private int from;
  private int to;
  private int stride;

  /**
   * @param specs one for each member
   * @param maxBytes memory of all members together
   */
  protected Panel(List<Spec> specs, Build build, long maxBytes) {
    if (specs == null || specs.isEmpty()) {
      throw new ConfigException("", "the list of learners is empty, expected one or more");
    }
    int n = specs.size();
    this.members = new Classifier[n];
    this.all = n;
    this.views = new Features[n];
    this.own = new double[n][0];
    this.votes = new double[n][0];
    for (int i = 0; i < n; i++) {
      Build one = build.child("member", i).withMaxBytes(Math.max(1, maxBytes / n - VOTE_BYTES));
      members[i] = one.create(specs.get(i), Classifier.class);
      views[i] = Batch.newView();
    }
    this.workers = build.workers();
    this.declared = build.schema().declaredLabels();
    this.labels = declared;
  }

  /**
   * Joins the members' scores; changes no state.
   *
   * @param answers scores of member i for label c at {@code i · stride + c}
   * @param out the joint probabilities of the labels 0 … known-1, normalised
   */
  protected abstract void join(double[] answers, int stride, int known, double[] out);

  /** Learns from the members' answers at an event whose label is known; after {@link #join}. */
  protected void learnJoining(double[] answers, int stride, int known, int label, double weight) {}

  /**
   * The rate of resampling of an event that is about to be learnt, events in order; 1 where members
   * learn each event once.
   */
  protected double rate(int label, double weight) {
    return 1;
  }

  /** The weight a member learns an event with; touches nothing but what is this member's. */
  protected double memberWeight(int member, double rate, double weight) {
    return weight;
  }

  @Override
  public final List<Inner> inside() {
    List<Inner> all = new ArrayList<>();
    for (int i = 0; i < members.length; i++) {
      all.add(new Inner("member " + (first + i), members[i], null, false));
    }
    return all;
  }

  @Override
  public final int labels() {
    return labels;
  }

  /** Members of the whole. */
  public final int members() {
    return all;
  }

  public final Classifier member(int i) {
    return members[i - first];
  }

  @Override
  public final Divisible.Share share() {
    return new Divisible.Share(all, first, first + members.length, part);
  }

  /** Whether what joins the members is its own: the whole, and the part without members. */
  protected final boolean joins() {
    return !part || members.length == 0;
  }

  @Override
  public final void keep(int from, int to) {
    members = Arrays.copyOfRange(members, from, to);
    views = Arrays.copyOfRange(views, from, to);
    own = Arrays.copyOfRange(own, from, to);
    votes = Arrays.copyOfRange(votes, from, to);
    first = from;
    part = true;
  }

  @Override
  public final int voteWidth(int known) {
    return known;
  }

  @Override
  public final void vote(Features x, double[] out) {
    for (int i = 0; i < members.length; i++) {
      double[] s = own(i, labels);
      members[i].scores(x, s);
      System.arraycopy(s, 0, out, i * labels, labels);
    }
  }

  @Override
  public final void voteThenLearn(Features x, double label, double weight, double[] out) {
    if (!(label >= 0 && weight > 0)) {
      vote(x, out);
      return;
    }
    int known = labels;
    labels = Math.max(labels, (int) label + 1);
    double rate = rate((int) label, weight);
    for (int i = 0; i < members.length; i++) {
      double[] s = own(i, labels);
      members[i].testThenLearn(x, (int) label, memberWeight(first + i, rate, weight), s);
      System.arraycopy(s, 0, out, i * known, known);
    }
  }

  @Override
  public final double join(double[] all, int known, double[] answer) {
    labels = known;
    Arrays.fill(answer, 0);
    if (known > 0) {
      join(all, known, known, answer);
    }
    return Double.NaN;
  }

  @Override
  public final void learnJoining(double[] votesOfAll, int known, double label, double weight) {
    if (!(label >= 0 && weight > 0)) {
      return;
    }
    int n = Math.max(known, (int) label + 1);
    labels = n;
    room(n);
    Arrays.fill(answers, 0); // of a new label each member says 0
    for (int i = 0; i < all; i++) {
      System.arraycopy(votesOfAll, i * known, answers, i * n, known);
    }
    Arrays.fill(joined, 0);
    if (known > 0) {
      join(answers, n, known, joined);
    }
    learnJoining(answers, n, known, (int) label, weight);
  }

  private void room(int width) {
    if (answers.length < all * width) {
      answers = new double[all * width];
      joined = new double[width];
    }
  }

  /** Scratch of one member, exactly as long as there are labels. */
  private double[] own(int i, int n) {
    if (own[i].length != n) {
      own[i] = new double[n];
    }
    return own[i];
  }

  @Override
  public final void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    if (labels == 0) {
      return;
    }
    room(labels);
    for (int i = 0; i < members.length; i++) {
      double[] s = own(i, labels);
      members[i].scores(x, s);
      System.arraycopy(s, 0, answers, i * labels, labels);
    }
    join(answers, labels, labels, scores);
  }

  @Override
  public final void learn(Features x, int label, double weight) {
    if (label >= 0 && weight > 0) {
      room(Math.max(labels, label + 1));
      testThenLearn(x, label, weight, joined);
    }
  }

  @Override
  public final void testThenLearn(Features x, int label, double weight, double[] scores) {
    if (label < 0 || !(weight > 0)) {
      scores(x, scores);
      return;
    }
    int known = labels;
    labels = Math.max(labels, label + 1);
    int n = labels;
    room(n);
    double rate = rate(label, weight);
    for (int i = 0; i < members.length; i++) {
      double[] s = own(i, n);
      members[i].testThenLearn(x, label, memberWeight(first + i, rate, weight), s);
      System.arraycopy(s, 0, answers, i * n, n);
    }
    Arrays.fill(scores, 0);
    if (known > 0) {
      join(answers, n, known, scores);
    }
    learnJoining(answers, n, known, label, weight);
  }

  @Override
  public final void testThenLearn(Batch batch, int first, int end, double[] scores, int width) {
    rows = batch;
    stride = width;
    room(width);
    int block = Math.max(32, BLOCK / Math.max(1, width));
    for (from = first; from < end; from = to) {
      to = Math.min(end, from + block);
      prepare();
      workers.run(members.length, piece);
      for (int r = from; r < to; r++) {
        joinRow(r, scores, (r - first) * width);
      }
    }
    rows = null;
  }

  private boolean learns(int r) {
    return rows.labelCode(r) >= 0 && rows.weight(r) > 0;
  }

  /** What the members need to know of the rows before they run. */
  private void prepare() {
    if (rates.length < to - from) {
      rates = new double[to - from];
    }
    for (int r = from; r < to; r++) {
      rates[r - from] = learns(r) ? rate(rows.labelCode(r), rows.weight(r)) : 0;
    }
  }

  private void runMember(int i) {
    if (votes[i].length < (to - from) * stride) {
      votes[i] = new double[(to - from) * stride];
    }
    double[] s = own(i, stride);
    for (int r = from; r < to; r++) {
      boolean learns = learns(r);
      double w = learns ? memberWeight(first + i, rates[r - from], rows.weight(r)) : 0;
      Features x = rows.row(r, views[i]);
      members[i].testThenLearn(x, learns ? rows.labelCode(r) : -1, w, s);
      System.arraycopy(s, 0, votes[i], (r - from) * stride, stride);
    }
  }

  private void joinRow(int r, double[] scores, int at) {
    for (int i = 0; i < members.length; i++) {
      System.arraycopy(votes[i], (r - from) * stride, answers, i * stride, stride);
    }
    int known = labels;
    Arrays.fill(joined, 0);
    if (known > 0) {
      join(answers, stride, known, joined);
    }
    System.arraycopy(joined, 0, scores, at, stride);
    if (learns(r)) {
      labels = Math.max(labels, rows.labelCode(r) + 1);
      learnJoining(answers, stride, known, rows.labelCode(r), rows.weight(r));
    }
  }

  @Override
  public void save(StateWriter out) {
    if (members.length > 0) {
      out.put("labels", labels);
    }
    for (int i = 0; i < members.length; i++) {
      out.put("member-" + (first + i), members[i]);
    }
  }

  @Override
  public void load(StateReader in) {
    if (members.length > 0) {
      labels = in.labels("labels", declared);
    }
    for (int i = 0; i < members.length; i++) {
      in.load("member-" + (first + i), members[i]);
    }
  }

  @Override
  public long memoryBytes() {
    long bytes = 250 + 8L * (answers.length + joined.length + rates.length);
    for (int i = 0; i < members.length; i++) {
      bytes += 120 + 8L * (own[i].length + votes[i].length) + members[i].memoryBytes();
    }
    return bytes;
  }
}
