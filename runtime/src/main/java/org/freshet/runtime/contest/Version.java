package org.freshet.runtime.contest;

/**
 * A model that answers or answered, as it was when it began to.
 *
 * @param number counted from 1
 * @param model it was, such as {@code forest}; its name as a version is {@code forest-2}
 * @param spec of its pipeline, with all defaults
 * @param why it began to answer
 * @param entry of the journal before which it began: its position
 * @param event number of the first event it may have answered
 * @param time of the event clock then, milliseconds since 1970; {@link Long#MIN_VALUE} before any
 * @param recent share of right answers among the last {@code window} labels then, or the mean
 *     absolute error; NaN before the first
 * @param from number of the version whose model was put in its place; 0 where it was none
 */
public record Version(
    int number,
    String model,
    String spec,
    String why,
    long entry,
    long event,
    long time,
    double recent,
    int from) {

  /** Its name. */
  public String name() {
    return model + "-" + number;
  }
}
