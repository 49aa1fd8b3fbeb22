package org.freshet.neural.graph;

/** Every unit sees every input: y = x·w + b. */
public final class Dense extends Node {
  private final Graph graph;
  private final Parameter w;
  private final Parameter b;
  private LowRank pair; // null without one

  /**
   * @param w x.width() rows, a column for each unit
   * @param b one row
   */
  public Dense(Graph graph, Node x, Parameter w, Parameter b) {
    super(w.columns(), x);
    this.graph = graph;
    this.w = graph.use(w);
    this.b = graph.use(b);
    want();
  }

  public Parameter weights() {
    return w;
  }

  public Parameter bias() {
    return b;
  }

  /** Adds a pair of thin matrices to the weights, which takes part once it is switched on. */
  public LowRank pair(String name, int rank) {
    pair = new LowRank(graph, input(0), this, name, rank);
    pair.capacity(graph.capacity());
    return pair;
  }

  @Override
  void capacity(int rows) {
    super.capacity(rows);
    if (pair != null) {
      pair.capacity(rows);
    }
  }

  /** More units, whose weights begin at 0; what the nodes hold for the batch is lost. */
  public void grow(int units) {
    w.grow(units);
    b.grow(units);
    widen(units, graph.capacity());
  }

  @Override
  protected void forward(int rows, boolean training) {
    Node x = input(0);
    graph
        .kernels()
        .affine(x.value(), 0, x.stride(), w.value(), b.value(), value(), rows, x.width(), stride());
    if (pair != null && pair.on()) {
      pair.forward(rows);
    }
  }

  @Override
  protected void backward(int rows, Update update) {
    Node x = input(0);
    if (x.wanted()) {
      graph
          .kernels()
          .back(gradient(), w.value(), x.gradient(), x.stride(), rows, x.width(), stride());
    }
    if (pair != null && pair.on()) {
      pair.backward(rows, update);
    }
    if (!w.frozen()) {
      update.product(w, x.value(), 0, x.stride(), gradient(), rows);
    }
    if (!b.frozen()) {
      update.product(b, graph.ones(), 0, 1, gradient(), rows);
    }
  }

  @Override
  long memoryBytes() {
    return super.memoryBytes() + (pair == null ? 0 : pair.memoryBytes());
  }
}
