package org.freshet.core;

/** Predicts the next values of a series. */
public interface Forecaster extends Learner {
  /** Writes the forecasts for the next steps, out[0] being one step ahead; pure. */
  void forecast(Features x, double[] out);

  /** Takes the next value of the series. */
  void learn(Features x, double value);
}
