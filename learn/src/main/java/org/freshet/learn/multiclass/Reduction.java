package org.freshet.learn.multiclass;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Composite;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Schema;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A classifier of many classes made of classifiers of two. A member is made when the first class
 * that needs it appears; what it has missed by then is counted per side, and its odds are shifted
 * by the shares missed, as if it had seen examples of the same kind all along. Members do not
 * depend on each other and run over blocks of rows on any number of threads.
 */
abstract class Reduction implements Classifier, Composite {
  /** Answers of the members kept at a time. */
  private static final int BLOCK = 8192;

  /** A member learns nothing from a label. */
  static final int SKIP = -1;

  private static final int SIDES = 4; // missed and seen of side 0, then of side 1

  private final Spec spec;
  private final Build build;
  private final Workers workers;
  private final Schema binary;
  private final long limit;
  private final int declared;
  private int maxClasses;
  private int declaredMembers;
  private int most;
  private Classifier[] members = new Classifier[0];
  private Features[] views = new Features[0];
  private double[][] own = new double[0][]; // scratch: the two scores of each member
  private double[] side = new double[0];
  private double[] weight; // learnt, by class
  private int size;
  private int labels;

  /** Scratch: for each member the probability of side 1. */
  private double[] answer = new double[0];

  private double[] combined = new double[8];

  // The block being worked on, read by the workers.
  private final IntConsumer piece = this::runMember;
  private double[] answers = new double[0];
  private Batch rows;
  private int from;
  private int to;

  /**
   * @param maxBytes memory of all members together
   */
  Reduction(Spec spec, Build build, long maxBytes) {
    this.spec = spec;
    this.build = build;
    this.workers = build.workers();
    this.limit = build.limit(maxBytes);
    Schema s = build.schema();
    Schema dense = Schema.classification(s.columns(), s.labelName(), "0", "1");
    this.binary = s.isSparse() ? dense.withSparse(s.columns()) : dense;
    this.declared = s.declaredLabels();
    this.labels = declared;
    this.weight = new double[Math.max(2, declared)];
  }

  /** Members needed for a number of classes, 0 … maxClasses; never falls as it rises. */
  abstract int members(int classes);

  /** The side, 0 or 1, on which a label is for a member; {@link #SKIP} when it learns nothing. */
  abstract int side(int member, int label);

  /** Weight of the examples of a side that came before now, when the member is made. */
  abstract double missed(int member, int whichSide, double[] weightOf, int classes);

  /**
   * Writes the probabilities of classes 0 … n-1, n above 0, not yet normalised.
   *
   * @param p1 from {@code at} on, the probability of side 1 of each member, {@code count} of them
   */
  abstract void combine(double[] p1, int at, int count, double[] scores, int n);

  /** Told how many classes there are now, before any of the above is asked about them. */
  void opened(int classes) {}

  /**
   * Makes the first members; called at the end of the constructor of a subclass.
   *
   * @param mostClasses classes that get members of their own
   */
  final void start(int mostClasses) {
    maxClasses = mostClasses;
    most = members(mostClasses);
    declaredMembers = needed(declared);
    opened(declared);
    grow(declaredMembers);
  }

  private int needed(int classes) {
    return members(Math.min(classes, maxClasses));
  }

  final int size() {
    return size;
  }

  final Classifier member(int i) {
    return members[i];
  }

