package org.freshet.learn.cascade;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Composite.Inner;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The small models of a cascade, cheapest first, and what they make of the event at hand: the
 * probabilities of each level, and the geometric mean of those of a level and all before it,
 * shifted by {@link #offsets}.
 */
final class Levels {
  /** Added to a probability before its logarithm is taken. */
  private static final double LEAST = 1e-3;

  private final Classifier[] models;
  private final int declared;
  private int labels;

  // Of the event at hand; a level's begin at level · stride.
  private double[] own = new double[0];
  private double[] joint = new double[0];
  private double[] logs = new double[0];
  private int stride;
  private int known;
  private double[] scratch = new double[0];

  Levels(List<Spec> specs, Build build, long maxBytes) {
    if (specs == null || specs.isEmpty()) {
      throw new ConfigException("", "cascade: 'levels' is empty, expected one learner or more");
    }
    models = new Classifier[specs.size()];
    for (int i = 0; i < models.length; i++) {
      models[i] =
          build
              .child("level", i)
              .withMaxBytes(maxBytes / models.length)
              .create(specs.get(i), Classifier.class);
    }
    declared = build.schema().declaredLabels();
    labels = declared;
  }

  int size() {
    return models.length;
  }

  /** Classes known: declared or learnt. */
  int labels() {
    return labels;
  }

  /** Starts an event. */
  void begin() {
    known = labels;
    if (known > stride) {
      stride = Math.max(known, stride + (stride >> 1));
      own = new double[models.length * stride];
      joint = new double[models.length * stride];
      logs = new double[stride];
      scratch = new double[stride];
    }
    Arrays.fill(logs, 0, known, 0);
  }

  /** What all levels make of an event. */
  void run(Features x) {
    begin();
    for (int i = 0; i < models.length; i++) {
      run(i, x);
    }
  }

  /** What the next level makes of it; levels in order from 0. */
  void run(int level, Features x) {
    models[level].scores(x, scratch);
    took(level);
  }

  private void took(int level) {
    int n = Math.min(known, models[level].labels());
    int at = level * stride;
    System.arraycopy(scratch, 0, own, at, n);
    Arrays.fill(own, at + n, at + known, 0);
    for (int c = 0; c < known; c++) {
      logs[c] += Math.log(own[at + c] + LEAST);
      joint[at + c] = Math.exp(logs[c] / (level + 1));
    }
    double sum = 0;
    for (int c = at; c < at + known; c++) {
      sum += joint[c];
    }
    for (int c = at; c < at + known; c++) {
      joint[c] /= sum;
    }
  }

  /** All levels answer the event, then learn its label; the answers are those from before. */
  void testThenLearn(Features x, int label, double weight) {
    begin();
    int after = Math.max(known, label + 1);
    if (after > scratch.length) {
      scratch = new double[Math.max(after, 2 * scratch.length)];
    }
    for (int i = 0; i < models.length; i++) {
      models[i].testThenLearn(x, label, weight, scratch);
      took(i);
    }
    labels = weight > 0 ? after : labels;
  }

  /** Classes known at the event. */
  int known() {
    return known;
  }

  /** Probability a level gives a class. */
  double own(int level, int c) {
    return own[level * stride + c];
  }

  /** Probability that levels 0 to {@code level} give a class together. */
  double joint(int level, int c) {
    return joint[level * stride + c];
  }

  /** The likeliest class by a level alone; -1 where none is known. */
  int best(int level) {
    return best(own, level);
  }

  /** The likeliest class by levels 0 to {@code level} together; -1 where none is known. */
  int jointBest(int level) {
    return best(joint, level);
  }

  private int best(double[] a, int level) {
    int at = level * stride;
    int best = known == 0 ? -1 : 0;
    for (int c = 1; c < known; c++) {
      best = a[at + c] > a[at + best] ? c : best;
    }
    return best;
  }

  /** Writes the answer of a level, alone or together with those before it. */
  void write(int level, boolean together, double[] scores) {
    System.arraycopy(together ? joint : own, level * stride, scores, 0, known);
    Arrays.fill(scores, known, scores.length, 0);
  }

  List<Inner> inside() {
    List<Inner> all = new ArrayList<>();
    for (int i = 0; i < models.length; i++) {
      all.add(new Inner("level " + i, models[i], null, false));
    }
    return all;
  }

  void save(StateWriter out) {
    out.put("labels", labels);
    for (int i = 0; i < models.length; i++) {
      out.put("level-" + i, models[i]);
    }
  }

  void load(StateReader in) {
    labels = in.labels("labels", declared);
    for (int i = 0; i < models.length; i++) {
      in.load("level-" + i, models[i]);
    }
  }

  long memoryBytes() {
    long bytes = 100 + 16 + 4L * models.length + 4 * 16;
    bytes += 8L * (own.length + joint.length + logs.length + scratch.length);
    for (Classifier c : models) {
      bytes += c.memoryBytes();
    }
    return bytes;
  }
}
