package org.freshet.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
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
      promote: { automatic: false }
      watch: { window: 200 }
      limits: { memory: 64MB, latency: 10s }
      """;

  private static final String NUMBERS =
      """
      name: demand
      source: { http: { numeric: [hour], task: regression } }
      pipeline: [target_mean]
      """;

  private static final int ENTER = 13;
  private static final int ESCAPE = 27;
  private static final int TAB = 9;

  @TempDir static Path profile;

  @TempDir Path folder;

  private static Browser browser; // null where there is none

  @BeforeAll
  static void open() throws Exception {
    Path chromium = Browser.find();
    browser = chromium == null ? null : new Browser(chromium, profile.resolve("profile"));
  }

  @AfterAll
  static void close() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void look() throws Exception {
    assumeTrue(
        browser != null,
        "the page is not tested: no Chromium on the path; CHROMIUM=/path/to/it names one");
    browser.look(1200, 1600, false, false);
  }

  /** Events and their labels; after 1,200 of 2,000 the classes change places. */
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

  private static void go(Service s) throws Exception {
    browser.open(s.address);
    browser.until("/\\S/.test(document.getElementById('name').innerText)");
  }

  private static void untilText(String id, String part) throws Exception {
    browser.until(
        "document.getElementById('%s').innerText.includes(%s)"
            .formatted(id, Service.JSON.writeValueAsString(part)));
  }

  @Test
  void showsWhatThePipelineLearnt() throws Exception {
    try (Service s = new Service(folder, PIPELINE)) {
      go(s);
      assertThat(browser.text("name")).isEqualTo("payments");
      assertThat(browser.text("empty-quality")).startsWith("No labels yet");
      assertThat(browser.text("empty-questions")).isEqualTo("No event waits for its label.");
      assertThat(browser.text("empty-watches")).startsWith("Nothing measured yet");

      feed(s);
      browser.until("Number(document.getElementById('chart-quality').dataset.marks) > 0");
      JsonNode shown = s.get("/v1/history").json();
      assertThat(browser.text("quality"))
          .isEqualTo("%.1f %%".formatted(100 * shown.at("/models/0/short").asDouble()));
      assertThat(browser.text("drifts-note")).startsWith("last at");
      assertThat(browser.text("models")).contains("main", "bayes", "no change", "majority");
      assertThat(browser.text("legend")).contains("main", "bayes", "no change", "drift");
      assertThat(browser.text("log")).contains("drift", "at event");
      untilText("watches", "amount");
      assertThat(browser.text("watches")).contains("answers", "psi");
      untilText("budgets", "of 64 MB");
      assertThat(browser.text("budgets")).contains("disk", "latency", "of 10 s", "queue");
      untilText("label-counts", "2,000"); // figures of the pipeline's thread are a second old
      assertThat(browser.text("label-counts")).contains("labels learnt", "100 %");
      assertThat(browser.complaints).isEmpty();
    }
  }

  @Test
  void aKeyLabelsAnOpenQuestion() throws Exception {
    try (Service s = new Service(folder, PIPELINE)) {
      go(s);
      s.post("/v1/events", "{\"id\":\"open-1\",\"features\":{\"amount\":3.5}}");
      untilText("question-id", "open-1");
      assertThat(browser.text("question-features")).contains("amount", "3.5");
      // What comes from data is text: no element is made of it.
      assertThat(browser.text("question-labels")).contains("<b>fraud</b>");
      assertThat(browser.value("document.querySelectorAll('#question b').length").asInt()).isZero();
      browser.press("2");
      untilText("question-done", "open-1 is <b>fraud</b>");
      browser.until("!document.getElementById('empty-questions').hidden");
      assertThat(s.get("/v1/model").json().at("/labels/learnt").asInt()).isEqualTo(1);
      assertThat(s.get("/v1/questions").json().get("waiting").asInt()).isZero();

      s.post(
          "/v1/events",
          "[{\"id\":\"a/b\",\"features\":{\"amount\":1}},{\"id\":\"c\",\"features\":{\"amount\":1}}]");
      untilText("question-at", "of 2");
      String first = browser.text("question-id");
      browser.press("j");
      browser.until("document.getElementById('question-id').innerText !== '" + first + "'");
      browser.press("k");
      browser.until("document.getElementById('question-id').innerText === '" + first + "'");
      browser.click("#question-labels button"); // by mouse
      untilText("question-done", first + " is ok");
      browser.press("1");
      browser.until("!document.getElementById('empty-questions').hidden");
      assertThat(s.get("/v1/model").json().at("/labels/learnt").asInt()).isEqualTo(3);
      assertThat(browser.complaints).isEmpty();
    }
  }

  private static final String QUEUE =
      """
      name: sorting
      source: { http: { numeric: [length], categorical: [site], labels: [ash, birch, cedar, date] } }
      pipeline: [conformal: { learner: gaussian_nb, coverage: 0.8 }]
      labels: { budget: { count: 500 }, queue: { price: 0.5 }, ask: { random: {} } }
      """;

  /** Short ones are ash or birch, long ones cedar or date, as the model learns. */
  private static void teach(Service s) throws Exception {
    Random random = new Random(5);
    StringBuilder events = new StringBuilder("[");
    for (int i = 0; i < 200; i++) {
      boolean isLong = random.nextBoolean();
      String label = isLong ? (i % 2 == 0 ? "cedar" : "date") : i % 2 == 0 ? "ash" : "birch";
      double length = random.nextGaussian() + (isLong ? 50 : 0);
      String comma = i > 0 ? "," : "";
      events.append(
          "%s{\"id\":\"t%d\",\"features\":{\"length\":%s,\"site\":\"north\"},\"label\":\"%s\"}"
              .formatted(comma, i, length, label));
    }
    assertThat(s.post("/v1/events", events + "]").status()).isEqualTo(200);
  }

  /** Posts an event and waits until it is a question. */
  private static void ask(Service s, String id, double length) throws Exception {
    s.post(
        "/v1/events",
        "{\"id\":\"%s\",\"features\":{\"length\":%s,\"site\":\"north\"}}".formatted(id, length));
    assertThat(s.queue.await(s.live.read(r -> r.entry()).get(), 60_000)).isTrue();
  }

  @Test
  void aQueueIsWorkedByKeys() throws Exception {
    try (Service s = new Service(folder, QUEUE)) {
      teach(s);
      go(s);
      ask(s, "short", 0.2);
      untilText("questions-count", "1 open");
      untilText("questions-budget", "of 500");
      assertThat(browser.value("document.getElementById('question').hidden").asBoolean()).isTrue();
      assertThat(s.get("/v1/questions").json().at("/queue/leased").asInt()).isZero();

      browser.click("#question-who");
      browser.type("anna");
      browser.key("Enter", ENTER);
      untilText("question-id", "short");
      untilText("question-lease", "as anna");
      browser.value("document.activeElement.blur()");
      assertThat(browser.text("question-labels")).contains("ash", "birch", "None of these");
      assertThat(browser.text("question-labels")).doesNotContain("cedar", "date");
      assertThat(browser.text("question-features")).contains("north");
      browser.press("0");
      untilText("question-labels", "cedar");
      assertThat(browser.text("question-labels")).doesNotContain("None");
      browser.press("3");
      untilText("question-done", "short is cedar");
      untilText("deeds", "anna answered short: cedar");
      untilText("questions-count", "0.5 paid");
      JsonNode audit = s.get("/v1/audit?last=1").json().at("/deeds/0");
      assertThat(audit.get("annotator").asText()).isEqualTo("anna");

      ask(s, "other", 50.1); // comes to who works
      untilText("question-id", "other");
      browser.press("x");
      untilText("question-done", "left to others");
      untilText("deeds", "anna skipped other");
      untilText("empty-questions", "No question is open for you.");
      ask(s, "third", 50.2);
      untilText("question-id", "third");
      browser.click("#question-leave");
      untilText("deeds", "anna gave back third");
      browser.until("!document.getElementById('question-start').hidden");
      assertThat(s.get("/v1/questions").json().at("/queue/leased").asInt()).isZero();
      assertThat(browser.complaints).isEmpty();
      for (int width : new int[] {1200, 360}) {
        browser.look(width, 1600, false, width < 400);
        browser.until("document.documentElement.scrollWidth <= " + width); // charts follow
      }
    }
  }

  @Test
  void aNumberIsTyped() throws Exception {
    try (Service s = new Service(folder, NUMBERS)) {
      go(s);
      s.post("/v1/events", "{\"id\":\"n\",\"features\":{\"hour\":3}}");
      untilText("question-id", "n");
      browser.click("#question-value");
      browser.type("soon");
      browser.key("Enter", ENTER);
      untilText("question-done", "A number, please.");
      browser.value("document.getElementById('question-value').value = ''");
      browser.type("12,5");
      browser.key("Enter", ENTER);
      untilText("question-done", "n is 12.5");
      assertThat(s.get("/v1/model").json().at("/labels/learnt").asInt()).isEqualTo(1);
      untilText("quality-name", "RMSE");
      assertThat(browser.complaints).isEmpty();
    }
  }

  @Test
  void promotesAndRollsBackOnceOneIsSure() throws Exception {
    try (Service s = new Service(folder, PIPELINE)) {
      feed(s);
      go(s);
      untilText("models", "bayes");
      browser.click("#models .challenger button");
      browser.until("document.getElementById('sure').open");
      assertThat(browser.text("sure-text")).contains("bayes");
      browser.click("#sure button[value=no]");
      browser.until("!document.getElementById('sure').open");
      assertThat(s.get("/v1/model").json().get("model").asText()).isEqualTo("main-1");

      browser.click("#models .challenger button");
      browser.until("document.getElementById('sure').open");
      browser.click("#sure button[value=yes]");
      untilText("said", "Promoted bayes.");
      assertThat(s.get("/v1/model").json().get("model").asText()).isEqualTo("bayes-2");
      untilText("state-text", "by bayes-2");
      browser.until("document.querySelector('#models .champion').innerText.startsWith('bayes')");
      untilText("log", "bayes-2 answers from event 2000 on in place of main-1: by hand");
      untilText("legend", "promotion");

      browser.press("b");
      browser.until("document.getElementById('sure').open");
      browser.key("Escape", ESCAPE);
      browser.until("!document.getElementById('sure').open");
      assertThat(s.get("/v1/model").json().get("model").asText()).isEqualTo("bayes-2");
      browser.press("b");
      browser.until("document.getElementById('sure').open");
      browser.click("#sure button[value=yes]");
      untilText("said", "Rolled back.");
      assertThat(s.get("/v1/model").json().get("model").asText()).startsWith("main-");
      browser.until("document.querySelector('#models .champion').innerText.startsWith('main')");

      browser.click("#rollback"); // there is nothing before main
      browser.until("document.getElementById('sure').open");
      browser.click("#sure button[value=yes]");
      browser.until("/\\S/.test(document.getElementById('said').innerText)");
      assertThat(s.get("/v1/model").json().get("model").asText()).startsWith("main-");
    }
  }

  @Test
  void asksForAToken() throws Exception {
    Tokens.Made boss = Tokens.make("boss", EnumSet.of(Access.LABEL, Access.ADMIN));
    Tokens.Made web = Tokens.make("web", EnumSet.of(Access.PREDICT));
    Files.writeString(folder.resolve("tokens.txt"), boss.line() + "\n" + web.line() + "\n");
    try (Service s =
        new Service(folder, PIPELINE, ", tokens: tokens.txt", HttpClient.newHttpClient())) {
      browser.open(s.address);
      browser.until("document.getElementById('ask-token').open");
      untilText("token-why", "wants a token");
      browser.click("#token");
      browser.type("p" + boss.token()); // a wrong one; no key of it is a command
      browser.key("Enter", ENTER);
      browser.until("document.getElementById('ask-token').open");
      untilText("token-why", "does not know this token");
      assertThat(s.live.paused()).isFalse();

      browser.click("#token");
      browser.type(web.token());
      browser.key("Enter", ENTER);
      untilText("name", "payments");
      browser.press("p");
      untilText("said", "the token of 'web' has not the right 'admin'");
      assertThat(s.live.paused()).isFalse();
      untilText("empty-questions", "has not the right 'label'");

      browser.value("sessionStorage.clear()");
      browser.until("document.getElementById('ask-token').open");
      browser.click("#token");
      browser.type(boss.token());
      browser.key("Enter", ENTER);
      browser.until("!document.getElementById('ask-token').open");
      browser.press("p");
      untilText("state-text", "paused");
      assertThat(s.live.paused()).isTrue();
      browser.press("p");
      untilText("state-text", "learning");

      String kept = browser.value("location.href + document.cookie + localStorage.length").asText();
      assertThat(kept).isEqualTo(s.address + "/0"); // in neither; gone with the tab
      assertThat(browser.value("document.getElementById('token').value").asText()).isEmpty();
    }
  }

  @Test
  void everythingIsDoneByKeys() throws Exception {
    try (Service s = new Service(folder, PIPELINE)) {
      go(s);
      browser.press("p");
      untilText("state-text", "paused");
      assertThat(s.live.paused()).isTrue();
      assertThat(browser.text("pause")).isEqualTo("Go on");
      browser.press("p");
      untilText("state-text", "learning");
      browser.press("s");
      untilText("said", "A snapshot was made.");
      browser.press("r");
      browser.until("document.getElementById('range-long').ariaPressed === 'true'");
      browser.press("?");
      browser.until("document.getElementById('keys').open");
      browser.press("p"); // not while a dialog is open
      browser.key("Escape", ESCAPE);
      browser.until("!document.getElementById('keys').open");
      assertThat(s.live.paused()).isFalse();

      browser.value("document.activeElement.blur()");
      browser.key("Tab", TAB);
      assertThat(browser.value("document.activeElement.className").asText()).isEqualTo("skip");
      assertThat(browser.value("document.activeElement.getBoundingClientRect().left").asDouble())
          .isPositive(); // it shows when it has the focus
      browser.key("Tab", TAB);
      assertThat(browser.value("document.activeElement.id").asText()).isEqualTo("pause");
      assertThat(
              browser
                  .value("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
                  .asDouble())
          .isGreaterThanOrEqualTo(2);
      assertThat(browser.complaints).isEmpty();
    }
  }

  /** Contrast of two colours of the page by WCAG 2, from 1 to 21. */
  private static double contrast(String colour, String on) throws Exception {
    return browser
        .value(
            """
            (() => {
              const css = getComputedStyle(document.documentElement);
              const light = (name) => {
                const hex = css.getPropertyValue(name).trim().slice(1);
                const [r, g, b] = [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
                  .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const [a, b] = [light('%s'), light('%s')].sort((x, y) => y - x);
              return (a + 0.05) / (b + 0.05);
            })()
            """
                .formatted(colour, on))
        .asDouble();
  }

  @Test
  void isReadInLightAndInDark() throws Exception {
    try (Service s = new Service(folder, PIPELINE)) {
      String[] papers = new String[2];
      for (int dark = 0; dark < 2; dark++) {
        browser.look(1200, 1600, dark == 1, false);
        go(s);
        papers[dark] = browser.value("getComputedStyle(document.body).backgroundColor").asText();
        for (String text : new String[] {"--ink", "--soft", "--bad", "--good", "--warn"}) {
          assertThat(contrast(text, "--card")).as(text).isGreaterThan(4.5);
        }
        assertThat(contrast("--soft", "--paper")).isGreaterThan(4.5);
        assertThat(contrast("--card", "--accent")).isGreaterThan(4.5); // a strong button
        for (String line :
            new String[] {
              "--accent", "--second", "--third", "--fourth", "--fifth", "--sixth", "--baseline"
            }) {
          assertThat(contrast(line, "--card")).as(line).isGreaterThan(3);
        }
      }
      assertThat(papers[0]).isNotEqualTo(papers[1]);
    }
  }

  @Test
  void fitsAPhone() throws Exception {
    try (Service s = new Service(folder, PIPELINE)) {
      feed(s);
      s.post("/v1/events", "{\"id\":\"" + "long-".repeat(40) + "\",\"features\":{\"amount\":3.5}}");
      for (int width : new int[] {390, 360, 320}) {
        browser.look(width, 740, true, true);
        go(s);
        untilText("models", "bayes");
        untilText("question-id", "long-");
        untilText("watches", "amount");
        browser.until("document.documentElement.scrollWidth <= " + width);
      }
    }
  }

  @Test
  void saysWhatEverythingIsAndKeepsStill() throws Exception {
    try (Service s = new Service(folder, PIPELINE)) {
      feed(s);
      go(s);
      untilText("models", "bayes");
      untilText("watches", "amount");
      String unnamed =
          """
          [...document.querySelectorAll('button, input, canvas, dialog, section, [role=group], [tabindex="0"]')]
            .filter((e) => !(e.getAttribute('aria-label') || e.labels?.length || e.innerText?.trim()
              || document.getElementById(e.getAttribute('aria-labelledby'))?.textContent.trim()))
            .map((e) => e.outerHTML.slice(0, 80)).join()
          """;
      assertThat(browser.value(unnamed).asText()).isEmpty();
      assertThat(browser.value("document.documentElement.lang").asText()).isEqualTo("en");
      assertThat(
              browser
                  .value(
                      "getComputedStyle(document.querySelector('.bar .fill')).transitionDuration")
                  .asText())
          .isEqualTo("0s"); // motion is reduced
    }
  }

  @Test
  void theCurvesGoOnAfterARestart() throws Exception {
    try (Service s = new Service(folder, PIPELINE)) {
      feed(s);
      go(s);
      browser.until("Number(document.getElementById('chart-quality').dataset.marks) > 0");
    }
    try (Service s = new Service(folder, PIPELINE)) {
      go(s);
      untilText("legend", "start");
      assertThat(browser.text("log")).contains("drift", "ended after 2000", "started after 2000");
      assertThat(browser.text("quality")).contains("%");
      assertThat(browser.text("watches")).contains("amount");
      assertThat(
              browser
                  .value("Number(document.getElementById('chart-quality').dataset.marks)")
                  .asInt())
          .isPositive();
    }
  }
}
