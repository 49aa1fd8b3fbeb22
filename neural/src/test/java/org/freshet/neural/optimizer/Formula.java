package org.freshet.neural.optimizer;

/** A published rule, with its state: moves the weights of a model that knows its gradients. */
interface Formula {
  void step(Line.Exact m, double[] g);

  static void add(Line.Exact m, double by, double[] v) {
    for (int i = 0; i < Line.ALL; i++) {
      m.w[i] += by * v[i];
    }
  }

  static void decayed(Line.Exact m, double rate, double decay, double[] step) {
    for (int i = 0; i < Line.ALL; i++) {
      m.w[i] = m.w[i] * (1 - rate * decay) - rate * step[i];
    }
  }
}
