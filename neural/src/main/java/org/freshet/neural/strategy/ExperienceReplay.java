package org.freshet.neural.strategy;

import org.freshet.neural.graph.Losses;

/**
 * Learns the rows of the stream together with rows of the memory, by one step on their mean loss
 * (Chaudhry et al. 2019, algorithm 1). Without a memory it is plain training.
 */
public final class ExperienceReplay extends Strategy {
  @Override
  public void learn(Lesson l) {
    int stream = l.streamed();
    int rows = stream + l.drawFromMemory();
    float[] w = l.weights();
    for (int r = 0; r < rows; r++) {
      w[r] = (r < stream ? l.importance(r) : 1) / rows;
    }
    l.network().graph().forward(rows);
    Losses.softmaxCrossEntropy(l.network().head(), l.labels(), w, 0, rows);
    l.steps().step(rows);
  }
}
