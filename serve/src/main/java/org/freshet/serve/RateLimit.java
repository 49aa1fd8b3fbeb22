package org.freshet.serve;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Requests a second of each client: a bucket that fills by so many a second and holds one second's.
 * The clients seen last are remembered; one forgotten begins with a full bucket.
 */
final class RateLimit {
  private static final int CLIENTS = 10_000;

  private static final class Bucket {
    double left;
    long filled;
  }

  private final int perSecond;
  private final Map<String, Bucket> clients =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > CLIENTS;
        }
      };

  /**
   * @param perSecond 0 for no limit
   */
  RateLimit(int perSecond) {
    this.perSecond = perSecond;
  }

  /**
   * Whether a client may ask once more.
   *
   * @param nanos now
   */
  boolean admits(String client, long nanos) {
    if (perSecond == 0) {
      return true;
    }
    synchronized (clients) {
      Bucket b = clients.get(client);
      if (b == null) {
        b = new Bucket();
        b.left = perSecond;
        b.filled = nanos;
        clients.put(client, b);
      }
      b.left = Math.min(perSecond, b.left + (nanos - b.filled) * 1e-9 * perSecond);
      b.filled = nanos;
      if (b.left < 1) {
        return false;
      }
      b.left--;
      return true;
    }
  }
}
