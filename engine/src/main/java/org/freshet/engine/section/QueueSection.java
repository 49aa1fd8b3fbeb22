package org.freshet.engine.section;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Section;
import org.freshet.core.component.Span;

/**
 * The queue of open questions of a live pipeline, {@code queue} of {@code labels}: each event whose
 * label is asked for waits there until somebody answers, over HTTP, on the page or by a CSV file.
 *
 * <p>Without {@code url} it is the file {@code questions.db} of the state folder. It survives what
 * the journal survives, see {@code state.durability}.
 *
 * <pre>{@code
 * labels: { queue: { lease: 5m, expires: 2d, price: 0.1 } }
 * labels: { queue: { url: "jdbc:postgresql://db/fraud", password_variable: FRAUD_DB_PASSWORD } }
 * }</pre>
 */
@Component(name = "queue", kinds = Kind.SECTION, family = "pipeline_file")
public final class QueueSection implements Section {
  public record Parameters(
      @Param(
              value = "PostgreSQL server, such as jdbc:postgresql://host:5432/database.",
              def = "none",
              origin = "SQLite in the state folder")
          String url,
      @Param(
              value = "Environment variable with the user of PostgreSQL.",
              def = "none",
              origin = "the user of the system")
          String userVariable,
      @Param(
              value = "Environment variable with the password of PostgreSQL.",
              def = "none",
              origin = "a password in a file is soon in a repository")
          String passwordVariable,
      @Param(
              value = "How long an annotator has a question before it is offered to others.",
              def = "5m",
              origin = "a coffee")
          Span lease,
      @Param(value = "How long a question waits for an answer.", def = "7d", origin = "a week")
          Span expires,
      @Param(value = "How long questions that are done are kept.", def = "30d", origin = "a month")
          Span keep,
      @Param(
              value =
                  "How long the audit is kept; what was paid, and what each annotator did in all,"
                      + " stays known.",
              def = "730d",
              origin = "two years")
          Span audit,
      @Param(
              value =
                  "The most open questions; beyond it the one with the least priority is given up.",
              def = "10000",
              range = "[1, 1000000]",
              unit = "questions",
              origin = "more than people answer")
          int limit,
      @Param(
              value =
                  "Annotators each question is asked of; not with annotators in labels, where their"
                      + " worth decides.",
              def = "1",
              range = "[1, 9]",
              origin = "one answer a question")
          int answers,
      @Param(
              value = "What an answer costs, in a unit of your own.",
              def = "0",
              range = "[0, 1000000000]",
              origin = "unpaid")
          double price) {}

  private final Parameters parameters;

  public QueueSection(Parameters parameters, Build build) {
    this.parameters = parameters;
    StateSection.time("lease", parameters.lease(), "5m");
    StateSection.time("expires", parameters.expires(), "7d");
    StateSection.time("keep", parameters.keep(), "30d");
    StateSection.time("audit", parameters.audit(), "730d");
  }

  public Parameters parameters() {
    return parameters;
  }
}
