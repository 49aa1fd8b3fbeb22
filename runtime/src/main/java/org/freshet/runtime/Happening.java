package org.freshet.runtime;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** Kinds of things that happen in a live pipeline and that a person may want to read about. */
public enum Happening {
  /** The pipeline began, was paused, went on. */
  STATE,
  /** The learner found that the stream changed. */
  DRIFT,
  /** A watch raised an alarm. */
  ALARM,
  /** A challenger took the champion's place, or gave it back. */
  PROMOTION,
  /** A budget was met and something was done about it. */
  BUDGET,
  /** A snapshot was written, or could not be. */
  SNAPSHOT,
  /** Something outside does not work: a broker, a disk, a sink; or works again. */
  TROUBLE;

  /** In lower case, as logs and pages show it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Writes a line with the keys {@code kind} and {@code pipeline}: alarms and troubles warn. */
  public void log(Logger to, String pipeline, String text) {
    to.atLevel(this == ALARM || this == TROUBLE ? Level.WARN : Level.INFO)
        .addKeyValue("kind", word())
        .addKeyValue("pipeline", pipeline)
        .log(text);
  }
}
