package org.freshet.connectors.flink;

import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * A delta on its way to who merges, or a merged model on its way back.
 *
 * @param bytes of the delta or the model
 */
record MergeEvent(byte[] bytes) implements OperatorEvent {
  private static final long serialVersionUID = 1;
}
