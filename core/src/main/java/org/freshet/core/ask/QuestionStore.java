package org.freshet.core.ask;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A durable queue of questions. It follows the journal of its pipeline: what was asked and which
 * labels came is taken from there, in order, each entry once, with the position in the same
 * transaction; so after a crash the two agree. Leases are its own and go by the wall clock.
 *
 * <p>A question is {@link State#OPEN} until as many annotators as are wanted hold it, then {@link
 * State#LEASED}, and ends in one of the others. An annotator gets a question once, unless the lease
 * was given back or ran out. Each deed is appended to an audit, of which the oldest is removed when
 * its time is over; what each annotator did in all stays known.
 *
 * <p>All methods may be called by any thread, and each is one transaction. They throw {@link
 * java.io.UncheckedIOException} when the store cannot be reached.
 */
public interface QuestionStore extends AutoCloseable {
  /** Where a question stands. */
  enum State {
    OPEN,
    LEASED,
    /** As many answered as were wanted. */
    ANSWERED,
    /** Its label came by itself before anybody answered. */
    KNOWN,
    /** Nobody answered in time, its event waits no longer, or more urgent ones took its place. */
    EXPIRED,
    /** Too many passed it over. */
    SKIPPED
  }

  /** What the audit tells of. */
  enum Deed {
    ASKED,
    LEASED,
    EXTENDED,
    RELEASED,
    /** A lease ran out. */
    LAPSED,
    /** None of the candidates; all labels are asked from now on. */
    NONE,
    ABSTAINED,
    SKIPPED,
    /** The label is in the journal; the only deed that is paid. */
    ANSWERED,
    /** The label is none the model can learn. */
    REFUSED,
    KNOWN,
    EXPIRED,
    /** More than the limit were open, and this one had the least priority. */
    GAVE_WAY
  }

  /** What became of a reply. */
  enum Outcome {
    /** It is taken. */
    TAKEN,
    /** The same was said before and is done. */
    DONE,
    /** The same question is being answered at this moment. */
    BUSY,
    /** Whoever says it does not hold the question, or not any more. */
    LOST
  }

  /**
   * What the queue goes by.
   *
   * @param lease how long somebody has a question, milliseconds
   * @param keep how long what is done is kept, milliseconds
   * @param audit how long the audit is kept, milliseconds; sums of it are kept for ever
   * @param limit of open questions
   * @param price paid for an answer
   * @param prices of those annotators who have one of their own
   */
  record Terms(
      long lease, long keep, long audit, int limit, double price, Map<String, Double> prices) {
    public Terms {
      prices = Map.copyOf(prices);
    }

    /** The audit is kept for ever. */
    public Terms(long lease, long keep, int limit, double price, Map<String, Double> prices) {
      this(lease, keep, Long.MAX_VALUE, limit, price, prices);
    }

    /** The same price for all. */
    public Terms(long lease, long keep, int limit, double price) {
      this(lease, keep, limit, price, Map.of());
    }

    /** What an answer of somebody costs. */
    public double price(String annotator) {
      return prices.getOrDefault(annotator, price);
    }
  }

  /**
   * A question somebody holds.
   *
   * @param lease names this holding, to answer by
   */
  record Held(QueuedQuestion question, String annotator, String lease, long since, long until) {}

  /**
   * A question and where it stands.
   *
   * @param answers given
   * @param held by so many now
   */
  record Listed(QueuedQuestion question, State state, int answers, int held) {}

  /**
   * A deed of the audit.
   *
   * @param n counted from 0
   * @param at milliseconds since 1970
   * @param annotator null where nobody did it
   * @param label null where there is none
   * @param millis from the lease to the reply; -1 where that means nothing
   */
  record Entry(
      long n,
      long at,
      String id,
      long event,
      Deed deed,
      String annotator,
      String label,
      long millis,
      double amount) {}

  /**
   * How many there are.
   *
   * @param oldest when the oldest open one was asked; 0 where none is open
   * @param paid over all
   */
  record Counts(
      long open,
      long leased,
      long answered,
      long known,
      long expired,
      long skipped,
      long oldest,
      double paid) {}

  /**
   * What an annotator did, over all.
   *
   * @param millis mean time to an answer
   */
  record Worker(
      String annotator,
      long held,
      long answered,
      long abstained,
      long skipped,
      double millis,
      double paid) {}

  /** For messages, without any secret. */
  String name();

  /**
   * Opens it for a pipeline.
   *
   * @throws org.freshet.core.ConfigException when it can never be
   */
  void open(String pipeline);

  /** Entries of the journal that are taken. */
  long position();

  /** Takes what entries up to a position brought; nothing where that was taken before. */
  void follow(List<QuestionNews> news, long position, long now);

  /** The journal ends earlier than it did: its machine crashed, or it is another one. */
  void goBack(long position);

  /**
   * Leases questions, the most urgent first. Those the annotator holds already come first and are
   * extended, so that who asks again after a crash gets the same.
   *
   * @param most that are held then
   */
  List<Held> lease(String annotator, int most, long now);

  /**
   * Leases one question, for who has the answer already.
   *
   * @return null where it is not open to the annotator
   */
  Held take(String id, String annotator, long now);

  /** The question somebody holds; null when not. */
  Held held(String id, String lease, String annotator);

  /** Whether somebody gave just this answer before, and it is in the journal. */
  boolean answered(String id, String annotator, String label);

  /** A reply with a label is about to go into the journal; until then the lease cannot run out. */
  Outcome reply(String id, String lease, String annotator, String label, long now);

  /** It did not get there. */
  void withdraw(String id, String lease);

  /** No reply is on its way: the journal has what it will ever have. */
  void withdrawAll();

  /**
   * A reply without a label.
   *
   * @param deed released, extended, none, abstained or skipped
   */
  Outcome end(String id, String lease, String annotator, Deed deed, long now);

  /** The events of these do not wait any longer. */
  void expire(Collection<String> ids, long now);

  /** Questions in a state, the most urgent first. */
  List<Listed> list(State state, int most, long now);

  /** The question about an event; null where there is none. */
  Listed find(String id);

  Counts counts(long now);

  List<Worker> workers();

  /**
   * Deeds in order.
   *
   * @param from number of the first; below 0 counted from the end, -1 for the last alone
   */
  List<Entry> audit(long from, int most);

  @Override
  void close();
}
