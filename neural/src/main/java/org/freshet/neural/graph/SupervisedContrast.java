package org.freshet.neural.graph;

/**
 * Supervised contrastive loss: rows of a class are drawn together, others pushed apart (Khosla et
 * al., NeurIPS 2020). With z brought to length 1 and s_ij = z_i·z_j / T, row i with others P(i) of
 * its class in the batch has the loss −1/|P(i)| Σ_{p∈P(i)} ln(e^{s_ip} / Σ_{a≠i} e^{s_ia}); rows
 * without any have none.
 */
public final class SupervisedContrast {
  private final double temperature;
  private double[] similarity = {};
  private double[] normal = {};
  private double[] length = {};
  private double[] by = {};

  public SupervisedContrast(double temperature) {
    this.temperature = temperature;
  }

  /**
   * Adds the gradient of Σ weight · loss of the first {@code rows} rows to that of {@code z}.
   *
   * @return the loss
   */
  public double add(Node z, int[] label, float[] weight, int rows) {
    room(rows, z.width());
    normalize(z, rows);
    double loss = 0;
    for (int i = 0; i < rows; i++) {
      loss += row(i, label, weight[i], rows, z.width());
    }
    int n = z.width();
    for (int i = 0; i < rows; i++) { // through the length
      double along = 0;
      for (int c = 0; c < n; c++) {
        along += by[i * n + c] * normal[i * n + c];
      }
      for (int c = 0; c < n; c++) {
        z.gradient()[i * z.stride() + c] +=
            (float) ((by[i * n + c] - along * normal[i * n + c]) / length[i]);
      }
    }
    return loss;
  }

  private void room(int rows, int n) {
    if (normal.length < rows * n) {
      normal = new double[rows * n];
      by = new double[rows * n];
    }
    if (length.length < rows) {
      length = new double[rows];
      similarity = new double[rows];
    }
  }

  private void normalize(Node z, int rows) {
    int n = z.width();
    for (int i = 0; i < rows; i++) {
      double sum = 0;
      for (int c = 0; c < n; c++) {
        double v = z.value()[i * z.stride() + c];
        sum += v * v;
      }
      length[i] = Math.max(1e-8, Math.sqrt(sum));
      for (int c = 0; c < n; c++) {
        normal[i * n + c] = z.value()[i * z.stride() + c] / length[i];
        by[i * n + c] = 0;
      }
    }
  }

  private double row(int i, int[] label, double weight, int rows, int n) {
    double top = Double.NEGATIVE_INFINITY;
    int others = 0;
    double near = 0;
    for (int a = 0; a < rows; a++) {
      double s = 0;
      for (int c = 0; c < n; c++) {
        s += normal[i * n + c] * normal[a * n + c];
      }
      similarity[a] = s / temperature;
      if (a != i) {
        top = Math.max(top, similarity[a]);
        if (label[a] == label[i]) {
          others++;
          near += similarity[a];
        }
      }
    }
    if (others == 0 || weight == 0) {
      return 0;
    }
    double sum = 0;
    for (int a = 0; a < rows; a++) {
      sum += a == i ? 0 : Math.exp(similarity[a] - top);
    }
    for (int a = 0; a < rows; a++) {
      if (a != i) {
        double d = Math.exp(similarity[a] - top) / sum - (label[a] == label[i] ? 1.0 / others : 0);
        double g = weight * d / temperature;
        for (int c = 0; c < n; c++) {
          by[i * n + c] += g * normal[a * n + c];
          by[a * n + c] += g * normal[i * n + c];
        }
      }
    }
    return weight * (top + Math.log(sum) - near / others);
  }

  public long memoryBytes() {
    return 48 + 4 * 16 + 8L * (similarity.length + length.length + 2L * normal.length);
  }
}
