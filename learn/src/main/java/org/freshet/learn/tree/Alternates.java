package org.freshet.learn.tree;

import java.util.function.Supplier;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;

/**
 * How a regression tree adapts.
 *
 * @param detector makes the detector of each node
 * @param fading of the errors by which a subtree and its alternate are compared
 * @param interval examples between two comparisons
 * @param lifetime examples after which an alternate that is not better is dropped
 * @param log takes the drifts
 */
record Alternates(
    Supplier<DriftDetector> detector, double fading, int interval, int lifetime, DriftLog log) {}
