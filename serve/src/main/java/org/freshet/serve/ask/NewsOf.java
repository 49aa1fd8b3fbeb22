package org.freshet.serve.ask;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.ask.Question;
import org.freshet.core.ask.QuestionNews;
import org.freshet.core.ask.QueuedQuestion;
import org.freshet.engine.Answers;
import org.freshet.engine.Engine;
import org.freshet.engine.OpenQuestion;
import org.freshet.engine.Outcomes;
import org.freshet.engine.section.QueueSection;
import org.freshet.streams.live.JsonBytes;

/** Makes questions of rows that were answered, and news of labels. */
final class NewsOf {
  /** Labels whose scores are shown, the likeliest. */
  private static final int SCORES = 20;

  /** Columns and characters of a text that are shown. */
  private static final int COLUMNS = 1000;

  private static final int TEXT = 4000;

  private final Schema schema;
  private final QueueSection.Parameters settings;
  private final JsonBytes json = new JsonBytes();

  NewsOf(Schema schema, QueueSection.Parameters settings) {
    this.schema = schema;
    this.settings = settings;
  }

  /** What the rows of an entry brought. */
  List<QuestionNews> rows(Engine engine, Batch rows, Outcomes out) {
    List<QuestionNews> news = new ArrayList<>();
    for (int r = 0; r < rows.size(); r++) {
      switch (out.fate(r)) {
        case ANSWERED -> {
          if (asked(engine, rows, r, out)) {
            news.add(new QuestionNews.Asked(question(engine, rows, r, out)));
          }
        }
        case HEARD -> {
          String by = QuestionNews.annotator(rows.key(r));
          double label = rows.label(r);
          if (by != null && label >= 0) {
            String id = rows.id(r);
            news.add(new QuestionNews.Labelled(id, by, word(label), false, offers(engine, id)));
          }
        }
        case LEARNT, CORRECTED, DUPLICATE -> news.add(label(rows, r, false));
        case UNKNOWN -> {
          if (QuestionNews.annotator(rows.key(r)) != null) {
            news.add(label(rows, r, false)); // its event was given up meanwhile; the work was done
          }
        }
        case REFUSED -> {
          if (rows.id(r) != null) {
            news.add(label(rows, r, true));
          }
        }
        default -> {} // EARLY, REPEATED, TICK: nobody was asked, or was before
      }
    }
    return news;
  }

  /**
   * Whether people are asked: of an event the engine asks about, or of each where it asks about
   * none in particular, whose label has not come. A zero character has no place in the databases.
   */
  private static boolean asked(Engine engine, Batch rows, int r, Outcomes out) {
    String id = rows.id(r);
    return id != null
        && id.indexOf('\0') < 0
        && (engine.asking() == null || out.rowAsked(r))
        && engine.waits(id);
  }

  private QuestionNews label(Batch rows, int r, boolean refused) {
    String by = rows.kind(r) == Batch.Kind.LABEL ? QuestionNews.annotator(rows.key(r)) : null;
    return new QuestionNews.Labelled(rows.id(r), by, word(rows.label(r)), refused);
  }

  /** Whom the question about an event that waits is offered to next. */
  private static List<QueuedQuestion.Offer> offers(Engine engine, String id) {
    return engine.asking().offers(engine.eventOf(id), engine.events(), 0);
  }

  /** A label as people write it. */
  private String word(double label) {
    if (schema.target() != Schema.Target.CLASS) {
      return Double.toString(label);
    }
    return label >= 0 && label < schema.labels().size() ? schema.labels().name((int) label) : "";
  }

