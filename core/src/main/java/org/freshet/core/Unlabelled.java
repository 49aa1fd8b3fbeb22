package org.freshet.core;

/**
 * A learner that makes something of events whose label will not come. It is shown such an event
 * once, when that is known: at once where the event has neither a label nor an id by which one
 * could come, where its label has no time of arrival, and where the label in its row was not asked
 * for; when the question is answered with nothing; otherwise when the event is given up, at its
 * timeout or because too many wait. A label that comes for it even so is learnt as any other.
 */
public interface Unlabelled extends Learner {
  /**
   * Learns what it can from the row alone.
   *
   * @param x the row exactly as it was predicted from
   * @param weight importance, finite; 0 or less learns nothing
   */
  void unlabelled(Features x, double weight);

  /** Shows an event to a learner that has use for it; to others it is nothing. */
  static void show(Learner learner, Features x, double weight) {
    if (learner instanceof Unlabelled u) {
      u.unlabelled(x, weight);
    }
  }
}
