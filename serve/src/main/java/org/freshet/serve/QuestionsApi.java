package org.freshet.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.freshet.core.Batch;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.ask.QuestionNews;
import org.freshet.core.ask.QuestionStore;
import org.freshet.core.ask.QuestionStore.Deed;
import org.freshet.core.ask.QuestionStore.Held;
import org.freshet.core.ask.QuestionStore.Outcome;
import org.freshet.core.ask.QuestionStore.State;
import org.freshet.core.live.Fate;
import org.freshet.core.live.Records;
import org.freshet.engine.Engine;
import org.freshet.engine.ask.Asking;
import org.freshet.engine.ask.Crowd;
import org.freshet.runtime.Replica;
import org.freshet.serve.ask.Questions;
import org.freshet.serve.meter.Meters;
import org.freshet.streams.live.JsonBytes;
import org.freshet.streams.live.JsonEvents;

/**
 * Questions and their answers. With a queue a question is leased, then answered by the lease; an
 * answer is a label in the journal, and the queue follows the journal. Without one anybody answers
 * what waits.
 */
final class QuestionsApi {
  private static final int SHOWN = 20;
  private static final int MOST = 1000;

  /** Questions somebody may hold. */
  private static final int MOST_HELD = 100;

  /** Replies that are no label. */
  private static final List<Deed> REPLIES =
      List.of(Deed.NONE, Deed.ABSTAINED, Deed.SKIPPED, Deed.RELEASED, Deed.EXTENDED);

  private static final List<String> WORDS = List.of("none", "abstain", "skip", "release", "extend");

  private final Door door;
  private final OpenQuestions open;
  private final Questions queue; // null where there is none
  private final int maxBody;

  /**
   * @param queue null where there is none
   */
  QuestionsApi(Door door, Meters meters, Questions queue, int maxBody) {
    this.door = door;
    this.open = new OpenQuestions(door, meters);
    this.queue = queue;
    this.maxBody = maxBody;
  }

  void add(Routes routes) {
    routes.get("/v1/questions", Access.LABEL, guarded(this::questions));
    routes.post("/v1/questions/<id>", Access.LABEL, guarded(this::answer));
    routes.post("/v1/leases", Access.LABEL, guarded(this::lease));
    routes.get("/v1/annotators", Access.LABEL, guarded(this::annotators));
    routes.get("/v1/audit", Access.LABEL, guarded(this::audit));
  }

  /** Says so where the queue's database is down. */
  private static Routes.Handler guarded(Routes.Handler handler) {
    return ctx -> {
      try {
        handler.handle(ctx);
      } catch (UncheckedIOException e) {
        throw new Refused(503, e.getMessage(), 1);
      }
    };
  }

  private QuestionStore store() {
    return store(door, queue);
  }

  /** The store, once it has heard what the journal has now: who asks sees what he did before. */
  static QuestionStore store(Door door, Questions queue) {
    door.known();
    if (queue == null) {
      throw new Refused(
          409, "this pipeline has no queue of questions; 'labels: { queue: {} }' makes one");
    }
    settle(door, queue);
    return queue.store();
  }

