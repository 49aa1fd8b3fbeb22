package org.freshet.cli;

import org.freshet.core.ConfigException;
import org.freshet.evaluate.Evaluation;

/** What came of an evaluation, for people. */
final class Reports {
  private Reports() {}

  static String html(Evaluation e) {
    throw new ConfigException("--report", "is not in this version yet");
  }

  static String text(Evaluation e, int width) {
    StringBuilder s = new StringBuilder();
    s.append(e.setup().stream()).append("  ").append(e.setup().model()).append('\n');
    s.append(e.events()).append(" events\n");
    e.metrics().forEach((k, v) -> s.append(String.format("  %-20s %.4f%n", k, v)));
    return s.toString();
  }
}
