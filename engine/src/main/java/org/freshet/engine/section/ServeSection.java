package org.freshet.engine.section;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Section;

/**
 * The HTTP server of a live pipeline: API, metrics and page. It listens on the loopback address
 * unless told otherwise; bound elsewhere it wants a file of tokens.
 *
 * <pre>{@code
 * serve: { host: 0.0.0.0, port: 8080, tokens: tokens.txt }
 * }</pre>
 */
@Component(name = "serve", kinds = Kind.SECTION, family = "pipeline_file")
public final class ServeSection implements Section {
  public record Parameters(
      @Param(value = "Whether there is a server at all.", def = "true") boolean enabled,
      @Param(
              value = "Port; 0 for any that is free.",
              def = "8080",
              range = "[0, 65535]",
              origin = "usual")
          int port,
      @Param(value = "Address to listen on.", def = "127.0.0.1", origin = "nobody else reaches it")
          String host,
      @Param(
              value =
                  "File of tokens, one a line: rights (predict, label, admin), a name and the hash;"
                      + " needed when the host is no loopback address.",
              def = "none")
          String tokens,
      @Param(value = "PEM file of the certificate, for TLS.", def = "none") String certificate,
      @Param(
              value = "PEM file of the certificate's private key, PKCS #8 without a password.",
              def = "none")
          String privateKey,
      @Param(
              value = "Largest body taken.",
              def = "8MB",
              range = "[1024, 1073741824]",
              unit = "bytes",
              origin = "a thousand wide events")
          int maxBody,
      @Param(
              value = "Most events or labels in one request.",
              def = "1000",
              range = "[1, 4096]",
              unit = "records",
              origin = "a millisecond of work; 4096 is the most of an entry of the journal")
          int maxBatch,
      @Param(
              value = "Most connections at a time; more are told to come again.",
              def = "1000",
              range = "[1, 100000]",
              unit = "connections",
              origin = "memory of a connection")
          int maxConnections,
      @Param(
              value = "Requests a second taken from one client; 0 for no limit.",
              def = "0",
              range = "[0, inf)",
              unit = "requests a second",
              origin = "loopback")
          int rate) {}

  private final Parameters parameters;

  public ServeSection(Parameters parameters, Build build) {
    this.parameters = parameters;
  }

  public Parameters parameters() {
    return parameters;
  }
}
