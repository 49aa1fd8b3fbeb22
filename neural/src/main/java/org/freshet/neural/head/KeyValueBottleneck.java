package org.freshet.neural.head;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A bottleneck of discrete keys: a row changes only the values of the keys it falls on, so what is
 * learnt of one part of the space leaves the others alone, without a memory of rows.
 *
 * <p>How it works: each of H heads looks at the row through a random projection to a few numbers, z
 * = R x with entries N(0, 1 / columns), and takes the nearest of its K keys. The key fetches one
 * value a class; logits are the mean of the fetched values over the heads, and P(c | x) their
 * softmax. A labelled row moves each fetched value v_c by −η (P(c) − [c = y]). Keys are drawn from
 * N(0, 1) and move only during the first {@code adapt_rows} rows, without labels: the nearest by
 * the share 1 − λ of the way; one that no row fell on for long is set down on the row at hand.
 *
 * <p>Paper: F. Träuble, A. Goyal, N. Rahaman, M. Mozer, K. Kawaguchi, Y. Bengio, B. Schölkopf,
 * "Discrete Key-Value Bottleneck", ICML 2023.
 *
 * <p>Where we differ: labels are open. One more class stands for all that have not been seen, takes
 * part in P while learning, and gives a class that opens its values, so that what came first is
 * learnt against what is to come. The paper finds keys on rows without labels before the stream
 * begins; a stream that begins with one class would find them there only, so by default they stay
 * as they are drawn. For that, columns should have about unit variance and be uncorrelated: put
 * {@code pca(whiten=true)} or {@code standard_scaler} before it.
 *
 * <p>Takes dense rows of numbers; a missing value counts as 0 and values are held in ±1e6. A row
 * costs H · key_width · (columns + K) multiplications; memory is 4 H · K bytes a class, and as many
 * times key_width for the keys.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("standard_scaler | key_value_bottleneck", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "key_value_bottleneck",
    kinds = Kind.CLASSIFIER,
    family = "head",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class KeyValueBottleneck implements Classifier {
  /**
   * @param heads H
   * @param keys K
   * @param keyWidth numbers a head looks at
   * @param learningRate η
   * @param adaptRows rows during which keys move
   * @param decay λ
   */
  public record Parameters(
      @Param(
              value = "heads, each with keys of its own",
              def = "256",
              range = "[1, 4096]",
              origin = "ours; others take as many")
          int heads,
      @Param(
              value = "keys of a head",
              def = "1024",
              range = "[2, 4096]",
              origin = "ours; others take 4,096, at four times the cost")
          int keys,
      @Param(
              value = "numbers a head sees of a row",
              def = "8",
              range = "[1, 64]",
              origin = "ours; others take 8 to 14")
          int keyWidth,
      @Param(
              value = "size of a step of the values fetched",
              def = "0.05",
              range = "(0, 100]",
              origin = "tasks of thousands of rows; few rows learn faster at 0.3")
          double learningRate,
      @Param(
              value = "labelled rows during which keys move; 0 leaves them as they are drawn",
              def = "0",
              range = "[0, inf)",
              unit = "events",
              origin = "streams that begin with one class")
          long adaptRows,
      @Param(
              value = "what a key keeps of its place when a row falls on it",
              def = "0.95",
              range = "[0, 1)",
              origin = "ours; others take 0.9 to 0.99")
          double decay) {}

  /**
   * A key is looked at every so many rows times the keys there are, and moved when none fell on it.
   */
  private static final int PATIENCE = 4;

  private final Parameters p;
  private final int width;
  private final int heads;
  private final int keys;
  private final float[][] projection; // of a column to all numbers of all heads
  private final float[][][] places; // of head, number, key
  private float[][] values; // of class, head and key; the last are those of a class never seen
  private final int[] hits; // of head and key since it was looked at
  private final double[] row;
  private final float[] seen;
  private final float[] distance;
  private final int[] fetched;
  private double[] probabilities = new double[1];
  private long seed;
  private long rows;
  private int labels;

  public KeyValueBottleneck(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
    width = schema.width();
    heads = p.heads();
    keys = p.keys();
    projection = new float[width][heads * p.keyWidth()];
    places = new float[heads][p.keyWidth()][keys];
    hits = new int[p.adaptRows() > 0 ? heads * keys : 0];
    row = new double[width];
    seen = new float[heads * p.keyWidth()];
    distance = new float[keys];
    fetched = new int[heads];
    values = new float[1][heads * keys];
    draw(build.seed());
    open(schema.declaredLabels());
  }

  private void draw(long from) {
    seed = from;
    Rng rng = new Rng(seed);
    double scale = 1 / Math.sqrt(Math.max(1, width));
    for (float[] to : projection) {
      for (int j = 0; j < to.length; j++) {
        to[j] = (float) (scale * rng.nextGaussian());
      }
    }
    for (float[][] head : places) {
      for (float[] number : head) {
        for (int k = 0; k < keys; k++) {
          number[k] = (float) rng.nextGaussian();
        }
      }
    }
  }

  private void open(int count) {
    if (count > labels) {
      values = Arrays.copyOf(values, count + 1);
      for (int c = labels + 1; c <= count; c++) {
        values[c] = values[labels].clone();
      }
      probabilities = new double[count + 1];
      labels = count;
    }
  }

  @Override
  public int labels() {
    return labels;
  }

  /** Finds the key of each head for a row. */
  private void fetch(Features x) {
    VectorRow.read(x, row, width);
    Arrays.fill(seen, 0);
    for (int i = 0; i < width; i++) {
      float v = (float) row[i];
      if (v != 0) {
        float[] w = projection[i];
        for (int j = 0; j < seen.length; j++) {
          seen[j] += v * w[j];
        }
      }
    }
    for (int h = 0; h < heads; h++) {
      Arrays.fill(distance, 0);
      for (int d = 0; d < p.keyWidth(); d++) {
        float z = seen[h * p.keyWidth() + d];
        float[] place = places[h][d];
        for (int k = 0; k < place.length; k++) {
          float away = place[k] - z;
          distance[k] += away * away;
        }
      }
      int nearest = 0;
      for (int k = 1; k < keys; k++) {
        nearest = distance[k] < distance[nearest] ? k : nearest;
      }
      fetched[h] = h * keys + nearest;
    }
  }

  /** Writes the probabilities of the first {@code classes}. */
  private void write(double[] scores, int classes) {
    for (int c = 0; c < classes; c++) {
      float[] of = values[c];
      double sum = 0;
      for (int h = 0; h < heads; h++) {
        sum += of[fetched[h]];
      }
      scores[c] = sum / heads;
    }
    Kernels.softmax(scores, classes);
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    if (labels > 0) {
      fetch(x);
      write(scores, labels);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (weight > 0) {
      fetch(x);
      update(label, weight);
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    fetch(x);
    Arrays.fill(scores, 0);
    if (labels > 0) {
      write(scores, labels);
    }
    if (label >= 0 && weight > 0) {
      update(label, weight);
    }
  }

  private void update(int label, double weight) {
    open(label + 1);
    if (rows < p.adaptRows()) {
      adapt();
    }
    rows++;
    write(probabilities, labels + 1);
    double step = p.learningRate() * VectorRow.weight(weight);
    for (int c = 0; c <= labels; c++) {
      float[] of = values[c];
      float move = (float) (step * ((c == label ? 1 : 0) - probabilities[c]));
      for (int h = 0; h < heads; h++) {
        of[fetched[h]] += move;
      }
    }
  }

  /** Moves the keys fetched, and now and then one that no row falls on. */
  private void adapt() {
    float share = (float) (1 - p.decay());
    int looked = rows % PATIENCE == 0 ? (int) (rows / PATIENCE % keys) : -1;
    for (int h = 0; h < heads; h++) {
      hits[fetched[h]]++;
      move(h, fetched[h] - h * keys, share);
      if (looked >= 0) {
        if (hits[h * keys + looked] == 0) {
          move(h, looked, 1);
        }
        hits[h * keys + looked] = 0;
      }
    }
  }

  private void move(int h, int key, float share) {
    for (int d = 0; d < p.keyWidth(); d++) {
      float[] place = places[h][d];
      place[key] += share * (seen[h * p.keyWidth() + d] - place[key]);
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    out.put("seed", seed);
    out.put("rows", rows);
    for (int c = 0; c <= labels; c++) {
      out.put("values-" + c, values[c]);
    }
    if (p.adaptRows() > 0) {
      out.put("hits", hits);
      for (int h = 0; h < heads; h++) {
        float[] all = new float[p.keyWidth() * keys];
        for (int d = 0; d < p.keyWidth(); d++) {
          System.arraycopy(places[h][d], 0, all, d * keys, keys);
        }
        out.put("keys-" + h, all);
      }
    }
  }

  @Override
  public void load(StateReader in) {
    int known = in.labels("labels", labels);
    float[][] v = new float[known + 1][];
    for (int c = 0; c <= known; c++) {
      v[c] = floats(in, "values-" + c, heads * keys);
    }
    rows = in.longValue("rows", 0, Long.MAX_VALUE);
    long saved = in.longValue("seed");
    if (saved != seed) {
      draw(saved);
    }
    if (p.adaptRows() > 0) {
      System.arraycopy(in.ints("hits", hits.length), 0, hits, 0, hits.length);
      for (int h = 0; h < heads; h++) {
        float[] all = floats(in, "keys-" + h, p.keyWidth() * keys);
        for (int d = 0; d < p.keyWidth(); d++) {
          System.arraycopy(all, d * keys, places[h][d], 0, keys);
        }
      }
    }
    values = v;
    probabilities = new double[known + 1];
    labels = known;
  }

  private static float[] floats(StateReader in, String name, int n) {
    float[] a = in.floats(name);
    if (a.length != n) {
      throw in.corrupt(name, "has " + a.length + " values, expected " + n);
    }
    return a;
  }

  @Override
  public long memoryBytes() {
    long looks = 4L * seen.length;
    long places = heads * (20L + p.keyWidth() * (4L * keys + 20));
    long kept = (labels + 1) * (4L * heads * keys + 28);
    return 300 + width * (looks + 28) + looks + places + kept + 4L * (hits.length + keys + heads);
  }
}
