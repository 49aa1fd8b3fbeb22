package org.freshet.runtime;

import java.util.Base64;
import java.util.List;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.merge.CommonModel;
import org.freshet.engine.merge.Copy;
import org.freshet.engine.merge.Delta;
import org.freshet.engine.merge.Merged;
import org.freshet.engine.merge.Merging;

/**
 * What a replica knows as one of several processes whose models are merged: its model is a {@link
 * Copy}. When a delta is made and which merged model is taken in are entries of the journal, so
 * that a restart makes the same deltas again.
 */
public final class Participant {
  /** Deltas without an answer, beyond which it learns on and sends nothing. */
  private static final int IN_FLIGHT = 4;

  private final Copy copy;
  private long taken; // merged models

  /**
   * @param terms by which it takes part
   * @param engine of the model, which has learnt nothing or is restored afterwards
   */
  private Participant(Terms terms, long seed, Engine engine) {
    Terms.Member member = terms.member();
    engine.weigh(Merging.weight(engine.model(), member.copies())); // it sees one of so many events
    CommonModel common = CommonModel.of(terms.models().get(0).spec(), seed, engine.schema());
    this.copy = new Copy(member.name(), common.words(), engine.model(), common.none(), IN_FLIGHT);
  }

  /** Null where the terms say that it takes no part. */
  static Participant of(Terms terms, long seed, Engine engine) {
    return terms.member() == null ? null : new Participant(terms, seed, engine);
  }

  /** A merged model as text, for a command of the journal. */
  static String text(byte[] merged) {
    return Base64.getEncoder().encodeToString(merged);
  }

  private static Merged merged(String text) {
    return Merged.of("the merged model", Base64.getDecoder().decode(text));
  }

  void learnt(long labels) {
    copy.learnt(labels);
  }

  /** What was learnt since the last delta becomes one. */
  void send() {
    copy.send();
  }

  /**
   * Whether a merged model is newer than the one taken in last.
   *
   * @throws StateException when it is damaged, or of another life of the one who merges
   */
  boolean isNew(byte[] merged) {
    long found = Merged.of("the merged model", merged).version();
    if (found < copy.version()) {
      throw new StateException(
          Verdict.OTHER_PARAMETERS,
          "the merged model has version "
              + found
              + ", and version "
              + copy.version()
              + " was taken in before: who merges has begun anew; give all who take part new state"
              + " folders");
    }
    return found > copy.version();
  }

  /**
   * Refuses a merged model that cannot be taken in.
   *
   * @throws StateException that says why
   */
  void check(String text) {
    copy.check(merged(text));
  }

  void take(String text) {
    long before = copy.version();
    copy.take(merged(text));
    taken += copy.version() > before ? 1 : 0;
  }

  /** Whether enough is answered that another delta can be sent. */
  boolean sends() {
    return copy.sends();
  }

  /** The deltas without an answer, oldest first. */
  List<Delta> unanswered() {
    return copy.unanswered();
  }

  /** Number of deltas without an answer. */
  public int open() {
    return copy.open();
  }

  /** Examples learnt that no delta holds yet. */
  public long unsent() {
    return copy.unsent();
  }

  /** Deltas made, over all runs. */
  public long sent() {
    return copy.sent();
  }

  /** Merged models taken in, over all runs. */
  public long taken() {
    return taken;
  }

  /** Version of the merged model taken in last. */
  public long version() {
    return copy.version();
  }

  /** How stale the delta was that was answered last, in merges. */
  public long stale() {
    return copy.stale();
  }

  long memoryBytes() {
    return copy.memoryBytes();
  }

  void save(StateWriter out) {
    out.put("taken", taken);
    copy.save(out);
  }

  void load(StateReader in) {
    taken = in.longValue("taken", 0, Long.MAX_VALUE);
    copy.load(in);
  }

  /** Goes on, as a new one around a model that goes on, where another was. */
  void succeed(Participant other) {
    StateWriter out = new StateWriter();
    other.save(out);
    load(StateReader.open("the running pipeline", out.toBytes()));
  }
}
