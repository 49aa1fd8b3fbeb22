package org.freshet.core.ask;

import java.util.List;
import org.freshet.core.Features;

/**
 * A costly source of answers: a large model behind HTTP, a slow rule engine, a person, a column of
 * answers given before. It learns nothing from the stream, and is made with the schema of the
 * events as the source gives them ({@code build.events()}).
 *
 * <p>A component of this kind whose answers stand in a column of the stream names it in its
 * parameter {@code column}, and those with what they cost and took in {@code cost_column} and
 * {@code seconds_column}: these are taken away before the first step of the pipeline, so that no
 * learner ever sees them.
 */
public interface Expert extends AutoCloseable {
  /**
   * Asks, and waits for the answer. May be called from several threads at a time.
   *
   * @param event as the source gave it, before any step; valid only during the call
   * @return the answer; never null
   */
  ExpertAnswer answer(Features event);

  /** Names of the classes it answers with; none where only its answers tell. */
  default List<String> classes() {
    return List.of();
  }

  /**
   * Whether its answer stands in the event itself, so that asking again says the same and costs
   * nothing. Live, others are asked on threads of their own, and what they say comes through the
   * journal.
   */
  default boolean isRecorded() {
    return false;
  }

  /** How many questions it takes at a time; live, as many threads ask it. */
  default int concurrency() {
    return 4;
  }

  /** Name in reports and answers. */
  default String name() {
    return "expert";
  }

  /** Whether it gives the quality of its answers in place of answers. */
  default boolean gradesItself() {
    return false;
  }

  /** Whether it cannot be asked about this event; by what is in the event alone. */
  default boolean away(Features event) {
    return false;
  }

  /** What one question costs, as far as that is known before; for choosing. */
  double price();

  @Override
  default void close() {}
}
