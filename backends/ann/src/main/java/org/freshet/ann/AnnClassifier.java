package org.freshet.ann;

import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Nearest neighbours among all rows seen, found by an index that grows with the stream: a head for
 * embeddings that adapts with the next event and forgets nothing. A plain scan costs time in
 * proportion to the rows kept, the index hardly more with ten times as many.
 *
 * <p>How it works: rows are the nodes of a hierarchical graph of near ones. A row is classified by
 * the k nearest that the search finds, each with one vote, the nearest with one and a half; then it
 * is put among them. k is that of 1, 2, 4, 8 and 16 which was right most often of late: each keeps
 * a fading count of its right answers over about {@code window} labels. The first 1,000 rows are
 * looked through one by one.
 *
 * <p>Papers: A. Prabhu, Z. Cai, P. Dokania, P. Torr, V. Koltun, O. Sener, "Online Continual
 * Learning Without the Storage Constraint", 2023 (ACM); Y. Malkov, D. Yashunin, "Efficient and
 * Robust Approximate Nearest Neighbor Search Using Hierarchical Navigable Small World Graphs",
 * TPAMI 42(4), 2020.
 *
 * <p>Where we differ: memory has a bound. Rows lie in segments of a quarter of {@code max_rows},
 * each with a graph of its own; when the last is full the oldest is dropped. The graph is
 * JVector's, which also removes edges that others make needless. A state holds the rows; their
 * graph is made again when it is restored, in the same order and so the same, which takes a second
 * for every 10,000 rows or so. ACM counts one vote each.
 *
 * <p>Takes dense rows of numbers, better few than many: put {@code pca} or an encoder before it. A
 * missing value counts as 0 and values are held in ±1e6, in single precision. Weights are not used
 * but for 0. Memory is some 4 · columns + 40 · degree bytes a row.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("standard_scaler | ann_classifier", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "ann_classifier",
    kinds = Kind.CLASSIFIER,
    family = "head",
    traits = {Trait.NUMERIC, Trait.MISSING, Trait.OPEN_LABELS, Trait.BOUNDED_MEMORY})
public final class AnnClassifier implements Classifier {
  /** How rows are compared. */
  public enum Metric {
    COSINE,
    EUCLIDEAN
  }

  /**
   * @param metric how rows are compared
   * @param maxRows most rows kept
   * @param degree edges of a node
   * @param construction rows in sight when one is put into the graph
   * @param search rows in sight when neighbours are looked for
   * @param window labels over which k is chosen
   */
  public record Parameters(
      @Param(value = "how rows are compared", def = "cosine", origin = "Prabhu et al. 2023")
          Metric metric,
      @Param(
              value = "most rows kept; a quarter is dropped when there would be more",
              def = "400000",
              range = "[4, 100000000]",
              origin = "some 300 MB for 64 columns")
          int maxRows,
      @Param(
              value = "edges of a node, twice as many at the bottom",
              def = "16",
              range = "[2, 128]",
              origin = "25 in Prabhu et al. 2023; fewer are faster")
          int degree,
      @Param(
              value = "rows kept in sight when one is put into the graph",
              def = "100",
              range = "[4, 4096]",
              origin = "200 in Prabhu et al. 2023; fewer are faster")
          int construction,
      @Param(
              value = "rows kept in sight when neighbours are looked for",
              def = "50",
              range = "[1, 4096]",
              origin = "nineteen of twenty nearest are found, and more")
          int search,
      @Param(
              value = "labels over which the number of neighbours is chosen",
              def = "1000",
              range = "[1, 1e9]",
              unit = "events",
              origin = "as many as tell one number from another")
          double window) {}

  private static final int SEGMENTS = 4;
  private static final double LARGEST = 1e6;
  private static final double LEAST_SCORE = 1e-3;

  /** Numbers of neighbours to choose from. */
  private static final int[] CHOICES = {1, 2, 4, 8, 16};

  private final Parameters p;
  private final int width;
  private final List<Segment> segments = new ArrayList<>();
  private final Neighbours found = new Neighbours(CHOICES[CHOICES.length - 1]);
  private final double[] right = new double[CHOICES.length];
  private double[] votes;
  private float[] row;
  private int chosen;
  private int labels;

  public AnnClassifier(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
    width = schema.width();
    row = new float[width];
    labels = schema.declaredLabels();
    votes = new double[Math.max(2, labels)];
    segments.add(segment());
  }

  private Segment segment() {
    VectorSimilarityFunction similarity =
        p.metric() == Metric.COSINE
            ? VectorSimilarityFunction.DOT_PRODUCT
            : VectorSimilarityFunction.EUCLIDEAN;
    return new Segment(width, similarity, p.degree(), p.construction());
  }

  @Override
  public int labels() {
    return labels;
  }

  /** Neighbours asked at present. */
  public int neighbours() {
    return CHOICES[chosen];
  }

