package org.freshet.serve;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The page: a handful of files, all from here, that may run no script but their own and ask no
 * address but this one; and what the page asks for each second.
 */
final class Page {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  private static final String CHARTS =
      "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  /** Makes what the page asks for: points after a time, entries of the log from a number on. */
  interface Story {
    byte[] json(long after, long from);
  }

  private record File(byte[] bytes, String type, String tag) {}

  private final Story story;
  private final Map<String, File> files = new HashMap<>();

  Page(Story story) {
    this.story = story;
    file("index.html", "text/html; charset=utf-8");
    file("page.css", "text/css; charset=utf-8");
    file("icon.svg", "image/svg+xml");
    for (String script :
        new String[] {"page.js", "api.js", "charts.js", "format.js", "job.js", "questions.js"}) {
      file(script, SCRIPT);
    }
    // Its map of sources is not served.
    String charts = new String(read(CHARTS), StandardCharsets.UTF_8);
    add(
        "chart.js",
        charts.replaceFirst("//# sourceMappingURL=.*", "").getBytes(StandardCharsets.UTF_8),
        SCRIPT);
  }

  void add(Routes routes) {
    routes.get("/", Access.OPEN, this::index);
    routes.get("/page/<file>", Access.OPEN, this::file);
    routes.get("/v1/history", Access.ANY, this::history);
  }

  private void file(String name, String type) {
    add(name, read("page/" + name), type);
  }

  private void add(String name, byte[] bytes, String type) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    String tag = "\"" + HexFormat.of().toHexDigits(sum.getValue(), 8) + "\"";
    files.put(name, new File(bytes, type, tag));
  }

  private static byte[] read(String resource) {
    try (InputStream in = Page.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its file " + resource);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The page itself. */
  private void index(Context ctx) {
    send(ctx, files.get("index.html"));
  }

  /** One of its files, by the name in the path; no path leads to the file system. */
  private void file(Context ctx) {
    File file = files.get(ctx.pathParam("file"));
    if (file == null) {
      throw new Refused(404, "there is no GET " + ctx.path());
    }
    send(ctx, file);
  }

  private static void send(Context ctx, File file) {
    ctx.header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .header("Cache-Control", "no-cache")
        .header("ETag", file.tag);
    if (file.tag.equals(ctx.header("If-None-Match"))) {
      ctx.status(304);
    } else {
      ctx.contentType(file.type).result(file.bytes);
    }
  }

  /** Points, the log, and how things stand. */
  private void history(Context ctx) {
    ctx.header("Cache-Control", "no-store")
        .contentType("application/json")
        .result(story.json(number(ctx, "after"), number(ctx, "from")));
  }

  private static long number(Context ctx, String name) {
    String given = ctx.queryParam(name);
    if (given == null) {
      return 0;
    }
    try {
      return Long.parseLong(given);
    } catch (NumberFormatException e) {
      throw new Refused(400, "'" + name + "' is no whole number");
    }
  }
}