  private QueuedQuestion question(Engine engine, Batch rows, int r, Outcomes out) {
    int known = out.rowKnown(r);
    double[] scores = out.rowScores(r);
    int at = out.rowScoresAt(r);
    boolean interval = out.answers() == Answers.INTERVALS;
    double uncertainty = 0;
    if (interval) {
      uncertainty = scores[at + 1] - scores[at];
    } else if (known > 0) {
      uncertainty = 1 - IntStream.range(0, known).mapToDouble(k -> scores[at + k]).max().orElse(0);
    }
    return question(
        rows.id(r),
        out.rowEvent(r),
        uncertainty,
        out.rowPredicted(r),
        interval ? null : scores(scores, at, known),
        candidates(engine, out, r),
        features(rows, r),
        engine.asking() == null
            ? null
            : engine.asking().offers(out.rowEvent(r), engine.events(), out.rowKnown(r)));
  }

  /** A question about an event that came before the queue was there. */
  QuestionNews waiting(OpenQuestion q) {
    return new QuestionNews.Asked(
        question(
            q.id(),
            -1,
            q.uncertainty(),
            q.predicted(),
            scores(q.scores(), 0, schema.labels() == null ? 0 : q.scores().length),
            null,
            null,
            null));
  }

  private QueuedQuestion question(
      String id,
      long event,
      double urgent,
      double predicted,
      String scores,
      List<String> candidates,
      String features,
      List<QueuedQuestion.Offer> offers) {
    long now = System.currentTimeMillis();
    return new QueuedQuestion(
        id,
        event,
        now,
        now + settings.expires().length(),
        Double.isFinite(urgent) ? urgent : 0,
        settings.answers(),
        Double.isNaN(predicted) || predicted < 0 && schema.labels() != null
            ? null
            : word(predicted),
        scores,
        candidates,
        features,
        offers);
  }

  /**
   * The labels the question is of, the likeliest first: by the pipeline's form of questions, or the
   * set where the model answers one; null for all.
   */
  private List<String> candidates(Engine engine, Outcomes out, int r) {
    if (schema.labels() == null) {
      return null;
    }
    double[] scores = out.rowScores(r);
    int at = out.rowScoresAt(r);
    int known = out.rowKnown(r);
    boolean sets = out.answers() == Answers.SETS;
    Question form = engine.asking() == null ? null : engine.asking().question();
    List<String> offered =
        best(scores, at, known)
            .filter(k -> form == null || form.offers(out.rowEvent(r), k, scores, at, known))
            .filter(k -> !sets || scores[at + known + k] == 1)
            .mapToObj(schema.labels()::name)
            .toList();
    return offered.isEmpty() || offered.size() == known ? null : offered;
  }

  /** Codes of labels, the likeliest first. */
  private static IntStream best(double[] scores, int at, int known) {
    return IntStream.range(0, known)
        .boxed()
        .sorted(Comparator.comparingDouble(k -> -scores[at + k]))
        .mapToInt(k -> k);
  }

  private String scores(double[] scores, int at, int known) {
    if (schema.labels() == null || known == 0) {
      return null;
    }
    json.clear().character('{');
    String comma = "";
    for (int k : best(scores, at, known).limit(SCORES).toArray()) {
      json.ascii(comma).text(schema.labels().name(k)).character(':').number(scores[at + k]);
      comma = ",";
    }
    return json.character('}').toString();
  }

  private String features(Batch rows, int r) {
    Features x = rows.row(r);
    if (x.isSparse()) {
      return null;
    }
    json.clear().character('{');
    String comma = "";
    for (int c = 0; c < Math.min(COLUMNS, schema.width()); c++) {
      Column column = schema.column(c);
      double v = x.get(c);
      boolean text = column.kind() == Column.Kind.TEXT;
      Object attached = text ? x.attachment(schema.attachmentOf(c)) : null;
      if (text ? attached == null : Double.isNaN(v)) {
        continue;
      }
      json.ascii(comma).text(column.name()).character(':');
      comma = ",";
      if (text) {
        json.text(cut(attached.toString()));
      } else if (column.isCategory()) {
        json.text(column.dictionary().name((int) v));
      } else {
        json.number(v);
      }
    }
    return json.character('}').toString();
  }

  private static String cut(String text) {
    if (text.length() <= TEXT) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(TEXT - 1)) ? TEXT - 1 : TEXT;
    return text.substring(0, end) + "…";
  }
}
