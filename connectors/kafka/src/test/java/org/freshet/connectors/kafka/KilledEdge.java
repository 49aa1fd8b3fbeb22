package org.freshet.connectors.kafka;

import java.nio.file.Files;
import java.nio.file.Path;

/** The process that {@link FederatedTest} kills: runs a file until then. */
public final class KilledEdge {
  private KilledEdge() {}

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]);
    Pipe edge = new Pipe(args[0], Files.readString(file), file.getParent()).start();
    edge.live.ended().get();
  }
}
