package org.freshet.evaluate;

import java.util.List;

/**
 * How far an evaluation is; given after every thousand events or so, on the evaluating thread.
 *
 * @param pass counted from 1
 * @param passes how many there will be
 * @param events predicted so far in this pass
 * @param labels scored so far
 * @param rolling accuracy (or mean absolute error) of the last window; NaN before the first label
 * @param noChange the same of "no change"
 * @param other the same of majority or mean
 * @param nearFuture the same of the near-future model; NaN without
 * @param frozen the same of the frozen model; NaN without
 * @param seconds spent predicting and learning
 * @param modelBytes heap of the model
 * @param newDrifts reported since the last time
 * @param drifts reported so far
 */
public record Progress(
    int pass,
    int passes,
    long events,
    long labels,
    double rolling,
    double noChange,
    double other,
    double nearFuture,
    double frozen,
    double seconds,
    long modelBytes,
    List<Evaluation.Drift> newDrifts,
    long drifts) {}
