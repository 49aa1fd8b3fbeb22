package org.freshet.serve;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.freshet.core.ConfigException;
import org.freshet.engine.section.ServeSection;
import org.freshet.runtime.Live;
import org.freshet.serve.ask.Questions;
import org.freshet.serve.meter.Meters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP front of a live pipeline; listens before the pipeline is started, because the first
 * event may tell the columns. See {@link RecordsApi}, {@link ModelApi}, {@link HealthApi} and
 * {@link InferenceApi} for what it answers, {@link Guard} for whom.
 */
public final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final int IDLE_MILLIS = 60_000;

  /** Each request waits on its thread for the pipeline; more than these wait for a thread. */
  private static final int THREADS = 64;

  /** Seconds an answer is waited for. */
  private static final int PATIENCE = 30;

  /** Connections too many that are told so; more than these wait to be accepted. */
  private static final int REFUSABLE = 100;

  private final ServeSection.Parameters settings;
  private final Guard guard;
  private final Crowd crowd;
  private final Javalin http;
  private final Consumer<String> announce;
  private Routes routes;
  private boolean announced;

  private Server(
      Live live,
      ServeSection.Parameters settings,
      String version,
      Meters meters,
      Questions queue,
      Consumer<String> announce,
      int patience) {
    this.settings = settings;
    this.announce = announce;
    this.guard = new Guard(settings);
    this.crowd = new Crowd(settings.maxConnections());
    if ((settings.certificate() == null) != (settings.privateKey() == null)) {
      throw new ConfigException(
          "serve", "has one of 'certificate' and 'private_key'; TLS needs both");
    }
    Door door = new Door(live, patience);
    this.http =
        Javalin.create(
            c -> {
              configure(c);
              routes = new Routes(c.routes, guard);
              RecordsApi records = new RecordsApi(door, settings.maxBody(), settings.maxBatch());
              records.add(routes);
              c.jetty.modifyServer(
                  s -> {
                    s.setHandler(new Express(door, guard, crowd, records, settings.maxBody()));
                    s.setErrorHandler(new JsonErrors());
                  });
              new QuestionsApi(door, meters, queue, settings.maxBody()).add(routes);
              new CsvApi(door, queue, settings.maxBody(), settings.maxBatch()).add(routes);
              new ModelApi(door, settings.maxBody()).add(routes);
              new HealthApi(door, version, meters::prometheus).add(routes);
              new Page(meters).add(routes);
              new InferenceApi(door, version, settings.maxBody(), settings.maxBatch()).add(routes);
            });
    if (door.events() != null) {
      door.events().whenWaiting(this::ready);
    }
  }

  /**
   * @param live not started yet
   * @param meters what {@code /metrics} and the page show
   * @param queue of open questions; null where there is none
   * @param announce told the address once events are taken; on any thread
   * @throws ConfigException when the settings are not safe or the files of them not right
   */
  public static Server start(
      Live live,
      ServeSection.Parameters settings,
      String version,
      Meters meters,
      Questions queue,
      Consumer<String> announce) {
    return start(live, settings, version, meters, queue, announce, PATIENCE);
  }

  /**
   * As the other.
   *
   * @param patience seconds an answer is waited for
   */
  static Server start(
      Live live,
      ServeSection.Parameters settings,
      String version,
      Meters meters,
      Questions queue,
      Consumer<String> announce,
      int patience) {
    Server server = new Server(live, settings, version, meters, queue, announce, patience);
    try {
      server.http.start();
    } catch (JavalinBindException e) {
      throw new UncheckedIOException(
          new IOException(
              "cannot listen on "
                  + settings.host()
                  + ":"
                  + settings.port()
                  + ", it is taken; --port 0 takes a free port"));
    }
    if (!server.guard.isLoopback() && settings.certificate() == null) {
      LOG.warn(
          "{} listens without TLS: tokens can be read on the way; give serve.certificate and"
              + " serve.private_key, or put it behind a proxy that has them",
          server.address());
    }
    return server;
  }

  private void configure(JavalinConfig c) {
    c.startup.showJavalinBanner = false;
    c.startup.showOldJavalinVersionWarning = false;
    c.startup.startupWatcherEnabled = false;
    c.http.prefer405over404 = true;
    c.http.compressionStrategy = io.javalin.compression.CompressionStrategy.NONE;
    c.jetty.threadPool = new QueuedThreadPool(THREADS, 8);
    c.jetty.addConnector(this::connector);
    int hold = settings.maxConnections() + REFUSABLE;
    c.jetty.modifyServer(s -> s.addBean(new NetworkConnectionLimit(hold, s)));
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

  /** The pipeline runs: the address is told, unless it was. */
  public synchronized void ready() {
    if (!announced) {
      announced = true;
      announce.accept(address());
    }
  }

  /** Such as {@code http://127.0.0.1:8080}. */
  public String address() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return (settings.certificate() == null ? "http://" : "https://") + host + ":" + http.port();
  }

  /** All that is served, as the document of the API must have it. */
  List<Routes.Route> routes() {
    return routes.all();
  }

  @Override
  public void close() {
    http.stop();
  }
}
