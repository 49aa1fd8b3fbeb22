package org.freshet.evaluate.metrics;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Time and memory spent: seconds of prediction and learning, and RAM-hours, gigabytes (2^30 bytes)
 * times hours (Bifet, Holmes, Pfahringer, Frank, "Fast perceptron decision tree learning from
 * evolving data streams", PAKDD 2010), summed as the model grows.
 */
public final class Effort {
  private static final double GB_HOUR = 1073741824.0 * 3600;
  private double seconds;
  private double byteSeconds;

  /** Adds a stretch of work. */
  public void add(long nanos, long modelBytes) {
    double s = nanos * 1e-9;
    seconds += s;
    byteSeconds += s * modelBytes;
  }

  public double seconds() {
    return seconds;
  }

  public double ramHours() {
    return byteSeconds / GB_HOUR;
  }

  public void save(StateWriter out) {
    out.put("seconds", seconds);
    out.put("byte-seconds", byteSeconds);
  }

  public void load(StateReader in) {
    seconds = in.doubleValue("seconds");
    byteSeconds = in.doubleValue("byte-seconds");
  }
}
