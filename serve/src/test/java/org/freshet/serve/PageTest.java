package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a browser, against a service that runs. */
class PageTest {
  private static final String PIPELINE =
      """
      name: payments
      source: { http: { numeric: [amount], labels: [ok, "<b>fraud</b>"] } }
      pipeline: [drift_reset: { learner: { gaussian_nb: {} }, detector: { ddm: {} } }]
      challengers: [ { name: bayes, pipeline: [gaussian_nb] } ]
      """;

  @TempDir Path folder;

  /** Events and their labels; halfway through the classes change places. */
  private static void feed(Service s) throws Exception {
    Random random = new Random(7);
    for (int block = 0; block < 20; block++) {
      StringBuilder events = new StringBuilder("[");
      StringBuilder labels = new StringBuilder("[");
      for (int i = 0; i < 100; i++) {
        boolean high = random.nextBoolean();
        String comma = i > 0 ? "," : "";
        String id = "e" + (100 * block + i);
        double amount = high ? 100 + random.nextDouble() : random.nextDouble();
        events.append(
            "%s{\"id\":\"%s\",\"features\":{\"amount\":%s}}".formatted(comma, id, amount));
        String label = high == (block < 12) ? "<b>fraud</b>" : "ok";
        labels.append("%s{\"id\":\"%s\",\"label\":\"%s\"}".formatted(comma, id, label));
      }
      assertThat(s.post("/v1/events", events + "]").status()).isEqualTo(200);
      assertThat(s.post("/v1/labels", labels + "]").status()).isEqualTo(200);
    }
  }

  @Test
  void showsWhatThePipelineLearntAndLabelsAQuestionByAKey() throws Exception {
    Path chromium = Browser.find();
    assumeTrue(chromium != null, "no Chromium on the path; CHROMIUM=/path/to/it names one");
    try (Service s = new Service(folder, PIPELINE);
        Browser b = new Browser(chromium, folder.resolve("profile"))) {
      b.look(1200, 1600, false, false);
      b.open(s.address);
      b.until("document.getElementById('name')?.innerText === 'payments'");
      assertThat(b.text("empty-quality")).startsWith("No labels yet");
      assertThat(b.text("empty-questions")).isEqualTo("No event waits for its label.");

      feed(s);
      b.until("Number(document.getElementById('chart-quality').dataset.marks) > 0");
      double accuracy = s.get("/v1/history").json().at("/models/0/short").asDouble();
      assertThat(b.text("quality")).isEqualTo("%.1f %%".formatted(100 * accuracy));
      assertThat(b.text("drifts-note")).startsWith("last at");
      assertThat(b.text("models")).contains("main", "bayes", "no change", "majority");
      assertThat(b.text("log")).contains("drift", "at event");

      s.post("/v1/events", "{\"id\":\"open-1\",\"features\":{\"amount\":3.5}}");
      b.until("document.getElementById('question-id').innerText === 'open-1'");
      assertThat(b.text("question-features")).contains("amount", "3.5");
      // What comes from data is text: no element is made of it.
      assertThat(b.text("question-labels")).contains("<b>fraud</b>");
      assertThat(b.value("document.querySelectorAll('#question b').length").asInt()).isZero();
      b.press("2");
      b.until("document.getElementById('question-done').innerText.startsWith('open-1 is')");
      b.until("!document.getElementById('empty-questions').hidden");
      assertThat(s.get("/v1/model").json().at("/labels/learnt").asInt()).isEqualTo(2001);

      b.press("p");
      b.until("document.getElementById('state-text').innerText.includes('paused')");
      assertThat(s.live.paused()).isTrue();
      b.press("p");
      b.until("document.getElementById('state-text').innerText.includes('learning')");
      b.press("?");
      b.until("document.getElementById('keys').open");
      assertThat(b.complaints).isEmpty();
    }
  }

  @Test
  void fitsAPhone() throws Exception {
    Path chromium = Browser.find();
    assumeTrue(chromium != null, "no Chromium on the path; CHROMIUM=/path/to/it names one");
    try (Service s = new Service(folder, PIPELINE);
        Browser b = new Browser(chromium, folder.resolve("profile"))) {
      b.look(360, 740, true, true);
      b.open(s.address);
      b.until("document.getElementById('name')?.innerText === 'payments'");
      assertThat(b.value("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(360);
    }
  }

  @Test
  void itsFilesMayAskNobodyElse() throws Exception {
    try (Service s = new Service(folder, PIPELINE)) {
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
