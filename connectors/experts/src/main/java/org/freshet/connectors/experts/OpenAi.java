package org.freshet.connectors.experts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.UnaryOperator;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * A large language model behind an OpenAI-compatible service: it is asked which class an event
 * belongs to.
 *
 * <p>How it works: {@code prompt} with the values of the event in it goes out as a chat completion,
 * behind {@code instructions}, the classes, and {@code examples} as earlier turns of the chat. The
 * answer is asked for as JSON under a schema that allows the classes and nothing else; one that
 * comes as the bare name of a class is taken too. An answer that is neither, or no class, is paid
 * for and of no use. The answer costs its tokens at {@code price_in} and {@code price_out} per
 * million, plus {@code price_call}; one from the cache costs nothing.
 *
 * <p>Failures that may pass are tried again, see {@code retries}; after the last of them there is
 * no answer. A refused key (status 401 or 403) stops an evaluation; live it is a failure. The key
 * is read from an environment variable, and is nowhere else: not in files, messages or snapshots.
 *
 * <p>Paper: none.
 *
 * <p>Where we differ: nowhere.
 *
 * <p>An evaluation asks one question after the other, because each answer is learnt before the next
 * event is decided on; live, {@code concurrency} at a time, and the answers come through the
 * journal. Answers of a service may differ from run to run, and then so do results.
 *
 * <pre>{@code
 * expert:
 *   openai:
 *     model: gpt-4o-mini
 *     prompt: "Which emotion is in this report? {text}"
 *     classes: [joy, fear, anger, sadness]
 * }</pre>
 */
@Component(name = "openai", kinds = Kind.EXPERT, family = "cascade")
public final class OpenAi implements Expert {
  private static final ObjectMapper JSON = new ObjectMapper();

  public record Parameters(
      @Param("Name of the model, as the service knows it.") String model,
      @Param(
              value = "What is asked: text with the names of columns in braces, or {columns}.",
              def = "\"{columns}\"",
              origin = "all that is known of the event")
          String prompt,
      @Param(
              value = "Address of chat completions.",
              def = "\"https://api.openai.com/v1/chat/completions\"",
              origin = "OpenAI; many services and local servers have the same interface")
          String url,
      @Param(
              value = "Environment variable with the key; none sends no key.",
              def = "OPENAI_API_KEY",
              origin = "its usual name")
          String keyVariable,
      @Param(
              value = "What the model is told before the classes.",
              def = "\"Answer with the class that fits the user's message best.\"",
              origin = "ours")
          String instructions,
      @Param(
              value =
                  "Earlier questions with their answers, each as 'question => class'; they are sent"
                      + " along every time.",
              def = "none",
              origin = "none are cheapest")
          List<String> examples,
      @Param(
              value = "Randomness of the answer.",
              def = "0",
              range = "[0, 2]",
              origin = "the likeliest answer")
          double temperature,
      @Param(
              value = "Most tokens of an answer.",
              def = "50",
              range = "[1, 100000]",
              unit = "tokens",
              origin = "room for the name of a class as JSON")
          int maxTokens,
      @Param(
              value = "Whether the form of the answer is sent along; some services refuse it.",
              def = "true",
              origin = "OpenAI's structured outputs")
          boolean schema,
      @Param(
              value = "Price of a million tokens read.",
              def = "0",
              range = "[0, inf)",
              origin = "look at the service's price list")
          double priceIn,
      @Param(
              value = "Price of a million tokens written.",
              def = "0",
              range = "[0, inf)",
              origin = "look at the service's price list")
          double priceOut,
      @Param(
              value = "Price of an answer besides.",
              def = "0",
              range = "[0, inf)",
              origin = "1, with the others 0, counts calls")
          double priceCall,
      HttpParameters http) {}

  private final Parameters p;
  private final List<String> classes;
  private final Template prompt;
  private final Caller caller;
  private final AnswerCache cache;
  private final ObjectNode head;
  private double paid;
  private long answers;

  public OpenAi(Parameters p, Build build) {
    this(p, build, System::getenv, Caller.Clock.REAL);
  }

