package org.freshet.runtime.watch;

/**
 * A value a watch measured, at the end of a window.
 *
 * @param limit beyond which it raises an alarm; NaN where it has none
 */
public record Measure(String watch, String of, double value, double limit) {}
