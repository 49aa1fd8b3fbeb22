package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page asks for, and what its files may do. */
class HistoryTest {
  @TempDir Path folder;

  private static void until(Callable<Boolean> so) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!so.call()) {
      assertThat(System.nanoTime()).as("still not so").isLessThan(end);
      Thread.sleep(50);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path p : all.sorted().toList()) {
        Path target = to.resolve(from.relativize(p).toString());
        if (Files.isDirectory(p)) {
          Files.createDirectories(target);
        } else if (!p.toString().contains(".tmp")) {
          Files.copy(p, target);
        }
      }
    }
  }

  private static List<String> texts(JsonNode history) {
    return history.get("log").findValuesAsText("text");
  }

  /** The folder as a kill would leave it: copied while the pipeline runs. */
  @Test
  void outlivesAKill() throws Exception {
    Path killed = folder.resolve("killed");
    long last;
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      for (int i = 0; i < 100; i++) {
        String label = i % 4 == 0 ? "fraud" : "ok";
        s.post("/v1/events", "{\"id\":\"e" + i + "\",\"features\":{\"amount\":1}}");
        s.post("/v1/labels", "{\"id\":\"e" + i + "\",\"label\":\"" + label + "\"}");
      }
      until(() -> s.get("/v1/history").json().get("points").size() >= 2);
      s.post("/v1/model/pause", "");
      s.post("/v1/model/resume", "");
      Path page = folder.resolve("state/page");
      until(
          () ->
              Files.exists(page)
                  && Files.readString(page, java.nio.charset.StandardCharsets.ISO_8859_1)
                      .contains("goes on"));
      copy(folder.resolve("state"), killed.resolve("state"));
      JsonNode points = s.get("/v1/history").json().get("points");
      last = points.get(0).get(0).asLong();
    }
    try (Service s = new Service(killed, Service.PAYMENTS)) {
      JsonNode h = s.get("/v1/history").json();
      assertThat(h.get("points").get(0).get(0).asLong()).isEqualTo(last);
      assertThat(texts(h)).contains("started", "paused", "goes on", "started after 100 answers");
      assertThat(texts(h).stream().filter("paused"::equals)).hasSize(1);
      assertThat(h.at("/models/0/labels").asInt()).isEqualTo(100);
      assertThat(h.at("/models/0/short").asDouble()).isBetween(0.6, 0.8);
      assertThat(h.at("/labels/learnt").asInt()).isIn(0, 100); // known within a second
    }
  }

  @Test
  void theFilesOfThePageMayAskNobodyElse() throws Exception {
    try (Service s = new Service(folder, Service.PAYMENTS)) {
      Service.Answer page = s.get("/");
      assertThat(page.http().headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'", "connect-src 'self'")
          .doesNotContain("unsafe");
      assertThat(page.body())
          .doesNotContain("http://", "https://", "<script>", "onclick", "style=");
      assertThat(s.get("/page/chart.js").body()).contains("Chart.js v4.5.1");
      assertThat(s.get("/page/..%2f..%2fServer.class").status()).isIn(400, 404);
      assertThat(s.get("/page/index").status()).isEqualTo(404);
      assertThat(s.get("/v1/history?after=x").status()).isEqualTo(400);
    }
  }
}