  OpenAi(Parameters p, Build build, UnaryOperator<String> environment, Caller.Clock clock) {
    this.p = p;
    classes = Classes.of("openai", p.http().classes(), build.events());
    prompt = new Template("openai", p.prompt(), build.events());
    String key = Caller.bearer("openai", p.keyVariable(), environment);
    caller = new Caller("openai", p.url(), p.http(), key, p.keyVariable(), clock);
    cache = new AnswerCache(p.http().cache());
    head = head();
  }

  /** All of a request but the question itself. */
  private ObjectNode head() {
    ObjectNode o = JSON.createObjectNode();
    o.put("model", p.model());
    o.put("temperature", p.temperature());
    o.put("max_tokens", p.maxTokens());
    ArrayNode messages = o.putArray("messages");
    String choice = String.join(", ", classes);
    say(
        messages,
        "system",
        p.instructions() + " Classes: " + choice + ". Answer as JSON: {\"label\": \"<class>\"}.");
    for (String example : p.examples() == null ? List.<String>of() : p.examples()) {
      int arrow = example.lastIndexOf("=>");
      String label = arrow < 0 ? null : Classes.find(classes, example.substring(arrow + 2));
      if (label == null) {
        throw new ConfigException(
            "",
            "an example of openai is '"
                + example
                + "', expected 'question => class' with a class of "
                + choice);
      }
      say(messages, "user", example.substring(0, arrow).strip());
      say(messages, "assistant", answer(label).toString());
    }
    if (p.schema()) {
      ObjectNode format = o.putObject("response_format").put("type", "json_schema");
      ObjectNode named = format.putObject("json_schema").put("name", "answer").put("strict", true);
      ObjectNode schema = named.putObject("schema").put("type", "object");
      ObjectNode label = schema.putObject("properties").putObject("label").put("type", "string");
      ArrayNode all = label.putArray("enum");
      classes.forEach(all::add);
      schema.putArray("required").add("label");
      schema.put("additionalProperties", false);
    }
    return o;
  }

  private static ObjectNode answer(String label) {
    return JSON.createObjectNode().put("label", label);
  }

  private static void say(ArrayNode messages, String role, String content) {
    messages.addObject().put("role", role).put("content", content);
  }

  @Override
  public String name() {
    return p.model();
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
    String question = prompt.fill(event);
    String known = cache.get(question);
    if (known != null) {
      return ExpertAnswer.of(known, 0);
    }
    ObjectNode request = head.deepCopy();
    say((ArrayNode) request.get("messages"), "user", question);
    long start = System.nanoTime();
    Caller.Reply reply = caller.post(request.toString());
    long nanos = System.nanoTime() - start;
    if (reply.body() == null) {
      return new ExpertAnswer(null, reply.trouble(), 0, 0, nanos);
    }
    JsonNode body = parsed(reply.body());
    if (body == null) {
      return paid(null, "openai: the reply is no JSON", p.priceCall(), 0, nanos);
    }
    long in = Math.max(0, body.path("usage").path("prompt_tokens").asLong(0));
    long out = Math.max(0, body.path("usage").path("completion_tokens").asLong(0));
    double cost = p.priceCall() + (in * p.priceIn() + out * p.priceOut()) / 1e6;
    String label = label(body.path("choices").path(0).path("message").path("content").asText(""));
    if (label == null) {
      return paid(null, "openai: the answer is no class", cost, in + out, nanos);
    }
    cache.put(question, label);
    return paid(label, null, cost, in + out, nanos);
  }

  private synchronized ExpertAnswer paid(
      String label, String trouble, double cost, long tokens, long nanos) {
    paid += cost;
    answers++;
    return new ExpertAnswer(label, trouble, cost, tokens, nanos);
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private String label(String content) {
    JsonNode said = content.strip().startsWith("{") ? parsed(content) : null;
    String name = said == null ? content : said.path("label").asText("");
    return Classes.find(classes, name);
  }

  /** The mean price of the answers so far; before the first, that of a call. */
  @Override
  public synchronized double price() {
    return answers == 0 ? p.priceCall() : paid / answers;
  }
}
