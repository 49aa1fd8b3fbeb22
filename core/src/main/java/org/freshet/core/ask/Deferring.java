package org.freshet.core.ask;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Features;

/**
 * A classifier that leaves some events to an expert, whose answer is given in place of its own and
 * learnt from. {@link #scores} is what it would say itself.
 */
public interface Deferring extends Classifier {
  /** The experts it may ask, in an order that does not change; more may be added at the end. */
  List<Expert> experts();

  /**
   * Whom to ask about an event, once for each event in order, after its scores; changes what the
   * decision keeps.
   *
   * @return index of an expert, or -1: its own answer stands
   */
  int defer(Features x, double[] scores);

  /**
   * An expert answered; comes at once, or later in the order of the answers.
   *
   * @param x the row exactly as it was when the expert was asked
   * @param label class code; -1 where the answer was of no use
   */
  void taught(Features x, int expert, int label, ExpertAnswer answer);
}