  /** Rows kept. */
  public int rows() {
    int sum = 0;
    for (Segment s : segments) {
      sum += s.count();
    }
    return sum;
  }

  private void look(Features x) {
    double squares = 0;
    for (int i = 0; i < width; i++) {
      double v = x.get(i);
      v = Double.isNaN(v) ? 0 : Math.max(-LARGEST, Math.min(LARGEST, v));
      row[i] = (float) v;
      squares += v * v;
    }
    if (p.metric() == Metric.COSINE && squares > 0) {
      double scale = 1 / Math.sqrt(squares);
      for (int i = 0; i < width; i++) {
        row[i] = (float) (row[i] * scale);
      }
    }
    found.clear();
    for (Segment s : segments) {
      s.search(row, found, p.search());
    }
  }

  private void write(double[] scores) {
    found.vote(CHOICES[chosen], scores, labels);
    for (int c = 0; c < labels; c++) {
      scores[c] += LEAST_SCORE;
    }
    Kernels.normalize(scores, labels);
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    if (labels > 0) {
      look(x);
      write(scores);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (weight > 0) {
      look(x);
      keep(label);
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    look(x);
    Arrays.fill(scores, 0);
    if (labels > 0) {
      write(scores);
    }
    if (label >= 0 && weight > 0) {
      keep(label);
    }
  }

  /** Counts what each number of neighbours would have said, and keeps the row at hand. */
  private void keep(int label) {
    if (label >= labels) {
      labels = label + 1;
      votes = labels > votes.length ? new double[Math.max(labels, 2 * votes.length)] : votes;
    }
    for (int i = 0; i < CHOICES.length && found.count() > 0; i++) {
      found.vote(CHOICES[i], votes, labels);
      boolean hit = Kernels.argmax(votes, labels) == label;
      right[i] += ((hit ? 1 : 0) - right[i]) / p.window();
    }
    chosen = Kernels.argmax(right, right.length);
    if (last().count() >= Math.max(1, p.maxRows() / SEGMENTS)) {
      if (segments.size() == SEGMENTS) {
        segments.remove(0);
      }
      segments.add(segment());
    }
    last().add(row.clone(), label);
  }

  private Segment last() {
    return segments.get(segments.size() - 1);
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    out.put("right", right);
    out.put("segments", segments.size());
    for (int s = 0; s < segments.size(); s++) {
      Segment from = segments.get(s);
      StateWriter child = out.child("segment-" + s);
      child.put("classes", from.labels(), from.count());
      int part = Math.max(1, (1 << 24) / Math.max(1, width));
      for (int at = 0; at < from.count(); at += part) {
        int end = Math.min(from.count(), at + part);
        float[] all = new float[(end - at) * width];
        for (int i = at; i < end; i++) {
          System.arraycopy(from.row(i), 0, all, (i - at) * width, width);
        }
        child.put("rows-" + at / part, all);
      }
    }
  }

  @Override
  public void load(StateReader in) {
    int known = in.labels("labels", labels);
    double[] r = in.doubles("right", right.length);
    int n = in.intValue("segments", 1, SEGMENTS);
    List<Segment> made = new ArrayList<>();
    for (int s = 0; s < n; s++) {
      made.add(restored(in.child("segment-" + s), known));
    }
    System.arraycopy(r, 0, right, 0, r.length);
    chosen = Math.max(0, Kernels.argmax(right, right.length));
    segments.clear();
    segments.addAll(made);
    labels = known;
    votes = new double[Math.max(2, known)];
  }

  private Segment restored(StateReader in, int known) {
    Segment to = segment();
    int[] classes = in.ints("classes");
    if (classes.length > Math.max(1, p.maxRows() / SEGMENTS)) {
      throw in.corrupt("classes", "has " + classes.length + " rows, allowed " + p.maxRows() / 4);
    }
    int part = Math.max(1, (1 << 24) / Math.max(1, width));
    for (int at = 0; at < classes.length; at += part) {
      int end = Math.min(classes.length, at + part);
      float[] all = in.floats("rows-" + at / part);
      if (all.length != (end - at) * width) {
        throw in.corrupt("rows-" + at / part, "has " + all.length + " values");
      }
      for (float v : all) {
        if (!(Math.abs(v) <= LARGEST)) {
          throw in.corrupt("rows-" + at / part, "has a value of " + v);
        }
      }
      for (int i = at; i < end; i++) {
        if (classes[i] < 0 || classes[i] >= known) {
          throw in.corrupt("classes", "names class " + classes[i] + " of " + known);
        }
        to.add(Arrays.copyOfRange(all, (i - at) * width, (i - at + 1) * width), classes[i]);
      }
    }
    return to;
  }

  @Override
  public long memoryBytes() {
    long bytes = 180 + 4L * width + 8L * (votes.length + right.length) + found.memoryBytes();
    for (Segment s : segments) {
      bytes += s.memoryBytes();
    }
    return bytes;
  }
}
