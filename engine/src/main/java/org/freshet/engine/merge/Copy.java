package org.freshet.engine.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.freshet.core.ConfigException;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * One of the copies: knows what its learner has learnt that others have not seen, and takes what
 * they learnt in. The learner goes on learning meanwhile; the thread that owns it calls this too.
 *
 * <p>A mark is the learner as it was at some moment. The first mark is what the merged model last
 * taken in holds of this copy, each later one the learner when a delta was sent. A delta is what
 * lies between two marks, so it can be made again after a crash, and is the same. When a merged
 * model comes that holds the deltas up to some mark, then the learner, and each mark behind that
 * one, goes along with the difference between the two: what was learnt since stays, and nothing is
 * in it twice.
 *
 * <p>No more than {@code inFlight} deltas are without an answer; then the copy sends nothing and
 * learns on. That bounds how stale a delta can be when every one is answered.
 */
public final class Copy {
  private final String name;
  private final String model;
  private final Mergeable live;
  private final Supplier<? extends Learner> none;
  private final int inFlight;
  private final List<Mergeable> marks = new ArrayList<>();
  private final List<Long> examples = new ArrayList<>(); // learnt until each mark
  private final List<Long> bases = new ArrayList<>(); // version at each mark
  private long number; // of the last delta sent
  private long version; // of the merged model taken in
  private long learnt; // examples
  private long stale; // of the last delta answered, in merges

  /**
   * @param name of this copy, one of its own among all
   * @param model what the learner is made of, in words, the same for all copies
   * @param live the learner that learns, as all copies have it at the beginning
   * @param none makes the same learner with nothing learnt
   * @param inFlight deltas that may be without an answer
   * @throws ConfigException when the learner cannot be merged
   */
  public Copy(
      String name, String model, Learner live, Supplier<? extends Learner> none, int inFlight) {
    this.name = name;
    this.model = model;
    this.live = Merging.mergeable(live);
    this.none = none;
    this.inFlight = inFlight;
    mark();
  }

  private void mark() {
    marks.add(copy(live));
    examples.add(learnt);
    bases.add(version);
  }

  private Mergeable copy(Learner of) {
    Learner to = none.get();
    Merging.load(to, Merging.state(of), "a copy");
    return (Mergeable) to;
  }

  /** So many examples more were learnt. */
  public void learnt(long more) {
    learnt += more;
  }

  /** Examples learnt that no delta holds yet. */
  public long unsent() {
    return learnt - examples.get(examples.size() - 1);
  }

  /** What was learnt since the last delta; null while too many are without an answer. */
  public Delta send() {
    if (!sends()) {
      return null;
    }
    number++;
    mark();
    return delta(marks.size() - 1);
  }

  /** The deltas without an answer, oldest first: to be sent again after a restart. */
  public List<Delta> unanswered() {
    List<Delta> all = new ArrayList<>();
    for (int i = 1; i < marks.size(); i++) {
      all.add(delta(i));
    }
    return all;
  }

  private Delta delta(int i) {
    Mergeable delta = (Mergeable) none.get();
    delta.add(marks.get(i), marks.get(i - 1), 1);
    return new Delta(
        name,
        number - (marks.size() - 1 - i),
        bases.get(i),
        examples.get(i) - examples.get(i - 1),
        model,
        Merging.state(delta));
  }

  /** Whether a delta can be sent: not too many are without an answer. */
  public boolean sends() {
    return marks.size() <= inFlight;
  }

  /** Number of deltas without an answer. */
  public int open() {
    return marks.size() - 1;
  }

  /**
   * Looks whether a merged model can be taken in, and changes nothing.
   *
   * @throws org.freshet.core.StateException when it is damaged or of another model
   */
  public void check(Merged merged) {
    Merging.sameModel("the merged model", merged.model(), model);
    Learner empty = none.get();
    Numbers.check("the merged model", merged.state(), Merging.state(empty));
    Merging.load(empty, merged.state(), "the merged model");
  }

  /**
   * Takes a merged model in; an older one than the last changes nothing.
   *
   * @throws org.freshet.core.StateException when it is damaged or of another model
   */
  public void take(Merged merged) {
    Merging.sameModel("the merged model", merged.model(), model);
    long in = merged.taken().getOrDefault(name, 0L);
    long first = number - (marks.size() - 1);
    if (merged.version() <= version || in < first) {
      return;
    }
    Learner all = none.get();
    Merging.load(all, merged.state(), "the merged model");
    if (in > number) {
      // An earlier life sent more than this one knows of: what this one has learnt is all unsent.
      number = in;
      while (marks.size() > 1) {
        drop(marks.size() - 1);
      }
    }
    while (marks.size() - 1 > number - in) {
      drop(0);
      stale = merged.version() - 1 - bases.get(0);
    }
    Mergeable known = copy(marks.get(0));
    live.add(all, known, 1);
    for (Mergeable mark : marks) {
      mark.add(all, known, 1);
    }
    version = merged.version();
  }

  private void drop(int i) {
    marks.remove(i);
    examples.remove(i);
    bases.remove(i);
  }

  /** Version of the merged model taken in last. */
  public long version() {
    return version;
  }

  /** Deltas sent so far. */
  public long sent() {
    return number;
  }

  /**
   * How stale the delta was that was answered last: merges between the version it was made from and
   * the one it met, or more where merged models in between did not come here.
   */
  public long stale() {
    return stale;
  }

  /** Bytes of what it keeps besides the learner. */
  public long memoryBytes() {
    return marks.stream().mapToLong(Learner::memoryBytes).sum();
  }

  /** Writes everything but the learner that learns, which its owner saves. */
  public void save(StateWriter out) {
    out.put("number", number);
    out.put("version", version);
    out.put("learnt", learnt);
    out.put("stale", stale);
    out.put("examples", examples.stream().mapToLong(n -> n).toArray());
    out.put("bases", bases.stream().mapToLong(n -> n).toArray());
    for (int i = 0; i < marks.size(); i++) {
      out.put("mark-" + i, marks.get(i));
    }
  }

  /** Restores a new one around a learner that was restored. */
  public void load(StateReader in) {
    number = in.longValue("number", 0, Long.MAX_VALUE);
    version = in.longValue("version", 0, Long.MAX_VALUE);
    learnt = in.longValue("learnt", 0, Long.MAX_VALUE);
    stale = in.has("stale") ? in.longValue("stale", 0, Long.MAX_VALUE) : 0;
    long[] counts = in.longs("examples");
    long[] versions = in.longs("bases", counts.length);
    if (counts.length < 1 || counts.length - 1 > number) {
      throw in.corrupt("examples", "has " + counts.length + " values");
    }
    marks.clear();
    examples.clear();
    bases.clear();
    for (int i = 0; i < counts.length; i++) {
      Learner mark = none.get();
      in.load("mark-" + i, mark);
      marks.add((Mergeable) mark);
      examples.add(counts[i]);
      bases.add(versions[i]);
    }
  }
}
