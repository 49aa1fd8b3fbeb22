package org.freshet.core.ask;

/**
 * What an expert said.
 *
 * @param label name of the class, or the number in words; null where there is no usable answer
 * @param trouble why there is none, in one line; null where there is one
 * @param cost what it cost, in the unit of the prices given
 * @param tokens read and written; 0 where that means nothing
 * @param nanos it took
 */
public record ExpertAnswer(String label, String trouble, double cost, long tokens, long nanos) {
  public static ExpertAnswer of(String label, double cost) {
    return new ExpertAnswer(label, null, cost, 0, 0);
  }

  public static ExpertAnswer none(String trouble, double cost) {
    return new ExpertAnswer(null, trouble, cost, 0, 0);
  }
}
