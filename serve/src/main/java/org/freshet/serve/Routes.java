package org.freshet.serve;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.freshet.streams.live.JsonBytes;

/** The routes of the server, each behind the guard. */
final class Routes {
  private static final String OWNER = "owner";
  private static final ThreadLocal<JsonBytes> OUT = ThreadLocal.withInitial(JsonBytes::new);

  /** Answers a request that was let in. */
  interface Handler {
    void handle(Context ctx) throws Exception;
  }

  /** As the document of the API says it, such as {@code POST /v1/questions/{id}}. */
  record Route(String method, String path) {}

  private final RoutesConfig javalin;
  private final Guard guard;
  private final List<Route> all = new ArrayList<>();

  Routes(RoutesConfig javalin, Guard guard) {
    this.javalin = javalin;
    this.guard = guard;
  }

  void get(String path, Access access, Handler handler) {
    add(HandlerType.GET, path, access, handler);
    // Else it would be answered by 200 whatever GET says, and nobody's token asked for.
    on(HandlerType.HEAD, path, access, handler);
  }

  void post(String path, Access access, Handler handler) {
    add(HandlerType.POST, path, access, handler);
  }

  private void add(HandlerType method, String path, Access access, Handler handler) {
    all.add(new Route(method.name(), path.replace('<', '{').replace('>', '}')));
    on(method, path, access, handler);
  }

  private void on(HandlerType method, String path, Access access, Handler handler) {
    javalin.addHttpHandler(
        method,
        path,
        ctx -> {
          ctx.attribute(
              OWNER, guard.admit(ctx.req()::getHeader, ctx.req().getRemoteAddr(), access));
          handler.handle(ctx);
        });
  }

  /** Name of the token a request came with; null where no token is wanted. */
  static String owner(Context ctx) {
    return ctx.attribute(OWNER);
  }

  List<Route> all() {
    return all;
  }

  /** Empty bytes of this thread to write an answer into. */
  static JsonBytes json() {
    return OUT.get().clear();
  }

  /** Sends what was written. */
  static void send(Context ctx, int status, JsonBytes json) throws java.io.IOException {
    ctx.res().setStatus(status);
    ctx.res().setContentType("application/json");
    ctx.res().setContentLength(json.size());
    json.writeTo(ctx.res().getOutputStream());
  }

  static void send(Context ctx, JsonBytes json) throws java.io.IOException {
    send(ctx, 200, json);
  }

  /** Sends an error, the same form for all of them. */
  static void refuse(Context ctx, Refused e) throws java.io.IOException {
    boolean body =
        ctx.req().getContentLengthLong() > 0 || ctx.req().getHeader("Transfer-Encoding") != null;
    if (body && !ctx.req().getInputStream().isFinished()) {
      // The body was not read whole: the connection cannot be used again, and the client must know.
      ctx.res().setHeader("Connection", "close");
    }
    JsonBytes out = json();
    error(e, ctx.res()::setHeader, out);
    send(ctx, e.status(), out);
  }

  /**
   * Writes the headers and the body of an error.
   *
   * @param header takes a name and a value
   */
  static void error(Refused e, BiConsumer<String, String> header, JsonBytes out) {
    if (e.retryAfter() > 0) {
      header.accept("Retry-After", Integer.toString(e.retryAfter()));
    }
    if (e.status() == 401) {
      header.accept("WWW-Authenticate", "Bearer");
    }
    out.ascii("{\"error\":").text(e.getMessage());
    if (e.record() >= 0) {
      out.ascii(",\"record\":").number(e.record());
    }
    if (e.member() != null) {
      out.ascii(",\"member\":").text(e.member());
    }
    out.character('}');
  }
}