  @Override
  public final List<Inner> inside() {
    List<Inner> all = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      all.add(new Inner("member " + i, members[i], binary, false));
    }
    return all;
  }

  @Override
  public final int labels() {
    return labels;
  }

  /** Makes the members up to a number. */
  private void grow(int count) {
    if (count <= size) {
      return;
    }
    if (count > members.length) {
      int room = Math.max(count, members.length + (members.length >> 1));
      members = Arrays.copyOf(members, room);
      views = Arrays.copyOf(views, room);
      own = Arrays.copyOf(own, room);
      side = Arrays.copyOf(side, SIDES * room);
      answer = Arrays.copyOf(answer, room);
    }
    for (int i = size; i < count; i++) {
      members[i] = make(i);
      views[i] = Batch.newView();
      own[i] = new double[2];
      Arrays.fill(side, SIDES * i, SIDES * (i + 1), 0);
      side[SIDES * i] = missed(i, 0, weight, labels);
      side[SIDES * i + 2] = missed(i, 1, weight, labels);
    }
    size = count;
  }

  /** Half of the memory is for members of declared classes, half for those of later ones. */
  private Classifier make(int i) {
    long later = most - declaredMembers;
    long share;
    if (declaredMembers == 0 || later == 0) {
      share = limit / most;
    } else {
      share = limit / 2 / (i < declaredMembers ? declaredMembers : later);
    }
    return build
        .child("member", i)
        .withSchema(binary)
        .withMaxBytes(share)
        .create(spec, Classifier.class);
  }

  private void open(int label) {
    if (label >= labels) {
      if (label >= weight.length) {
        weight = Arrays.copyOf(weight, Math.max(label + 1, 2 * weight.length));
      }
      labels = label + 1;
      opened(labels);
      grow(needed(labels));
    }
  }

  @Override
  public final void scores(Features x, double[] scores) {
    for (int i = 0; i < size; i++) {
      members[i].scores(x, own[i]);
      answer[i] = corrected(i, own[i][1]);
    }
    finish(answer, 0, size, labels, scores);
  }

  /**
   * The probability of side 1, its odds shifted by what the member has missed; such a member is no
   * surer than the few examples it has seen allow (the rule of succession).
   */
  private double corrected(int i, double p) {
    int at = SIDES * i;
    if (side[at] == 0 && side[at + 2] == 0) {
      return p;
    }
    double least = 1 / (side[at + 1] + side[at + 3] + 2);
    double sure = Math.max(least, Math.min(1 - least, p));
    double zero = (1 - sure) * (1 + side[at] / (side[at + 1] + 1));
    double one = sure * (1 + side[at + 2] / (side[at + 3] + 1));
    return one / (zero + one);
  }

  private void count(int i, int which, double w) {
    side[SIDES * i + 2 * which + 1] += w;
  }

  private void finish(double[] p1, int at, int count, int n, double[] scores) {
    Arrays.fill(scores, 0);
    if (n > 0) {
      combine(p1, at, count, scores, n);
      Kernels.normalize(scores, n);
    }
  }

  @Override
  public final void learn(Features x, int label, double w) {
    if (w > 0) {
      open(label);
      for (int i = 0; i < size; i++) {
        learnOne(i, x, label, w);
      }
      weight[label] += w;
    }
  }

  private void learnOne(int i, Features x, int label, double w) {
    int which = side(i, label);
    if (which != SKIP) {
      members[i].learn(x, which, w);
      count(i, which, w);
    }
  }

  @Override
  public final void testThenLearn(Features x, int label, double w, double[] scores) {
    if (label < 0 || !(w > 0)) {
      scores(x, scores);
      return;
    }
    if (label >= labels) { // a new class changes the members
      scores(x, scores);
      learn(x, label, w);
      return;
    }
    for (int i = 0; i < size; i++) {
      int which = side(i, label);
      members[i].testThenLearn(x, which, w, own[i]);
      answer[i] = corrected(i, own[i][1]);
      if (which != SKIP) {
        count(i, which, w);
      }
    }
    finish(answer, 0, size, labels, scores);
    weight[label] += w;
  }

  @Override
  public final void testThenLearn(Batch batch, int first, int end, double[] scores, int stride) {
    if (combined.length < stride) {
      combined = new double[stride];
    }
    rows = batch;
    int block = Math.max(32, BLOCK / Math.max(1, size));
    from = first;
    while (from < end) {
      to = from;
      while (to < end && to - from < block && batch.labelCode(to) < labels) {
        to++;
      }
      if (to == from) { // a new class changes the members: the row goes alone
        testThenLearn(batch.row(from), batch.labelCode(from), batch.weight(from), combined);
        System.arraycopy(combined, 0, scores, (from - first) * stride, stride);
        from++;
        continue;
      }
      if (answers.length < (to - from) * size) {
        answers = new double[(to - from) * size];
      }
      workers.run(size, piece);
      for (int r = from; r < to; r++) {
        finish(answers, (r - from) * size, size, labels, combined);
        System.arraycopy(combined, 0, scores, (r - first) * stride, stride);
        if (batch.labelCode(r) >= 0 && batch.weight(r) > 0) {
          weight[batch.labelCode(r)] += batch.weight(r);
        }
      }
      from = to;
    }
    rows = null;
  }

  private void runMember(int i) {
    Features view = views[i];
    double[] scores = own[i];
    for (int r = from; r < to; r++) {
      double w = rows.weight(r);
      int label = rows.labelCode(r);
      int which = label >= 0 && w > 0 ? side(i, label) : SKIP;
      members[i].testThenLearn(rows.row(r, view), which, w, scores);
      answers[(r - from) * size + i] = corrected(i, scores[1]);
      if (which != SKIP) {
        count(i, which, w);
      }
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("weight", weight, labels);
    out.put("side", side, SIDES * size);
    for (int i = 0; i < size; i++) {
      out.put("member-" + i, members[i]);
    }
  }

  @Override
  public void load(StateReader in) {
    double[] saved = in.doubles("weight");
    if (saved.length < declared) {
      throw in.corrupt("weight", "has " + saved.length + " classes, declared are " + declared);
    }
    int count = needed(saved.length);
    double[] sides = in.doubles("side", SIDES * count);
    check(in, "weight", saved);
    check(in, "side", sides);
    weight = Arrays.copyOf(saved, Math.max(2, saved.length));
    labels = saved.length;
    opened(labels);
    grow(count);
    System.arraycopy(sides, 0, side, 0, sides.length);
    for (int i = 0; i < size; i++) {
      in.withLabels(2).load("member-" + i, members[i]);
    }
  }

  private static void check(StateReader in, String name, double[] weights) {
    for (double w : weights) {
      if (!(w >= 0)) {
        throw in.corrupt(name, "holds the weight " + w + ", allowed 0 or more");
      }
    }
  }

  @Override
  public long memoryBytes() {
    long bytes = 400 + 8L * (weight.length + side.length + combined.length + answers.length);
    bytes += members.length * 12L + 8L * answer.length;
    for (int i = 0; i < size; i++) {
      bytes += 150 + members[i].memoryBytes();
    }
    return bytes;
  }
}
