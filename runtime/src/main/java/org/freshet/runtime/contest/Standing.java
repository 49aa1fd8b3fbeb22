package org.freshet.runtime.contest;

/**
 * How a model stands.
 *
 * @param name it has for good
 * @param champion whether it is the one that answers, or would if the fallback did not
 * @param answers whether it answers now
 * @param fallback whether it is the fallback stage, which is never promoted
 * @param recent share of right answers among the last {@code window} labels, or the mean absolute
 *     error; NaN before the first
 * @param labels compared with the champion since the last decision
 * @param better of these, where it was better than the champion
 * @param worse where the champion was better; for classes these are the negative flips
 * @param p the paired test's, so far: small when it is better
 * @param modelBytes of the model
 */
public record Standing(
    String name,
    boolean champion,
    boolean answers,
    boolean fallback,
    double recent,
    long labels,
    long better,
    long worse,
    double p,
    long modelBytes) {

  /** Share of labels where the champion was right and it was wrong. */
  public double negativeFlips() {
    return labels == 0 ? 0 : (double) worse / labels;
  }
}
