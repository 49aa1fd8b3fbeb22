package org.freshet.runtime;

import java.util.concurrent.CountDownLatch;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.Source;

/** A stream that does not end but waits behind its last event. */
final class HeldSource implements Source {
  private final Source source;
  private final CountDownLatch closed = new CountDownLatch(1);

  HeldSource(Source source) {
    this.source = source;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public Schema schema() {
    return source.schema();
  }

  @Override
  public int read(Batch batch, int max) {
    int n = source.read(batch, max);
    if (n == 0) {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return n;
  }

  @Override
  public Position position() {
    return source.position();
  }

  @Override
  public void seek(Position position) {
    source.seek(position);
  }

  @Override
  public void close() {
    closed.countDown();
    source.close();
  }
}
