package org.freshet.core.ask;

/**
 * What an expert said.
 *
 * @param label name of the class, or the number in words; null where there is no usable answer
 * @param trouble why there is none, in one line; null where there is one
 * @param cost what it cost, in the unit of the prices given
 * @param tokens read and written; 0 where that means nothing
 * @param nanos it took
 * @param quality how good the answer was, 0 to 1; NaN where only the truth will tell
 */
public record ExpertAnswer(
    String label, String trouble, double cost, long tokens, long nanos, double quality) {
  public ExpertAnswer(String label, String trouble, double cost, long tokens, long nanos) {
    this(label, trouble, cost, tokens, nanos, Double.NaN);
  }

  public static ExpertAnswer of(String label, double cost) {
    return new ExpertAnswer(label, null, cost, 0, 0);
  }

  /** An answer of which nothing is known but how good it was. */
  public static ExpertAnswer graded(double quality, double cost) {
    return new ExpertAnswer(null, null, cost, 0, 0, quality);
  }

  public static ExpertAnswer none(String trouble, double cost) {
    return new ExpertAnswer(null, trouble, cost, 0, 0);
  }
}
