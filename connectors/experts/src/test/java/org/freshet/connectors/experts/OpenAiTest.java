package org.freshet.connectors.experts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.component.Arguments;
import org.freshet.core.component.Build;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.Outcomes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server with recorded answers and faults; time is made up. */
class OpenAiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECRET = "sk-very-secret";
  private static final UnaryOperator<String> KEYS = name -> name.equals("MY_KEY") ? SECRET : null;
  private static final Schema EVENTS =
      Schema.classification(
          List.of(Column.text("text"), Column.numeric("age"), Column.category("from", "web")),
          "mood",
          "good",
          "bad");

  /** Sleeping takes no time, and is noted. */
  private static final class MadeUp implements Caller.Clock {
    final List<Long> slept = new ArrayList<>();
    long now;

    @Override
    public long getAsLong() {
      return now;
    }

    @Override
    public void sleep(long millis) {
      slept.add(millis);
      now += millis * 1_000_000;
    }
  }

  private final MadeUp clock = new MadeUp();
  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private OpenAi expert(String more) {
    String key = more.contains("key_variable") ? "" : ", key_variable=MY_KEY";
    Spec spec = Spec.parse("openai(model=m, url='" + server.url() + "'" + key + more + ")");
    ComponentProvider p = Components.find("openai").orElseThrow();
    List<ConfigException.Fault> faults = new ArrayList<>();
    Arguments a = Components.bind(p, spec, faults);
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    return new OpenAi(
        new OpenAi.Parameters(
            a.text("model"),
            a.text("prompt"),
            a.text("url"),
            a.text("key_variable"),
            a.text("instructions"),
            a.texts("examples"),
            a.doubleValue("temperature"),
            a.intValue("max_tokens"),
            a.bool("schema"),
            a.doubleValue("price_in"),
            a.doubleValue("price_out"),
            a.doubleValue("price_call"),
            new HttpParameters(
                a.texts("classes"),
                a.span("timeout"),
                a.intValue("retries"),
                a.span("backoff"),
                a.doubleValue("requests_per_minute"),
                a.intValue("concurrency"),
                a.intValue("cache"))),
        Build.of(EVENTS),
        KEYS,
        clock);
  }

  private static Features event(String text) {
    Batch b = new Batch(EVENTS, 1);
    b.beginRow();
    b.attach(0, text);
    b.set(1, 41);
    b.set(2, 0);
    b.endRow();
    return b.row(0);
  }

  @Test
  void theQuestionHoldsTheEventTheClassesTheExamplesAndTheForm() throws IOException {
    server.says("{\"label\": \"good\"}");
    OpenAi expert =
        expert(
            ", prompt='Mood of {text} ({age}, {from})?', examples=['rain => bad'], price_in=2,"
                + " price_out=8");
    ExpertAnswer answer = expert.answer(event("sunshine"));
    assertThat(answer.label()).isEqualTo("good");
    assertThat(answer.tokens()).isEqualTo(110);
    assertThat(answer.cost()).isCloseTo((100 * 2 + 10 * 8) / 1e6, within(1e-15));
    JsonNode sent = JSON.readTree(server.asked.get(0));
    assertThat(sent.at("/model").asText()).isEqualTo("m");
    assertThat(sent.at("/messages/0/content").asText()).contains("Classes: good, bad.");
    assertThat(sent.at("/messages/1/content").asText()).isEqualTo("rain");
    assertThat(sent.at("/messages/2/content").asText()).isEqualTo("{\"label\":\"bad\"}");
    assertThat(sent.at("/messages/3/content").asText()).isEqualTo("Mood of sunshine (41, web)?");
    assertThat(sent.at("/response_format/json_schema/schema/properties/label/enum").toString())
        .isEqualTo("[\"good\",\"bad\"]");
    assertThat(server.keys).containsExactly("Bearer " + SECRET);
  }

  @Test
  void aServerOfOnesOwnNeedsNoKey() {
    server.says("good");
    assertThat(expert(", key_variable=none").answer(event("a")).label()).isEqualTo("good");
    assertThat(server.keys).containsExactly((String) null);
  }

  @Test
  void theSameQuestionIsPaidOnce() {
    server.says("bad").says("good");
    OpenAi expert = expert(", price_call=1, cache=1");
    assertThat(expert.answer(event("a")).cost()).isEqualTo(1);
    ExpertAnswer again = expert.answer(event("a"));
    assertThat(again.label()).isEqualTo("bad");
    assertThat(again.cost()).isZero();
    assertThat(server.asked).hasSize(1);
    expert.answer(event("b"));
    expert.answer(event("a"));
    assertThat(server.asked).as("only the last question is kept").hasSize(3);
  }

  @Test
  void itWaitsAsLongAsItIsTold() {
    server.thenWait(429, "7").then(500, "").then(503, "").says("Good");
    assertThat(expert("").answer(event("a")).label()).isEqualTo("good");
    assertThat(clock.slept).containsExactly(7000L, 1000L, 2000L);
  }

  @Test
  void whatDoesNotPassIsNoAnswer() {
    server.then(500, SECRET);
    ExpertAnswer answer = expert(", retries=2").answer(event("a"));
    assertThat(answer.label()).isNull();
    assertThat(answer.trouble()).isEqualTo("openai: status 500 after 3 tries");
    assertThat(answer.cost()).isZero();
    assertThat(server.asked).hasSize(3);
  }

  @Test
  void aRequestThatIsWrongIsNotMadeAgain() {
    server.then(400, "");
    assertThat(expert("").answer(event("a")).trouble()).isEqualTo("openai: status 400");
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aSlowServerIsNotWaitedForForever() {
    server.then(0, "");
    ExpertAnswer answer = expert(", timeout=50ms, retries=1").answer(event("a"));
    assertThat(answer.trouble()).isEqualTo("openai: no answer within 50ms after 2 tries");
  }

  @Test
  void aServerThatIsGoneIsNoAnswer() {
    server.close();
    ExpertAnswer answer = expert(", retries=0").answer(event("a"));
    assertThat(answer.trouble()).isEqualTo("openai: no connection to 127.0.0.1 after 1 tries");
  }

  @Test
  void answersOfNoUseArePaidFor() {
    server.then(200, "{\"choices\": [").says("{\"label\": \"soso\"}").says("{\"label\": ");
    OpenAi expert = expert(", price_call=1");
    assertThat(expert.answer(event("a")).trouble()).isEqualTo("openai: the reply is no JSON");
    for (int i = 0; i < 2; i++) {
      ExpertAnswer wrong = expert.answer(event("a"));
      assertThat(wrong.trouble()).isEqualTo("openai: the answer is no class");
      assertThat(wrong.cost()).isEqualTo(1);
      assertThat(wrong.tokens()).isEqualTo(110);
    }
    assertThat(server.asked).as("it is not kept").hasSize(3);
  }

  @Test
  void aRefusedKeyStopsTheRunAndIsNotShown() {
    server.then(401, "wrong key " + SECRET);
    assertThatThrownBy(() -> expert("").answer(event("a")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "openai: 127.0.0.1 refuses the request with status 401; look at the key in the"
                + " environment variable 'MY_KEY'")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void requestsAreSpreadOverTheMinute() {
    server.says("good");
    OpenAi expert = expert(", requests_per_minute=120");
    for (String text : List.of("a", "b", "c")) {
      expert.answer(event(text));
    }
    assertThat(clock.slept).containsExactly(500L, 500L);
  }

  @Test
  void mistakesAreToldWhenItIsMade() {
    assertThatThrownBy(() -> expert(", prompt='{tex}'"))
        .hasMessage("'prompt' of openai names {tex}, which is no column; did you mean 'text'?");
    assertThatThrownBy(() -> expert(", prompt='what is it?'"))
        .hasMessageContaining("says nothing of the event");
    assertThatThrownBy(() -> expert(", key_variable=NO_KEY"))
        .hasMessageContaining(
            "the environment variable 'NO_KEY' with the key of openai is not set");
    assertThatThrownBy(() -> expert(", examples=['rain => wet']"))
        .hasMessageContaining("expected 'question => class' with a class of good, bad");
  }

  @Test
  void aCascadeAsksItAndItsStateHoldsNoSecret() {
    server.says("bad");
    Expert expert = expert(", price_call=1");
    Engine engine = new Engine(EVENTS, new AskAlways(expert), LabelPlan.IMMEDIATE);
    Batch b = new Batch(EVENTS, 3);
    for (int i = 0; i < 3; i++) {
      b.beginRow();
      b.attach(0, "text " + i);
      b.setLabel(0);
      b.endRow();
    }
    Outcomes out = new Outcomes();
    engine.process(b, 0, 3, out);
    assertThat(out.predicted(2)).isEqualTo(1);
    assertThat(engine.experts().cost()).isEqualTo(3);
    assertThat(engine.experts().tokens()).isEqualTo(330);
    StateWriter state = new StateWriter();
    engine.save(state);
    assertThat(new String(state.toBytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain(SECRET);
  }
}
