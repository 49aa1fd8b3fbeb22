package org.freshet.connectors.flink;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.freshet.core.FreshetException;

/**
 * Around a fault that a restart would only meet again: Flink ends the job instead of restarting it.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
final class LastingFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  LastingFault(FreshetException fault) {
    super(fault.getMessage(), fault);
  }
}
