package org.freshet.serve;

import java.net.SocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Request;

/**
 * Counts connections. Those beyond the most that are served have their first request refused in
 * words, and a second to send it.
 */
final class Crowd implements Connection.Listener {
  private static final int HURRY_MILLIS = 1000;

  private final int most;
  private final Map<Connection, SocketAddress> opened = new ConcurrentHashMap<>();
  private final Set<SocketAddress> all = ConcurrentHashMap.newKeySet(); // TLS has two of each
  private final Set<SocketAddress> surplus = ConcurrentHashMap.newKeySet();

  Crowd(int most) {
    this.most = most;
  }

  @Override
  public void onOpened(Connection connection) {
    SocketAddress client = connection.getEndPoint().getRemoteSocketAddress();
    if (client == null) {
      return; // gone already
    }
    opened.put(connection, client);
    if (all.add(client) && all.size() > most) {
      surplus.add(client);
    }
    if (surplus.contains(client)) {
      connection.getEndPoint().setIdleTimeout(HURRY_MILLIS);
    }
  }

  @Override
  public void onClosed(Connection connection) {
    SocketAddress client = opened.remove(connection); // it has none any more itself
    if (client != null) {
      all.remove(client);
      surplus.remove(client);
    }
  }

  /** Why a request is not looked at; null when it is. The connection is to be closed then. */
  Refused refuses(Request request) {
    return surplus.contains(request.getConnectionMetaData().getRemoteSocketAddress())
        ? new Refused(
            503, most + " connections are open already (serve.max_connections); come again", 1)
        : null;
  }
}
