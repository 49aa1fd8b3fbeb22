package org.freshet.learn.cascade;

import java.util.List;
import java.util.Locale;
import org.freshet.core.Column;
import org.freshet.core.DataException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Suggest;

/**
 * An expert whose answers stand in a column of the stream: what a large model said when it was
 * asked about every event, so that a cascade or a router can be judged without asking again.
 *
 * <p>How it works: the answer is the value of the column, as text; a whole number is written
 * without a point. A missing value is no answer, and is paid for all the same. What each answer
 * cost and how long it took may stand in columns as well. These columns are taken away before the
 * first step of the pipeline: they are never features. Other columns with answers, of experts that
 * are not asked, are features like any other: leave them out with {@code ignore} of the source, or
 * with {@code select}.
 *
 * <p>Paper: none.
 *
 * <p>Where we differ: nowhere.
 *
 * <p>The column may hold categories, text or numbers. O(1) an answer. Has no state.
 *
 * <pre>{@code
 * cascade: { levels: [softmax_regression], expert: { recorded: { column: gpt35, cost: 0.002 } } }
 * }</pre>
 */
@Component(name = "recorded", kinds = Kind.EXPERT, family = "cascade")
public final class Recorded implements Expert {
  public record Parameters(
      @Param("Column of the stream with the answers.") String column,
      @Param(
              value = "price of an answer",
              def = "1",
              range = "[0, inf)",
              origin = "costs counted in calls")
          double cost,
      @Param(
              value = "column with the price of each answer; none: all cost the same",
              def = "none",
              origin = "ours")
          String costColumn,
      @Param(
              value = "column with the seconds each answer took; none: not known",
              def = "none",
              origin = "ours")
          String secondsColumn,
      @Param(
              value =
                  "whether the column tells how good the answer was, 0 to 1 or true and false, and"
                      + " not what it was",
              def = "false",
              origin = "most logs hold answers")
          boolean quality) {}

  private static final ExpertAnswer NOTHING = ExpertAnswer.none("the column is empty here", 0);

  private final Schema events;
  private final int column;
  private final double cost;
  private final int costColumn; // -1 without
  private final int secondsColumn;
  private final boolean quality;
  private final String name;
  private final ExpertAnswer missing;

  public Recorded(Parameters p, Build build) {
    events = build.events();
    cost = p.cost();
    quality = p.quality();
    name = p.column();
    column = find(events, p.column());
    costColumn = p.costColumn() == null ? -1 : number(events, p.costColumn());
    secondsColumn = p.secondsColumn() == null ? -1 : number(events, p.secondsColumn());
    missing = ExpertAnswer.none(NOTHING.trouble(), cost);
  }

  private static int find(Schema events, String name) {
    int i = events.indexOf(name);
    if (i >= 0) {
      return i;
    }
    List<String> names = events.columns().stream().map(Column::name).toList();
    String hint = Suggest.didYouMean(name, names);
    throw new SchemaException(
        "recorded: the stream has no column '"
            + name
            + "'"
            + (name.equals(events.labelName()) ? " besides the label" : "")
            + (!hint.isEmpty()
                ? hint
                : "; it has "
                    + String.join(", ", names.subList(0, Math.min(20, names.size())))
                    + (names.size() > 20 ? ", …" : "")
                    + "; a column in 'ignore' of the source cannot be read"));
  }

  private static int number(Schema events, String name) {
    int i = find(events, name);
    Column c = events.column(i);
    if (c.kind() == Column.Kind.TEXT || c.isCategory()) {
      throw new SchemaException(
          "recorded: column '" + name + "' has no numbers, expected what each answer cost or took");
    }
    return i;
  }

  @Override
  public ExpertAnswer answer(Features event) {
    double paid = amount(event, costColumn, cost);
    long nanos = (long) (1e9 * amount(event, secondsColumn, 0));
    double q = quality ? quality(event) : Double.NaN;
    String said = quality ? null : said(event);
    if (said == null && Double.isNaN(q)) {
      boolean plain = paid == cost && nanos == 0;
      return plain ? missing : new ExpertAnswer(null, missing.trouble(), paid, 0, nanos);
    }
    return new ExpertAnswer(said, null, paid, 0, nanos, q);
  }

  /** What an answer cost or took; the usual where its column is empty. */
  private double amount(Features event, int column, double usual) {
    double v = column < 0 ? Double.NaN : event.get(column);
    if (v < 0 || v > 1e9) {
      throw new DataException(
          "recorded",
          0,
          events.column(column).name(),
          "column '"
              + events.column(column).name()
              + "' is "
              + v
              + ", expected what an answer cost or the seconds it took, 0 to 1e9");
    }
    return Double.isNaN(v) ? usual : v;
  }

  private double quality(Features event) {
    Column c = events.column(column);
    if (c.kind() != Column.Kind.TEXT && !c.isCategory()) {
      return graded(event.get(column), null);
    }
    String said = said(event);
    if (said == null) {
      return Double.NaN;
    }
    return switch (said.toLowerCase(Locale.ROOT)) {
      case "true", "yes" -> 1;
      case "false", "no" -> 0;
      default -> graded(Double.NaN, said);
    };
  }

  private double graded(double q, String said) {
    if (said == null && (Double.isNaN(q) || q >= 0 && q <= 1)) {
      return q;
    }
    throw new DataException(
        "recorded",
        0,
        name,
        "column '"
            + name
            + "' is '"
            + (said == null ? Double.toString(q) : said)
            + "', expected a quality from 0 to 1, or true or false");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean gradesItself() {
    return quality;
  }

  /** An expert that was not there yet, or not any more, has said nothing. */
  @Override
  public boolean away(Features event) {
    return quality ? Double.isNaN(quality(event)) : said(event) == null;
  }

  private String said(Features event) {
    Column c = events.column(column);
    if (c.kind() == Column.Kind.TEXT) {
      Object text = event.attachment(events.attachmentOf(column));
      return text == null ? null : text.toString();
    }
    double v = event.get(column);
    if (Double.isNaN(v)) {
      return null;
    }
    if (c.isCategory()) {
      return c.dictionary().name((int) v);
    }
    return v == Math.rint(v) && Math.abs(v) < 1e15 ? Long.toString((long) v) : Double.toString(v);
  }

  @Override
  public boolean isRecorded() {
    return true;
  }

  @Override
  public double price() {
    return cost;
  }
}
