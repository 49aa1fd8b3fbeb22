package org.freshet.neural.graph;

import java.util.Arrays;

/**
 * The sum of the vectors of a few columns out of many, each times its value, and a bias: a dense
 * layer on sparse rows. An input row is {@code room} columns and then their values; a value of 0
 * takes no part. Only vectors of columns in the batch have a gradient, and an update sees those
 * alone.
 */
public final class EmbeddingBag extends Node {
  private static final int[] NONE = {};

  private final Graph graph;
  private final Parameter table;
  private final Parameter bias;
  private final int room;
  private int[] place = NONE; // of a column among those of the batch, plus 1
  private int[] columns = NONE;
  private float[] sums = {};

  /**
   * @param x rows of an even width
   * @param table a row for each column; columns beyond take no part
   * @param bias one row
   */
  public EmbeddingBag(Graph graph, Node x, Parameter table, Parameter bias) {
    super(table.columns(), x);
    this.graph = graph;
    this.table = graph.use(table);
    this.bias = graph.use(bias);
    room = x.width() / 2;
    place = new int[table.rows()];
    want();
  }

  @Override
  void capacity(int rows) {
    super.capacity(rows);
    if (columns.length < rows * room) {
      columns = new int[rows * room];
    }
  }

  @Override
  protected void forward(int rows, boolean training) {
    Node x = input(0);
    int n = stride();
    if (training && table.growing()) {
      grow(rows);
    }
    float[] w = table.value();
    for (int r = 0; r < rows; r++) {
      System.arraycopy(bias.value(), 0, value(), r * n, n);
      int at = r * x.stride();
      for (int k = at; k < at + room; k++) {
        float v = x.value()[k + room];
        int c = (int) x.value()[k];
        if (v != 0 && c < table.rows()) {
          add(v, w, c * n, value(), r * n, n);
        }
      }
    }
  }

  /** A vector for each column of the batch that may have one. */
  private void grow(int rows) {
    Node x = input(0);
    int most = 0;
    for (int r = 0; r < rows; r++) {
      for (int k = r * x.stride(); k < r * x.stride() + room; k++) {
        most = Math.max(most, (int) x.value()[k]);
      }
    }
    table.need(most + 1);
    if (place.length < table.rows()) {
      place = new int[table.rows()];
    }
  }

  private static void add(float a, float[] from, int at, float[] to, int toAt, int n) {
    for (int i = 0; i < n; i++) {
      to[toAt + i] += a * from[at + i];
    }
  }

  @Override
  protected void backward(int rows, Update update) {
    Node x = input(0);
    int n = stride();
    int found = collect(rows);
    if (sums.length < found * n) {
      sums = new float[Math.max(found * n, Math.min(2 * sums.length, columns.length * n))];
    }
    Arrays.fill(sums, 0, found * n, 0);
    for (int r = 0; r < rows; r++) {
      int at = r * x.stride();
      for (int k = at; k < at + room; k++) {
        float v = x.value()[k + room];
        int c = (int) x.value()[k];
        if (v != 0 && c < table.rows()) {
          int to = (place[c] - 1) * n;
          add(v, gradient(), r * n, sums, to, n);
        }
      }
    }
    for (int i = 0; i < found; i++) {
      place[columns[i]] = 0;
      update.stretch(table, columns[i] * n, sums, i * n, n);
    }
    update.product(bias, graph.ones(), 0, 1, gradient(), rows);
  }

  /** Numbers the columns of the batch. */
  private int collect(int rows) {
    int found = 0;
    for (int r = 0; r < rows; r++) {
      int at = r * input(0).stride();
      for (int k = at; k < at + room; k++) {
        int c = (int) input(0).value()[k];
        if (input(0).value()[k + room] != 0 && c < table.rows() && place[c] == 0) {
          columns[found++] = c;
          place[c] = found;
        }
      }
    }
    return found;
  }

  @Override
  long memoryBytes() {
    return super.memoryBytes() + 100 + 4L * (place.length + columns.length + sums.length);
  }
}
