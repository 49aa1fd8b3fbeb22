package org.freshet.core.ask;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Features;

/**
 * A classifier that leaves some events to an expert, whose answer is given in place of its own and
 * learnt from. {@link #scores} is what it would say itself.
 */
public interface Deferring extends Classifier {
  /** The experts it may ask, in an order that does not change. */
  List<Expert> experts();

  /**
   * Names of the classes experts answer with, where the stream neither declares nor shows them; an
   * answer that is none of these, declared or seen before is of no use.
   */
  default List<String> classes() {
    return List.of();
  }

  /**
   * Whether labels of the stream are learnt like answers of an expert; otherwise they are only for
   * the metrics, and {@link #learn} is not called for them.
   */
  default boolean learnsLabels() {
    return false;
  }

  /**
   * Names of what it answers, where it chooses among experts and its answer is the one chosen;
   * empty where the answer is what an expert says. The stream then needs no label.
   */
  default List<String> choices() {
    return List.of();
  }

  /**
   * Whether {@link #told} is called with the answers of experts that were not asked, of those whose
   * answers are {@linkplain Expert#isRecorded recorded}.
   */
  default boolean wantsAll() {
    return false;
  }

  /**
   * Answers an event, and says whom to ask about it; called once for each event in order instead of
   * {@link #scores}, and changes what the decision keeps.
   *
   * @param event as the source gave it, for {@link Expert#away}
   * @param scores overwritten with what {@link #scores} would say
   * @return index of an expert, or -1: its own answer stands
   */
  int defer(Features x, Features event, double[] scores);

  /**
   * What it has to know again about the event last deferred when the answer to it comes later than
   * the next event; see {@link #recall}.
   */
  default long note() {
    return 0;
  }

  /** Told what {@link #note} said at the event whose answer is taught next. */
  default void recall(long note) {}

  /** The expert was not asked about the event last deferred after all: too many were open. */
  default void declined(int expert) {}

  /**
   * An expert answered, which was paid for whatever it said. Comes at once, or later in the order
   * of the answers.
   *
   * @param x the row exactly as it was when the expert was asked
   * @param label class code; -1 where the answer was of no use
   */
  void taught(Features x, int expert, int label, ExpertAnswer answer);

  /**
   * What an expert would have answered that was not asked, see {@link #wantsAll}; nothing is paid,
   * whatever cost the answer names.
   */
  default void told(Features x, int expert, int label, ExpertAnswer answer) {}
}
