package org.freshet.connectors.experts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server with recorded answers. */
class HttpExpertTest {
  private static final Schema EVENTS =
      Schema.classification(
          List.of(Column.text("text"), Column.numeric("age"), Column.category("from", "web")),
          "mood",
          "good",
          "bad");

  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Expert expert(String more) {
    Spec spec = Spec.parse("http_expert(url='" + server.url() + "'" + more + ")");
    return Build.of(EVENTS).create(spec, Expert.class);
  }

  private static Features event(String id, double age) {
    Batch b = new Batch(EVENTS, 1);
    b.beginRow();
    b.attach(0, "sun");
    b.set(1, age);
    b.set(2, 0);
    b.setId(id);
    b.endRow();
    return b.row(0);
  }

  @Test
  void theEventGoesOutAsJsonAndTheClassComesBack() throws IOException {
    server.then(200, "{\"label\": \" Good \"}");
    ExpertAnswer answer = expert(", price=0.25").answer(event("e1", 41));
    assertThat(answer.label()).isEqualTo("good");
    assertThat(answer.trouble()).isNull();
    assertThat(answer.cost()).isEqualTo(0.25);
    assertThat(answer.nanos()).isPositive();
    JsonNode sent = new ObjectMapper().readTree(server.asked.get(0));
    assertThat(sent.toString())
        .isEqualTo("{\"text\":\"sun\",\"age\":41.0,\"from\":\"web\",\"id\":\"e1\"}");
    assertThat(server.keys).containsExactly((String) null);
  }

  @Test
  void whatIsMissingIsNullAndAnEventNeedsNoId() throws IOException {
    server.then(200, "{\"label\": \"bad\"}");
    expert("").answer(event(null, Double.NaN));
    assertThat(server.asked.get(0)).isEqualTo("{\"text\":\"sun\",\"age\":null,\"from\":\"web\"}");
  }

  @Test
  void theReplySaysWhereTheClassStandsAndWhatItCosts() {
    server.then(200, "{\"out\": [{\"class\": \"bad\"}], \"cost\": 0.75}");
    ExpertAnswer answer = expert(", answer='/out/0/class'").answer(event("e", 1));
    assertThat(answer.label()).isEqualTo("bad");
    assertThat(answer.cost()).isEqualTo(0.75);
    assertThatThrownBy(() -> expert(", answer=out"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("expected a JSON pointer such as /label");
  }

  @Test
  void theSameEventIsPaidOnceWhateverItsId() {
    server.then(200, "{\"label\": \"good\"}");
    Expert expert = expert("");
    assertThat(expert.answer(event("a", 1)).cost()).isEqualTo(1);
    assertThat(expert.answer(event("b", 1)).cost()).isZero();
    assertThat(expert.answer(event("b", 2)).cost()).isEqualTo(1);
    assertThat(server.asked).hasSize(2);
  }

  @Test
  void answersOfNoUseArePaidForAndThoseThatDoNotComeAreNot() {
    server.then(200, "no").then(200, "{\"label\": \"soso\"}").then(200, "{}").then(404, "");
    Expert expert = expert(", retries=0");
    for (String trouble :
        List.of("the reply is no JSON", "the answer is no class", "the answer is no class")) {
      ExpertAnswer answer = expert.answer(event("a", 1));
      assertThat(answer.label()).isNull();
      assertThat(answer.trouble()).isEqualTo("http_expert: " + trouble);
      assertThat(answer.cost()).isEqualTo(1);
    }
    ExpertAnswer none = expert.answer(event("a", 1));
    assertThat(none.trouble()).isEqualTo("http_expert: status 404");
    assertThat(none.cost()).isZero();
  }
}
