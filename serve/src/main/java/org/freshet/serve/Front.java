package org.freshet.serve;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.freshet.core.ConfigException;
import org.freshet.engine.section.ServeSection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens where the section {@code serve} says: who is let in, TLS, limits, and errors as JSON.
 * What is served is its user's.
 */
final class Front implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Front.class);
  private static final int IDLE_MILLIS = 60_000;

  /** Each request waits on its thread for the pipeline; more than these wait for a thread. */
  private static final int THREADS = 64;

  /** Connections too many that are told so; more than these wait to be accepted. */
  private static final int REFUSABLE = 100;

  private final ServeSection.Parameters settings;
  private final Guard guard;
  private final Crowd crowd;
  private final Javalin http;
  private Routes routes;

  /** What is served. */
  interface Content {
    /**
     * @return what sees requests before the routes do, and refuses those that {@code crowd} does;
     *     null for nothing
     */
    Handler.Wrapper add(Routes routes, Guard guard, Crowd crowd);
  }

  /**
   * @throws ConfigException when the settings are not safe or the files of them not right
   */
  Front(ServeSection.Parameters settings, Content content) {
    this.settings = settings;
    this.guard = new Guard(settings);
    this.crowd = new Crowd(settings.maxConnections());
    if ((settings.certificate() == null) != (settings.privateKey() == null)) {
      throw new ConfigException(
          "serve", "has one of 'certificate' and 'private_key'; TLS needs both");
    }
    this.http =
        Javalin.create(
            c -> {
              configure(c);
              routes = new Routes(c.routes, guard);
              Handler.Wrapper before = content.add(routes, guard, crowd);
              int hold = settings.maxConnections() + (before == null ? 0 : REFUSABLE);
              c.jetty.modifyServer(
                  s -> {
                    if (before != null) {
                      s.setHandler(before);
                    }
                    s.setErrorHandler(new JsonErrors());
                    s.addBean(new NetworkConnectionLimit(hold, s));
                  });
            });
  }

  /** Begins to listen. */
  void start() {
    try {
      http.start();
    } catch (JavalinBindException e) {
      throw new UncheckedIOException(
          new IOException(
              "cannot listen on "
                  + settings.host()
                  + ":"
                  + settings.port()
                  + ", it is taken; --port 0 takes a free port"));
    }
    if (!guard.isLoopback() && settings.certificate() == null) {
      LOG.warn(
          "{} listens without TLS: tokens can be read on the way; give serve.certificate and"
              + " serve.private_key, or put it behind a proxy that has them",
          address());
    }
  }

  private void configure(JavalinConfig c) {
    c.startup.showJavalinBanner = false;
    c.startup.showOldJavalinVersionWarning = false;
    c.startup.startupWatcherEnabled = false;
    c.http.prefer405over404 = true;
    c.http.compressionStrategy = io.javalin.compression.CompressionStrategy.NONE;
    c.jetty.threadPool = new QueuedThreadPool(THREADS, 8);
    c.jetty.addConnector(this::connector);
    c.routes.exception(Refused.class, (e, ctx) -> answer(() -> Routes.refuse(ctx, e)));
    c.routes.exception(
        HttpResponseException.class,
        (e, ctx) -> {
          String methods = e.getDetails().get("availableMethods");
          if (methods != null) {
            ctx.header("Allow", methods);
          }
          answer(() -> Routes.refuse(ctx, new Refused(e.getStatus(), unknown(e, ctx))));
        });
    c.routes.exception(
        Exception.class,
        (e, ctx) -> {
          LOG.error("{} {} failed", ctx.method(), ctx.path(), e);
          answer(() -> Routes.refuse(ctx, new Refused(500, "failed: " + e.getMessage())));
        });
  }

  private static String unknown(HttpResponseException e, io.javalin.http.Context ctx) {
    return switch (e.getStatus()) {
      case 404 -> "there is no " + ctx.method() + " " + ctx.path();
      case 405 -> ctx.path() + " does not take " + ctx.method();
      default -> e.getMessage();
    };
  }

  private interface Answer {
    void send() throws IOException;
  }

  private static void answer(Answer a) {
    try {
      a.send();
    } catch (IOException gone) {
      LOG.debug("the client is gone: {}", gone.getMessage());
    }
  }

  private Connector connector(org.eclipse.jetty.server.Server jetty, HttpConfiguration http) {
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    ServerConnector connector;
    if (settings.certificate() == null) {
      connector = new ServerConnector(jetty, 1, 1, plain);
    } else {
      var secure = new org.eclipse.jetty.server.SecureRequestCustomizer();
      secure.setSniHostCheck(false); // clients check names; this service has one certificate
      http.addCustomizer(secure);
      connector =
          new ServerConnector(
              jetty,
              1,
              1,
              org.eclipse.jetty.server.AbstractConnectionFactory.getFactories(
                  Tls.of(Path.of(settings.certificate()), Path.of(settings.privateKey())), plain));
    }
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(IDLE_MILLIS);
    connector.addBean(crowd);
    return connector;
  }

  /** Such as {@code http://127.0.0.1:8080}. */
  String address() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return (settings.certificate() == null ? "http://" : "https://") + host + ":" + http.port();
  }

  /** All that is served. */
  List<Routes.Route> routes() {
    return routes.all();
  }

  @Override
  public void close() {
    http.stop();
  }
}
