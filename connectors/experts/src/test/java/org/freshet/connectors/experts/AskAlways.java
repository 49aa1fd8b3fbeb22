package org.freshet.connectors.experts;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Features;
import org.freshet.core.ask.Deferring;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** Knows nothing itself. */
record AskAlways(Expert expert) implements Deferring {
  @Override
  public List<Expert> experts() {
    return List.of(expert);
  }

  @Override
  public int labels() {
    return 2;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0, 2, 0.5);
  }

  @Override
  public int defer(Features x, Features event, double[] scores) {
    scores(x, scores);
    return 0;
  }

  @Override
  public void taught(Features x, int expert, int label, ExpertAnswer answer) {}

  @Override
  public void learn(Features x, int label, double weight) {}

  @Override
  public void save(StateWriter out) {}

  @Override
  public void load(StateReader in) {}

  @Override
  public long memoryBytes() {
    return 16;
  }
}
