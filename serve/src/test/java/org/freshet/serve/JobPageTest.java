package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.engine.JobPage;
import org.freshet.engine.JobVitals;
import org.freshet.engine.PipelineFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a job on a cluster shows what the cluster tells, and nothing a job has not. */
class JobPageTest {
  private static final String ID = "0123456789abcdef0123456789abcdef";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir Path folder;
  private String address;

  private JobPage.Showing open(String serve) {
    PipelineFile file =
        PipelineFile.parse(
            "p.yaml",
            """
            name: payments
            source: { http: { numeric: [amount], labels: [ok, fraud] } }
            pipeline: [gaussian_nb]
            limits: { memory: 64MB }
            serve: { port: 0 %s }
            """
                .formatted(serve),
            folder,
            List.of());
    return new JobServer().open(file, a -> address = a);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(address + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode json() throws Exception {
    return Service.JSON.readTree(get("/v1/history").body());
  }

  private static JobVitals job(String task, long events, long scored, double loss, long drifts) {
    return new JobVitals(
        ID,
        "running",
        false,
        null,
        System.currentTimeMillis() - 60_000,
        7,
        7,
        0,
        new JobVitals.Checkpoints(12, 0, System.currentTimeMillis() - 3000, 5_000_000, 140),
        new JobVitals.Counts(
            task,
            events,
            scored,
            loss,
            drifts,
            2_000_000,
            3_000_000,
            events * 2e-5,
            9,
            4,
            40,
            0,
            0),
        new JobVitals.Labels(scored, 0, 0, 5, 0, 0, 17, 0, events - scored, 0));
  }

  private static JobVitals as(
      JobVitals v, String state, boolean ended, String trouble, long again) {
    return new JobVitals(
        v.job(),
        state,
        ended,
        trouble,
        v.begun(),
        v.tasks(),
        ended ? 0 : v.running(),
        again,
        v.checkpoints(),
        v.counts(),
        v.labels());
  }

  @Test
  void accuracyIsThatOfTheLastLabelsAlsoOverRestarts() throws Exception {
    try (JobPage.Showing page = open("")) {
      page.show(job("classification", 5000, 4000, 400, 0));
      assertThat(json().at("/models/0/short").asDouble()).isCloseTo(0.9, within(1e-9));
      page.show(job("classification", 5500, 4500, 410, 2));
      page.show(job("classification", 6000, 5000, 430, 2));
      page.show(job("classification", 6500, 5500, 500, 2));
      JsonNode shown = json();
      assertThat(shown.at("/models/0/short").asDouble()).isCloseTo(1 - 90 / 1000.0, within(1e-9));
      assertThat(shown.at("/job/quality").asDouble()).isCloseTo(1 - 500 / 5500.0, within(1e-6));
      assertThat(shown.at("/state/drifts").asLong()).isEqualTo(2);

      // Tasks that begin anew score from 0.
      page.show(as(job("classification", 6400, 100, 20, 0), "running", false, null, 1));
      page.show(as(job("classification", 6600, 300, 40, 3), "running", false, null, 1));
      shown = json();
      assertThat(shown.at("/job/scored").asLong()).isEqualTo(5800);
      assertThat(shown.at("/job/quality").asDouble()).isCloseTo(1 - 540 / 5800.0, within(1e-6));
      assertThat(shown.at("/state/drifts").asLong()).isEqualTo(5);
      assertThat(shown.at("/state/answers").asLong()).isEqualTo(6600);
      assertThat(shown.at("/log").toString()).contains("2 drifts by event 5500", "restart 1");
    }
  }

  @Test
  void errorsOfNumbersAreRoots() throws Exception {
    try (JobPage.Showing page = open("")) {
      page.show(job("regression", 100, 100, 900, 0));
      assertThat(json().at("/models/0/short").asDouble()).isCloseTo(3, within(1e-9));
      assertThat(json().at("/state/task").asText()).isEqualTo("regression");
    }
  }

  @Test
  void nothingElseIsServedAndNobodyElseLetIn() throws Exception {
    try (JobPage.Showing page = open("")) {
      page.show(JobVitals.NONE);
      assertThat(get("/v1/history").statusCode()).isEqualTo(200);
      assertThat(json().at("/models/0/short").isNull()).isTrue();
      assertThat(get("/v1/model").statusCode()).isEqualTo(404);
      assertThat(get("/v1/questions").statusCode()).isEqualTo(404);
      assertThat(get("/").headers().firstValue("Content-Security-Policy")).isPresent();
      HttpRequest foreign =
          HttpRequest.newBuilder(URI.create(address + "/v1/history"))
              .header("Origin", "http://evil.example")
              .build();
      assertThat(CLIENT.send(foreign, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(403);
    }
    assertThatThrownBy(() -> open(", host: 0.0.0.0"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("serve.tokens must name a file of tokens");
  }

  @Test
  void aBrowserShowsIt() throws Exception {
    Path chromium = Browser.find();
    assumeTrue(chromium != null, "the page of jobs is not tested: no Chromium on the path");
    try (JobPage.Showing page = open("");
        Browser browser = new Browser(chromium, folder.resolve("profile"))) {
      browser.look(1200, 1400, false, false);
      page.show(job("classification", 5000, 4000, 400, 0));
      browser.open(address);
      browser.until("document.getElementById('quality').innerText.includes('%')");
      assertThat(browser.text("name")).isEqualTo("payments");
      assertThat(browser.text("quality")).isEqualTo("90.0 %");
      assertThat(browser.text("quality-note")).isEqualTo("90.0 % of 4,000 labels");
      assertThat(browser.text("state-text")).contains("learning", "5,000 answers", "up 1 min");
      assertThat(browser.text("pending")).isEqualTo("1,000");
      assertThat(browser.text("job").replace('\n', ' '))
          .contains("tasks running 7 of 7", "checkpoints 12", "unread at the source 9")
          .contains("unreadable 4", "keys in memory 40")
          .doesNotContain("merges");
      assertThat(browser.text("job-id")).isEqualTo(ID);
      assertThat(browser.text("budgets")).contains("of 64 MB");
      assertThat(browser.text("label-counts").replace('\n', ' '))
          .contains("timed out 17", "corrected 5");
      for (String absent :
          new String[] {"pause", "snapshot", "models", "question-labels", "watches"}) {
        assertThat(browser.value("document.getElementById('" + absent + "').offsetParent").isNull())
            .as(absent)
            .isTrue();
      }
      browser.press("p"); // a job is not paused from here
      page.show(
          as(
              job("classification", 5000, 4000, 400, 0),
              "failed",
              true,
              "the job <b>failed</b>",
              2));
      browser.until("document.getElementById('trouble').innerText === 'the job <b>failed</b>'");
      assertThat(browser.text("state-text")).startsWith("failed").contains("began");
      assertThat(browser.text("log")).contains("restart 2", "is failed");
      assertThat(browser.text("said")).isEmpty();
      assertThat(browser.complaints).isEmpty();
    }
  }
}
