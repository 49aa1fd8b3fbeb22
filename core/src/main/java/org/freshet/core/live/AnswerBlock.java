package org.freshet.core.live;

import org.freshet.core.Schema;

/**
 * Answers to events, in order; never changed once made. Scores are probabilities over the labels
 * known at the answer; regression has none.
 *
 * @param schema of the events
 * @param model name of the model that answered, such as {@code main-1}
 * @param first number of the first answer; the others follow without gaps. -1 for a block of
 *     answers that were given before
 * @param ids of the events, null where there is none
 * @param times of the events, {@link org.freshet.core.Features#NO_TIME} where there is none
 * @param predicted class code or number; -1 or NaN where there was no answer
 * @param known number of labels known; 0 in regression
 * @param scores rows of {@code stride} values; interval ends in place of scores where intervals are
 *     answered
 * @param models names of those that answered each, where they are several; null otherwise
 * @param asked whether the label of each event is asked for; null where nothing is
 * @param deferred name of the expert each event was left to, null where it was to none; null where
 *     all were
 * @param last whether these are the final answers to events that were left to experts, whose first
 *     answers came before; else the answer to an event that is left to one is not final
 */
public record AnswerBlock(
    Schema schema,
    String model,
    long first,
    int size,
    String[] ids,
    String[] keys,
    long[] times,
    double[] predicted,
    int[] known,
    double[] scores,
    int stride,
    String[] models,
    boolean[] asked,
    String[] deferred,
    boolean last) {

  /** All by one model, and nothing asked. */
  public AnswerBlock(
      Schema schema,
      String model,
      long first,
      int size,
      String[] ids,
      String[] keys,
      long[] times,
      double[] predicted,
      int[] known,
      double[] scores,
      int stride) {
    this(
        schema, model, first, size, ids, keys, times, predicted, known, scores, stride, null, null,
        null, false);
  }

  /** Name of the model that gave answer i. */
  public String model(int i) {
    return models == null ? model : models[i];
  }

  /** Name of the expert the event of answer i was left to; null for none. */
  public String deferredTo(int i) {
    return deferred == null ? null : deferred[i];
  }

  /** Whether the label of the event of answer i is asked for. */
  public boolean asked(int i) {
    return asked != null && asked[i];
  }

  public double score(int i, int label) {
    return scores[i * stride + label];
  }

  /** Name of the class answered; null for a number and where there was no answer. */
  public String label(int i) {
    return schema.labels() == null || predicted[i] < 0 || Double.isNaN(predicted[i])
        ? null
        : schema.labels().name((int) predicted[i]);
  }
}
