package org.freshet.serve;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.ask.QuestionNews;
import org.freshet.core.ask.QuestionStore;
import org.freshet.core.ask.QuestionStore.Held;
import org.freshet.core.ask.QuestionStore.Listed;
import org.freshet.core.ask.QuestionStore.Outcome;
import org.freshet.core.live.Fate;
import org.freshet.core.live.Records;
import org.freshet.serve.ask.QuestionCsv;
import org.freshet.serve.ask.QuestionCsv.Answer;
import org.freshet.serve.ask.QuestionCsv.Broken;
import org.freshet.serve.ask.Questions;
import org.freshet.streams.live.JsonBytes;
import org.freshet.streams.live.JsonEvents;

/**
 * Questions as a CSV file, and answers from one. A file of the wrong form changes nothing; of one
 * of the right form each line counts for itself, and those that cannot be taken are told.
 */
final class CsvApi {
  private static final int MOST = 100_000;

  private final Door door;
  private final Questions queue; // null where there is none
  private final int maxBody;
  private final int block;

  CsvApi(Door door, Questions queue, int maxBody, int maxBatch) {
    this.door = door;
    this.queue = queue;
    this.maxBody = maxBody;
    this.block = Math.min(maxBatch, 500);
  }

  void add(Routes routes) {
    routes.get("/v1/questions.csv", Access.LABEL, this::export);
    routes.post("/v1/questions.csv", Access.LABEL, this::take);
  }

  private static long now() {
    return System.currentTimeMillis();
  }

  private void export(Context ctx) throws IOException {
    QuestionStore store = QuestionsApi.store(door, queue);
    List<Listed> listed;
    try {
      listed = store.list(QuestionsApi.state(ctx.queryParam("state")), MOST, now());
    } catch (UncheckedIOException e) {
      throw new Refused(503, e.getMessage(), 1);
    }
    byte[] csv =
        QuestionCsv.write(listed.stream().map(Listed::question).toList())
            .getBytes(StandardCharsets.UTF_8);
    ctx.res().setContentType("text/csv");
    ctx.res().setContentLength(csv.length);
    ctx.res().setHeader("Content-Disposition", "attachment; filename=\"questions.csv\"");
    ctx.res().getOutputStream().write(csv);
  }

  /** What was read, and what becomes of it. */
  private static final class Import {
    private final String annotator;
    private final List<String> faults = new ArrayList<>(); // as JSON
    private int answered;
    private int repeated;
    private int empty;

    Import(String annotator) {
      this.annotator = annotator;
    }

    void fault(Answer a, String why) {
      JsonBytes out = new JsonBytes().ascii("{\"line\":").number(a.line());
      faults.add(out.ascii(",\"id\":").text(a.id()).ascii(",\"error\":").text(why) + "}");
    }
  }

  private void take(Context ctx) throws IOException {
    QuestionStore store = QuestionsApi.store(door, queue);
    door.open();
    Import i = new Import(QuestionsApi.annotator(Routes.owner(ctx), ctx.queryParam("annotator")));
    Body body = Body.of(ctx, maxBody);
    List<Answer> answers;
    try {
      answers = QuestionCsv.read(body.bytes(), body.length());
    } catch (Broken e) {
      throw new Refused(400, "the file " + e.getMessage());
    }
    try {
      List<Answer> good = usable(answers, i);
      for (int from = 0; from < good.size(); from += block) {
        some(store, good.subList(from, Math.min(from + block, good.size())), i);
      }
    } catch (UncheckedIOException e) {
      throw new Refused(503, e.getMessage() + "; send the file again, what was taken is known", 1);
    }
    JsonBytes out = Routes.json().ascii("{\"answered\":").number(i.answered);
    out.ascii(",\"repeated\":").number(i.repeated).ascii(",\"empty\":").number(i.empty);
    out.ascii(",\"faults\":[").raw(String.join(",", i.faults).getBytes(StandardCharsets.UTF_8));
    Routes.send(ctx, out.ascii("]}"));
  }

  /** The lines with a label that can be one, each event once. */
  private List<Answer> usable(List<Answer> answers, Import i) {
    Schema schema = door.live().schema();
    List<String> classes =
        schema.labels() == null
            ? List.of()
            : door.read(r -> List.copyOf(r.schema().labels().names()));
    Map<String, Integer> lines = new HashMap<>();
    List<Answer> good = new ArrayList<>();
    for (Answer a : answers) {
      if (a.label().isEmpty()) {
        i.empty++;
        continue;
      }
      Integer before = lines.putIfAbsent(a.id(), a.line());
      String why =
          before == null ? fault(a.label(), schema, classes) : "is in line " + before + " too";
      if (why == null) {
        good.add(a);
      } else {
        i.fault(a, why);
      }
    }
    return good;
  }

  private static String fault(String label, Schema schema, List<String> classes) {
    if (schema.target() == Schema.Target.NUMBER) {
      return number(label) == null ? "the label '" + label + "' is no number" : null;
    }
    if (!classes.contains(label)) {
      return "the label '"
          + (label.length() > 80 ? label.substring(0, 80) + "…" : label)
          + "' is none of the classes known";
    }
    return JsonEvents.halfCharacter(label) >= 0 ? "the label has half a surrogate pair" : null;
  }

  private static Double number(String label) {
    try {
      double v = Double.parseDouble(label);
      return Double.isFinite(v) ? v : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Leases and answers some, which go through the journal together. */
  private void some(QuestionStore store, List<Answer> answers, Import i) {
    Schema schema = door.live().schema();
    Records records = new Records(schema, answers.size());
    List<Answer> taken = new ArrayList<>();
    List<Held> leases = new ArrayList<>();
    for (Answer a : answers) {
      Double number = schema.target() == Schema.Target.NUMBER ? number(a.label()) : null;
      String word = number == null ? a.label() : number.toString();
      Held held = store.take(a.id(), i.annotator, now());
      Outcome outcome =
          held == null ? Outcome.LOST : store.reply(a.id(), held.lease(), i.annotator, word, now());
      if (outcome != Outcome.TAKEN) {
        notTaken(store, a, word, i);
        continue;
      }
      records.begin(Batch.Kind.LABEL, a.id(), Features.NO_TIME);
      records.key(QuestionNews.key(i.annotator));
      if (number == null) {
        records.label(word);
      } else {
        records.label(number.doubleValue());
      }
      records.end();
      taken.add(a);
      leases.add(held);
    }
    if (taken.isEmpty()) {
      return;
    }
    Waiting waiting = new Waiting();
    try {
      door.put(records.replyTo(waiting));
    } catch (Refused full) {
      leases.forEach(h -> store.withdraw(h.question().id(), h.lease()));
      throw full;
    }
    waiting.await(door.patience(), door::tooLong);
    for (int k = 0; k < taken.size(); k++) {
      if (records.fate(k) == Fate.REFUSED) {
        i.fault(taken.get(k), "the model cannot learn this label");
      } else {
        i.answered++;
      }
    }
    QuestionsApi.settle(door, queue);
  }

  private static void notTaken(QuestionStore store, Answer a, String word, Import i) {
    Listed q = store.find(a.id());
    if (q == null) {
      i.fault(a, "no question is about this event");
    } else if (store.answered(a.id(), i.annotator, word)) {
      i.repeated++;
    } else {
      String state = q.state().name().toLowerCase(Locale.ROOT);
      i.fault(
          a,
          q.state() == QuestionStore.State.OPEN
              ? "'" + i.annotator + "' passed this question over or answered it otherwise"
              : "the question is " + state + (q.held() > 0 ? " by somebody else" : ""));
    }
  }
}
