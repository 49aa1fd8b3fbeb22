package org.freshet.connectors.experts;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.UnaryOperator;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Any service that is posted an event as JSON and answers with a class.
 *
 * <p>How it works: the request is an object with a field for each column of the event, missing
 * values null, and {@code id} where the event has one; the class is read from the reply at the JSON
 * pointer {@code answer}. The reply's field {@code cost}, where it has one, is what the answer
 * costs, else {@code price}. Failures, secrets and the cache are as with {@code openai}.
 *
 * <p>Paper: none.
 *
 * <p>Where we differ: nowhere.
 *
 * <pre>{@code
 * expert: { http_expert: { url: "https://rules.example.org/classify", price: 0.01, classes: [ok, fraud] } }
 * }</pre>
 */
@Component(name = "http_expert", kinds = Kind.EXPERT, family = "cascade")
public final class HttpExpert implements Expert {
  private static final ObjectMapper JSON = new ObjectMapper();

  public record Parameters(
      @Param("Where events are posted to: an http or https URL.") String url,
      @Param(
              value = "Where the class stands in the reply: a JSON pointer.",
              def = "/label",
              origin = "the field of Freshet's own answers")
          String answer,
      @Param(
              value = "Environment variable with a key sent as a bearer token; none sends no key.",
              def = "none",
              origin = "a secret in a file is soon in a repository")
          String keyVariable,
      @Param(
              value = "Price of an answer that does not say its own.",
              def = "1",
              range = "[0, inf)",
              origin = "costs counted in calls")
          double price,
      HttpParameters http) {}

  private final Parameters p;
  private final Schema schema;
  private final List<String> classes;
  private final JsonPointer pointer;
  private final Caller caller;
  private final AnswerCache cache;

  public HttpExpert(Parameters p, Build build) {
    this(p, build, System::getenv, Caller.Clock.REAL);
  }

  HttpExpert(Parameters p, Build build, UnaryOperator<String> environment, Caller.Clock clock) {
    this.p = p;
    schema = build.events();
    classes = Classes.of("http_expert", p.http().classes(), schema);
    pointer = pointer(p.answer());
    String key = Caller.bearer("http_expert", p.keyVariable(), environment);
    caller = new Caller("http_expert", p.url(), p.http(), key, p.keyVariable(), clock);
    cache = new AnswerCache(p.http().cache());
  }

  private static JsonPointer pointer(String given) {
    try {
      return JsonPointer.compile(given);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "", "'answer' of http_expert is '" + given + "', expected a JSON pointer such as /label");
    }
  }

  @Override
  public int concurrency() {
    return p.http().concurrency();
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public ExpertAnswer answer(Features event) {
    ObjectNode row = row(event);
    String question = row.toString();
    String known = cache.get(question);
    if (known != null) {
      return ExpertAnswer.of(known, 0);
    }
    if (event.id() != null) {
      row.put("id", event.id());
    }
    long start = System.nanoTime();
    Caller.Reply reply = caller.post(row.toString());
    long nanos = System.nanoTime() - start;
    if (reply.body() == null) {
      return new ExpertAnswer(null, reply.trouble(), 0, 0, nanos);
    }
    JsonNode body;
    try {
      body = JSON.readTree(reply.body());
    } catch (JsonProcessingException e) {
      return new ExpertAnswer(null, "http_expert: the reply is no JSON", p.price(), 0, nanos);
    }
    double own = body.path("cost").asDouble(p.price());
    double cost = own >= 0 && own < 1e15 ? own : p.price();
    String label = Classes.find(classes, body.at(pointer).asText(""));
    if (label == null) {
      return new ExpertAnswer(null, "http_expert: the answer is no class", cost, 0, nanos);
    }
    cache.put(question, label);
    return new ExpertAnswer(label, null, cost, 0, nanos);
  }

  private ObjectNode row(Features event) {
    ObjectNode row = JSON.createObjectNode();
    for (int i = 0; i < schema.width(); i++) {
      Column c = schema.column(i);
      if (c.kind() == Column.Kind.TEXT) {
        Object text = event.attachment(schema.attachmentOf(i));
        row.put(c.name(), text == null ? null : text.toString());
      } else if (!Double.isFinite(event.get(i))) {
        row.putNull(c.name());
      } else if (c.isCategory()) {
        row.put(c.name(), c.dictionary().name((int) event.get(i)));
      } else {
        row.put(c.name(), event.get(i));
      }
    }
    return row;
  }

  @Override
  public double price() {
    return p.price();
  }
}
