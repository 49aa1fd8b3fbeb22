package org.freshet.serve;

import io.javalin.Javalin;
import org.freshet.engine.section.ServeSection;
import org.freshet.runtime.Live;

/** The HTTP front of a live pipeline; listens before the pipeline is started. */
public final class Server implements AutoCloseable {
  private final Javalin http;
  private final ServeSection.Parameters settings;

  private Server(Javalin http, ServeSection.Parameters settings) {
    this.http = http;
    this.settings = settings;
  }

  public static Server start(Live live, ServeSection.Parameters settings, String version) {
    Javalin http =
        Javalin.create(
            c -> {
              c.startup.showJavalinBanner = false;
              c.routes.get("/health/live", ctx -> ctx.result("ok\n"));
            });
    http.start(settings.host(), settings.port());
    return new Server(http, settings);
  }

  /** Such as {@code http://127.0.0.1:8080}. */
  public String address() {
    return "http://" + settings.host() + ":" + http.port();
  }

  @Override
  public void close() {
    http.stop();
  }
}
