package org.freshet.bench;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import org.freshet.core.Rng;

/**
 * The same network by PyTorch through DJL, trained by DJL's trainer on linear blocks, which is the
 * fastest of the ways that were tried at a batch of 1. Starts with our weights.
 */
final class PytorchNetwork implements NeuralSide {
  private final NeuralRows rows;
  private final int batch;
  private final Model model;
  private final Trainer trainer;
  private final float[] values;
  private final float[] labels;
  private final float[] one;
  private final int[] memory; // rows kept, for experience replay
  private final int again;
  private final Rng rng = new Rng(1);
  private int kept;
  private long seen;

  /**
   * @param again rows of the memory learnt with each batch, 0 for none
   * @param size of the memory
   */
  PytorchNetwork(
      NeuralRows rows, int[] hidden, double rate, int batch, int again, int size, OurNetwork like) {
    this.rows = rows;
    this.batch = batch;
    this.again = again;
    memory = new int[size];
    values = new float[(batch + again) * rows.columns];
    labels = new float[batch + again];
    one = new float[rows.columns];
    SequentialBlock block = new SequentialBlock();
    for (int units : hidden) {
      block.add(Linear.builder().setUnits(units).build());
      block.add(Activation.reluBlock());
    }
    block.add(Linear.builder().setUnits(rows.classes).build());
    model = Model.newInstance("network", Device.cpu(), "PyTorch");
    model.setBlock(block);
    Optimizer sgd = Optimizer.sgd().setLearningRateTracker(Tracker.fixed((float) rate)).build();
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(sgd)
                .optDevices(new Device[] {Device.cpu()}));
    trainer.initialize(new Shape(1, rows.columns));
    int layer = 0;
    for (Parameter p : block.getParameters().values()) {
      Shape shape = p.getArray().getShape();
      if (shape.dimension() == 2) {
        String name = layer < hidden.length ? "hidden" + layer : "head";
        p.getArray().set(transposed(like.weights(name), (int) shape.get(1), (int) shape.get(0)));
        layer++;
      } else {
        p.getArray().set(new float[(int) shape.get(0)]);
      }
    }
  }

  static String version() {
    return "PyTorch " + Engine.getEngine("PyTorch").getVersion();
  }

  private static float[] transposed(float[] w, int inputs, int units) {
    float[] t = new float[w.length];
    for (int i = 0; i < inputs; i++) {
      for (int j = 0; j < units; j++) {
        t[j * inputs + i] = w[i * units + j];
      }
    }
    return t;
  }

  @Override
  public void learn(int from, int n) {
    for (int at = from; at + batch <= from + n; at += batch) {
      int used = batch;
      for (int r = 0; r < batch; r++) {
        put(r, at + r);
      }
      for (int k = 0; k < again && k < kept; k++) {
        put(used++, memory[rng.nextInt(kept)]);
      }
      step(used);
      for (int r = at; again > 0 && r < at + batch; r++) {
        keep(r);
      }
    }
  }

  private void put(int place, int row) {
    System.arraycopy(rows.rows[row], 0, values, place * rows.columns, rows.columns);
    labels[place] = rows.labels[row];
  }

  private void keep(int row) {
    seen++;
    if (kept < memory.length) {
      memory[kept++] = row;
    } else {
      long place = (long) (rng.nextDouble() * seen);
      if (place < memory.length) {
        memory[(int) place] = row;
      }
    }
  }

  private void step(int used) {
    float[] v = values;
    float[] l = labels;
    if (used < l.length) { // while the memory is nearly empty
      v = Arrays.copyOf(v, used * rows.columns);
      l = Arrays.copyOf(l, used);
    }
    try (NDManager m = trainer.getManager().newSubManager()) {
      NDArray x = m.create(v, new Shape(used, rows.columns));
      NDArray y = m.create(l, new Shape(used));
      try (GradientCollector collector = trainer.newGradientCollector()) {
        NDList z = trainer.forward(new NDList(x));
        NDArray loss = trainer.getLoss().evaluate(new NDList(y), z);
        collector.backward(loss);
      }
      trainer.step();
    }
  }

  @Override
  public void predict(int row, double[] scores) {
    System.arraycopy(rows.rows[row], 0, one, 0, one.length);
    try (NDManager m = trainer.getManager().newSubManager()) {
      NDArray x = m.create(one, new Shape(1, rows.columns));
      float[] p = trainer.evaluate(new NDList(x)).singletonOrThrow().softmax(-1).toFloatArray();
      for (int c = 0; c < p.length; c++) {
        scores[c] = p[c];
      }
    }
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