  static void settle(Door door, Questions queue) {
    try {
      queue.await(door.read(r -> r.entry()), 1000L * door.patience());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long now() {
    return System.currentTimeMillis();
  }

  private void questions(Context ctx) throws IOException {
    int most = (int) number(ctx, "limit", SHOWN, 1, MOST);
    JsonBytes out = Routes.json();
    if (queue == null) {
      open.write(most, out);
      Routes.send(ctx, out);
      return;
    }
    State state = state(ctx.queryParam("state"));
    QuestionStore store = store();
    out.raw(door.read(QuestionsApi::standing));
    QuestionJson.counts(store.counts(now()), out.ascii(",\"queue\":"));
    out.ascii(",\"questions\":[");
    String comma = "";
    for (QuestionStore.Listed q : store.list(state, most, now())) {
      QuestionJson.listed(q, out.ascii(comma));
      comma = ",";
    }
    Routes.send(ctx, out.ascii("]}"));
  }

  /** On the pipeline's thread; the object is left open. */
  private static byte[] standing(Replica r) {
    JsonBytes out = new JsonBytes().ascii("{\"waiting\":").number(r.engine().pending());
    Asking a = r.contest().asking();
    if (a != null) {
      out.ascii(",\"budget\":{\"asked\":").number(a.asked()).ascii(",\"spent\":").number(a.spent());
      out.ascii(",\"in_window\":").number(a.spentInWindow());
      out.ascii(",\"allowed\":").number(a.allowed()).character('}');
    }
    byte[] bytes = new byte[out.size()];
    System.arraycopy(out.array(), 0, bytes, 0, bytes.length);
    return bytes;
  }

  static State state(String given) {
    if (given == null) {
      return State.OPEN;
    }
    for (State s : State.values()) {
      if (s.name().toLowerCase(Locale.ROOT).equals(given)) {
        return s;
      }
    }
    throw new Refused(
        400,
        "'state' is '"
            + given
            + "', expected "
            + Arrays.stream(State.values())
                .map(s -> s.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ")));
  }

  private static long number(Context ctx, String name, long otherwise, long least, long most) {
    String given = ctx.queryParam(name);
    if (given == null) {
      return otherwise;
    }
    if (!given.matches("\\d{1,15}")
        || Long.parseLong(given) < least
        || Long.parseLong(given) > most) {
      throw new Refused(400, "'" + name + "' is no number from " + least + " to " + most);
    }
    return Long.parseLong(given);
  }

  /**
   * Who answers: the owner of the token, whatever the body says; without tokens who the body says.
   */
  static String annotator(Context ctx, JsonNode body) {
    String owner = Routes.owner(ctx);
    JsonNode given = body == null ? null : body.get("annotator");
    String name = given == null ? null : given.isTextual() ? given.textValue() : "";
    return annotator(owner, name);
  }

  static String annotator(String owner, String name) {
    if (owner != null) {
      if (name != null && !name.equals(owner)) {
        throw new Refused(403, "the token is that of '" + owner + "'", 0, -1, "annotator");
      }
      return owner;
    }
    if (name != null && !name.matches("[\\w.@-]{1,64}")) {
      throw new Refused(
          400, "'annotator' is no name of 1 to 64 letters, digits . _ @ -", 0, -1, "annotator");
    }
    return name == null ? "local" : name;
  }

  private void lease(Context ctx) throws IOException {
    door.open();
    Body body = Body.of(ctx, maxBody);
    JsonNode given = body.length() == 0 ? null : Json.read(body, "most");
    JsonNode most = given == null ? null : given.get("most");
    if (most != null
        && (!most.isIntegralNumber() || most.longValue() < 1 || most.longValue() > MOST_HELD)) {
      throw new Refused(
          400,
          "'most' is " + Json.shown(most) + ", expected a whole number from 1 to " + MOST_HELD,
          0,
          -1,
          "most");
    }
    String annotator = annotator(ctx, given);
    QuestionStore store = store();
    List<Held> held = lease(store, annotator, most == null ? 1 : most.intValue());
    enough(store);
    JsonBytes out = Routes.json().ascii("{\"annotator\":").text(annotator);
    out.ascii(",\"questions\":[");
    String comma = "";
    for (Held h : held) {
      QuestionJson.held(h, out.ascii(comma));
      comma = ",";
    }
    QuestionJson.counts(queue.store().counts(now()), out.ascii("],\"queue\":"));
    Routes.send(ctx, out.character('}'));
  }

  /** What the engine knows of events that are leased. */
  private record Standing(long entry, Set<String> gone) {}

  /** Leases; an event that does not wait any longer is no question. */
  private List<Held> lease(QuestionStore store, String annotator, int most) {
    while (true) {
      List<Held> held = store.lease(annotator, most, now());
      Standing standing = door.read(r -> standing(r.engine(), r.entry(), held));
      // Of what the queue has not heard of yet it will hear in a moment.
      if (standing.gone.isEmpty() || queue.entry() < standing.entry) {
        return held;
      }
      boolean any = false;
      for (Held h : held) {
        QuestionStore.Listed q = store.find(h.question().id());
        if (standing.gone.contains(h.question().id()) && q != null && q.answers() == 0) {
          any |=
              store.end(h.question().id(), h.lease(), annotator, Deed.RELEASED, now())
                  == Outcome.TAKEN;
        }
      }
      store.expire(standing.gone, now());
      if (!any) {
        return held;
      }
    }
  }

  private static Standing standing(Engine engine, long entry, List<Held> held) {
    Set<String> gone = new TreeSet<>();
    for (Held h : held) {
      if (!engine.waits(h.question().id())) {
        gone.add(h.question().id());
      }
    }
    return new Standing(entry, gone);
  }

  private void answer(Context ctx) throws IOException {
    String id = ctx.pathParam("id");
    door.open();
    JsonNode given = Json.read(Body.of(ctx, maxBody), "label");
    if (queue == null) {
      answerAtOnce(ctx, id, given);
      return;
    }
    QuestionStore store = store();
    String annotator = annotator(ctx, given);
    JsonNode lease = given.get("lease");
    if (lease == null || !lease.isTextual()) {
      throw new Refused(
          400, "has no 'lease', which POST /v1/leases gives with a question", 0, -1, "lease");
    }
    if (given.has("reply") == given.has("label")) {
      throw new Refused(400, "has 'label' or 'reply', one of them", 0, -1, "label");
    }
    if (given.has("reply")) {
      reply(ctx, store, id, lease.textValue(), annotator, given.get("reply"));
      return;
    }
    Records records = new Records(schema(), 1);
    String label = record(id, given.get("label"), annotator, records);
    Fate fate = through(store, id, lease.textValue(), annotator, label, records);
    JsonBytes out = Routes.json().ascii("{\"id\":").text(id).ascii(",\"fate\":\"");
    Routes.send(ctx, out.ascii(fate.name().toLowerCase(Locale.ROOT)).ascii("\"}"));
  }

  /** Brings an answer through the journal; what was answered before is not brought again. */
  private Fate through(
      QuestionStore store, String id, String lease, String by, String label, Records records) {
    switch (store.reply(id, lease, by, label, now())) {
      case DONE -> {
        return Fate.REPEATED;
      }
      case BUSY -> throw new Refused(503, "this answer is being taken; try again in a second", 1);
      case LOST -> throw lost(id, by);
      case TAKEN -> {}
    }
    Waiting waiting = new Waiting();
    try {
      door.put(records.replyTo(waiting));
    } catch (Refused notTaken) {
      store.withdraw(id, lease);
      throw notTaken;
    }
    waiting.await(door.patience(), door::tooLong);
    settle(door, queue);
    if (records.fate(0) == Fate.REFUSED) {
      throw new Refused(400, "'label' is none this model can learn");
    }
    return records.fate(0);
  }

  private static Refused lost(String id, String by) {
    return new Refused(
        409,
        "'"
            + id
            + "' is not held by '"
            + by
            + "' by this lease: it ran out, was given back, or is answered; lease again");
  }

  private void reply(
      Context ctx, QuestionStore store, String id, String lease, String by, JsonNode given)
      throws IOException {
    int i = given.isTextual() ? WORDS.indexOf(given.textValue()) : -1;
    if (i < 0) {
      throw new Refused(
          400,
          "'reply' is " + Json.shown(given) + ", expected " + String.join(", ", WORDS),
          0,
          -1,
          "reply");
    }
    switch (store.end(id, lease, by, REPLIES.get(i), now())) {
      case LOST -> throw lost(id, by);
      case BUSY -> throw new Refused(503, "an answer is being taken; try again in a second", 1);
      case TAKEN -> {
        if (REPLIES.get(i) == Deed.ABSTAINED && door.read(r -> knows(r, by))) {
          say(id, QuestionNews.key(by));
        }
      }
      default -> {}
    }
    JsonBytes out = Routes.json();
    Held still = store.held(id, lease, by);
    if (still == null) {
      out.ascii("{\"id\":").text(id).character('}');
    } else {
      QuestionJson.held(still, out);
    }
    Routes.send(ctx, out);
  }

  private static boolean knows(Replica r, String annotator) {
    Asking a = r.contest().asking();
    return a != null && a.annotator(annotator) >= 0;
  }

  /** Brings a record without a label through the journal, which says what its key says. */
  private void say(String id, String key) {
    Records records = new Records(schema(), 1);
    records.begin(Batch.Kind.LABEL, id, Features.NO_TIME);
    records.key(key);
    records.end();
    Waiting waiting = new Waiting();
    door.put(records.replyTo(waiting));
    waiting.await(door.patience(), door::tooLong);
    settle(door, queue);
  }

  /** What was said of questions that nobody is asked any more is enough. */
  private void enough(QuestionStore store) {
    for (String id : door.read(r -> undecided(r.contest().asking()))) {
      QuestionStore.Listed q = store.find(id);
      if (q == null || q.state() != State.OPEN && q.state() != State.LEASED) {
        say(id, QuestionNews.ENOUGH);
      }
    }
  }

  private static List<String> undecided(Asking asking) {
    return asking == null ? List.of() : asking.undecided(SHOWN);
  }

  /** Without a queue an answer to a question is the event's label, whoever gives it. */
  private void answerAtOnce(Context ctx, String id, JsonNode given) throws IOException {
    Records records = new Records(schema(), 1);
    record(id, given.get("label"), null, records);
    if (!door.read(r -> r.engine().waits(id))) {
      throw new Refused(404, "no event of the id '" + id + "' waits for a label");
    }
    door.through(records);
    if (records.fate(0) == Fate.REFUSED) {
      throw new Refused(400, "'label' is none this model can learn");
    }
    JsonBytes out = Routes.json();
    RecordsApi.fate(records, 0, out);
    Routes.send(ctx, out);
  }

  private Schema schema() {
    return door.live().schema();
  }

  /**
   * Adds a label's record.
   *
   * @param by null where nobody is known to give it
   * @return the label in words
   */
  private String record(String id, JsonNode label, String by, Records into) {
    into.begin(Batch.Kind.LABEL, id, Features.NO_TIME);
    if (by != null) {
      into.key(QuestionNews.key(by));
    }
    String word = label(label, into);
    into.end();
    return word;
  }

  private String label(JsonNode label, Records into) {
    boolean number = schema().target() == Schema.Target.NUMBER;
    if (label == null || !label.isValueNode() || label.isNull()) {
      throw new Refused(400, "has no 'label'", 0, -1, "label");
    }
    if (number && !(label.isNumber() && Double.isFinite(label.doubleValue()))) {
      throw new Refused(
          400, "'label' is " + Json.shown(label) + ", expected a number", 0, -1, "label");
    }
    if (number) {
      into.label(label.doubleValue());
      return Double.toString(label.doubleValue());
    }
    String name = label.asText();
    if (name.isEmpty() || name.length() > JsonEvents.LONGEST_ID) {
      throw new Refused(
          400,
          "'label' has " + name.length() + " characters, allowed 1 to " + JsonEvents.LONGEST_ID,
          0,
          -1,
          "label");
    }
    if (JsonEvents.halfCharacter(name) >= 0) {
      throw new Refused(400, "'label' has half a surrogate pair", 0, -1, "label");
    }
    if (queue != null && name.indexOf('\0') >= 0) {
      throw new Refused(400, "'label' has a zero character", 0, -1, "label");
    }
    into.label(name);
    return name;
  }

  private void annotators(Context ctx) throws IOException {
    JsonBytes out = Routes.json().ascii("{\"annotators\":[");
    String comma = "";
    QuestionStore store = store();
    Map<String, Estimate> estimates = door.read(r -> estimates(r.contest().asking()));
    for (QuestionStore.Worker w : store.workers()) {
      QuestionJson.worker(w, estimates.remove(w.annotator()), out.ascii(comma));
      comma = ",";
    }
    for (Map.Entry<String, Estimate> e : estimates.entrySet()) { // of whom the queue knows nothing
      QuestionJson.worker(
          new QuestionStore.Worker(e.getKey(), 0, 0, 0, 0, 0, 0), e.getValue(), out.ascii(comma));
      comma = ",";
    }
    Routes.send(ctx, out.ascii("]}"));
  }

  /**
   * What is thought of an annotator.
   *
   * @param questions replies it goes by
   */
  record Estimate(double error, long questions) {}

  /** On the pipeline's thread. */
  private static Map<String, Estimate> estimates(Asking asking) {
    Map<String, Estimate> all = new TreeMap<>();
    Crowd crowd = asking == null ? null : asking.crowd();
    for (int a = 0; crowd != null && a < crowd.annotators().size(); a++) {
      all.put(crowd.annotators().get(a).name(), new Estimate(crowd.error(a), crowd.questions(a)));
    }
    return all;
  }

  private void audit(Context ctx) throws IOException {
    long last = number(ctx, "last", 0, 1, 10 * MOST);
    long from = last > 0 ? -last : number(ctx, "from", 0, 0, 999_999_999_999_999L);
    int most = (int) number(ctx, "limit", MOST, 1, 10 * MOST);
    JsonBytes out = Routes.json().ascii("{\"deeds\":[");
    String comma = "";
    for (QuestionStore.Entry e : store().audit(from, most)) {
      QuestionJson.entry(e, out.ascii(comma));
      comma = ",";
    }
    Routes.send(ctx, out.ascii("]}"));
  }
}
