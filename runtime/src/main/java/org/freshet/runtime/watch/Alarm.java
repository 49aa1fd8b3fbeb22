package org.freshet.runtime.watch;

import java.util.Locale;

/**
 * Something that is watched is not as it was. Raised once: while it lasts nothing more is said.
 *
 * @param watch what found it, such as {@code psi} or {@code missing}
 * @param of what it looks at: a feature's name, {@code error}, {@code labels} or {@code answers}
 * @param value measured
 * @param limit that it is beyond; NaN where the watch has none that can be named
 * @param event number of events seen when it was found
 */
public record Alarm(String watch, String of, double value, double limit, long event) {
  /** In a line. */
  public String text() {
    String beyond = Double.isNaN(limit) ? "" : String.format(Locale.ROOT, ", limit %.4g", limit);
    String what = of.equals("labels") ? "the share of events labelled in time" : of;
    return String.format(
        Locale.ROOT, "%s of %s is %.4g%s, after %d events", watch, what, value, beyond, event);
  }
}
