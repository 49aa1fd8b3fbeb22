package org.freshet.serve;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.freshet.runtime.Live;
import org.freshet.streams.live.JsonBytes;

/** Health, metrics, and the document of the API. */
final class HealthApi {
  private final Door door;
  private final Supplier<String> metrics;
  private final byte[] document;

  HealthApi(Door door, String version, Supplier<String> metrics) {
    this.door = door;
    this.metrics = metrics;
    this.document = document(version).getBytes(StandardCharsets.UTF_8);
  }

  static String document(String version) {
    try (InputStream in = HealthApi.class.getResourceAsStream("openapi.json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("\"@version@\"", Json.quoted(version));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void add(Routes routes) {
    routes.get("/health/live", Access.OPEN, this::live);
    routes.get("/health/ready", Access.OPEN, this::ready);
    routes.get("/metrics", Access.ANY, this::metrics);
    routes.get("/openapi.json", Access.OPEN, this::document);
  }

  /** Whether the process should be left alone: false once the pipeline failed. */
  static boolean isLive(Live live) {
    return !live.ended().isCompletedExceptionally();
  }

  /** In words why events are not taken now; null when they are. */
  static String notReady(Door door) {
    Live live = door.live();
    if (live.stopping()) {
      return "stopping";
    }
    if (live.paused()) {
      return "paused";
    }
    HttpFeed feed = door.events();
    return live.running() || feed != null && feed.wantsFirst() ? null : "starting";
  }

  private void live(Context ctx) throws IOException {
    boolean live = isLive(door.live());
    JsonBytes out = Routes.json().ascii("{\"live\":").ascii(live ? "true" : "false");
    Routes.send(ctx, live ? 200 : 503, out.character('}'));
  }

  private void ready(Context ctx) throws IOException {
    String why = notReady(door);
    JsonBytes out = Routes.json().ascii("{\"ready\":").ascii(why == null ? "true" : "false");
    if (why != null) {
      out.ascii(",\"reason\":").text(why);
    }
    String trouble = door.live().trouble();
    if (trouble != null) {
      out.ascii(",\"trouble\":").text(trouble);
    }
    Routes.send(ctx, why == null ? 200 : 503, out.character('}'));
  }

  private void metrics(Context ctx) {
    ctx.contentType("text/plain; version=0.0.4; charset=utf-8").result(metrics.get());
  }

  private void document(Context ctx) throws IOException {
    ctx.contentType("application/json").result(document);
  }
}
