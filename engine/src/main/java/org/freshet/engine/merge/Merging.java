package org.freshet.engine.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.freshet.core.ConfigException;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Pipeline;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Brings together what copies of a model learnt apart: the one rule for copies in a cluster and for
 * processes at the edge. Holds the merged model and its version, takes deltas as they come, and
 * {@link #merge merges} what has come, each time in the order of the copies' names, so that it does
 * not matter who was first.
 *
 * <p>Sums take each delta whole. Points (see {@link Mergeable}) go along by a share of it:
 *
 * <pre>
 *   share = pace · max(1, ω · u / max(u, n)) / N · (1 + s)^−a
 * </pre>
 *
 * <p>N is the number of copies, so that copies which all take part move the merged model by the
 * mean of their ways. ω is the copy's mean interval between two merges it took part in, in merges:
 * a copy that is seldom there counts as much more, and the mean stays that of all copies and not of
 * those that are there most. An interval is cut at K merges, so that one who comes back after long
 * does not shake everything. The paper's copies make equally many steps whenever they take part;
 * one of ours that could not send for a while sends all it has learnt since, which makes up for its
 * absence: n is the number of examples in the delta, u that in a delta on average. s is how stale
 * the delta is: merges since the version it was made from.
 *
 * <p>A copy sees one of N events, and the mean goes an N-th of each way: points would follow the
 * stream N times as slowly as one model that learns everything. So a copy learns each example with
 * the weight N ({@link #weight}), and the mean of N takes the noise out again that longer steps
 * bring. Sums learn each example once.
 *
 * <p>Papers: S. Wang, M. Ji, "A Lightweight Method for Tackling Unknown Participation Statistics in
 * Federated Averaging", ICLR 2024, algorithm 2 (ω and K); C. Xie, S. Koyejo, I. Gupta,
 * "Asynchronous Federated Optimization", arXiv:1903.03934, section 5.2 (the polynomial discount);
 * H. B. McMahan and 4 others, "Communication-Efficient Learning of Deep Networks from Decentralized
 * Data", AISTATS 2017 (the mean); P. Goyal and 9 others, "Accurate, Large Minibatch SGD",
 * arXiv:1706.02677, section 2.1 (steps as much longer as there are workers).
 *
 * <p>What comes from outside is checked before it is believed: a delta of another model, of a
 * version that was never merged, damaged, or with numbers that are none is refused and changes
 * nothing; one that was taken before is passed over.
 */
public final class Merging {
  private static final int MOST_COPIES = 65_536;

  /**
   * @param copies how many take part; 0 for those that have sent something so far
   * @param pace how far the mean of all ways is gone: 1 is the mean itself
   * @param discount a of the discount for stale deltas; 0 for none
   * @param cutOff K, the longest interval that is counted, in merges
   */
  public record Settings(int copies, double pace, double discount, int cutOff) {
    public static final Settings USUAL = new Settings(0, 1, 0.5, 50);

    public Settings {
      if (copies < 0 || !(pace > 0) || !(discount >= 0) || cutOff < 1) {
        throw new IllegalArgumentException("copies " + copies + ", pace " + pace);
      }
    }

    public Settings withCopies(int other) {
      return new Settings(other, pace, discount, cutOff);
    }
  }

  /** What is known of a copy. */
  private static final class Known {
    long taken; // number of its last delta
    long examples;
    long stale; // of the last, in merges
    long gap; // merges since it took part
    long intervals;
    double weight = 1; // ω
  }

  /**
   * A copy as it stands.
   *
   * @param deltas number of its last delta that was taken
   * @param examples learnt by it
   * @param stale merges between the version its last delta was made from and the one it met
   * @param weight ω
   */
  public record Standing(String copy, long deltas, long examples, long stale, double weight) {}

  private final Supplier<? extends Learner> none;
  private final String model;
  private final Settings settings;
  private final Mergeable merged;
  private final Learner empty;
  private final Map<String, Known> copies = new TreeMap<>();
  private final Map<String, List<Delta>> waiting = new TreeMap<>();
  private long version;
  private long examples;
  private long deltas;
  private long staleSum;
  private long staleMost;

  /**
   * @param model what the copies are made of, in words: others are refused
   * @param none makes the learner with nothing learnt; for trained copies {@link #begin} follows
   * @throws ConfigException when it cannot be merged
   */
  public Merging(String model, Supplier<? extends Learner> none, Settings settings) {
    this.model = model;
    this.none = none;
    this.settings = settings;
    this.merged = mergeable(none.get());
    this.empty = none.get();
  }

  /** The model that all copies have at the beginning, when they have learnt something. */
  public void begin(byte[] state) {
    if (version > 0 || !waiting.isEmpty()) {
      throw new IllegalStateException("copies have begun");
    }
    load(merged, state, "the model at the beginning");
  }

  /**
   * What an example weighs that a copy learns: for points as much as there are copies, for sums 1.
   */
  public static double weight(Learner live, int copies) {
    Learner last = live instanceof Pipeline p ? p.learner() : live;
    return mergeable(last).isExact() ? 1 : copies;
  }

  static Mergeable mergeable(Learner learner) {
    String refusal = Mergeable.refusal(learner);
    if (refusal != null) {
      throw new ConfigException("pipeline", refusal);
    }
    return (Mergeable) learner;
  }

  /** What a learner has learnt, in the form in which merged models and deltas hold it. */
  public static byte[] state(Learner learner) {
    StateWriter out = new StateWriter();
    out.put("it", learner);
    return out.toBytes();
  }

  /**
   * Gives a new learner what {@link #state} wrote.
   *
   * @param source where it is from, for messages
   */
  public static void load(Learner learner, byte[] state, String source) {
    StateReader.open(source, state).load("it", learner);
  }

  static void sameModel(String what, String found, String own) {
    if (!found.equals(own)) {
      throw new StateException(
          Verdict.OTHER_PARAMETERS,
          what + ": other parameters: it is of '" + found + "', expected '" + own + "'");
    }
  }

  /**
   * Takes a delta, which the next merge brings in.
   *
   * @return false when it was taken before
   * @throws StateException when it is damaged or does not belong here; nothing has changed then
   */
  public boolean take(Delta delta) {
    String from = "delta " + delta.number() + " of " + delta.copy();
    sameModel(from, delta.model(), model);
    Known known = copies.get(delta.copy());
    if (known != null && delta.number() <= known.taken) {
      return false;
    }
    if (delta.base() > version || delta.examples() < 0) {
      throw new StateException(
          Verdict.CORRUPT,
          from + ": corrupt: made from version " + delta.base() + ", the newest is " + version);
    }
    if (known == null && copies.size() == most()) {
      throw new StateException(
          Verdict.OTHER_PARAMETERS,
          from + ": other parameters: one copy more than the " + most() + " that take part");
    }
    Numbers.check(from, delta.state(), state(empty));
    load(none.get(), delta.state(), from);
    known = copies.computeIfAbsent(delta.copy(), c -> new Known());
    known.taken = delta.number();
    known.examples += delta.examples();
    known.stale = version - delta.base();
    waiting.computeIfAbsent(delta.copy(), c -> new ArrayList<>()).add(delta);
    examples += delta.examples();
    deltas++;
    staleSum += known.stale;
    staleMost = Math.max(staleMost, known.stale);
    return true;
  }

  private int most() {
    return settings.copies > 0 ? settings.copies : MOST_COPIES;
  }

  /** Number of the last delta taken of a copy; 0 for one that is not known. */
  public long taken(String copy) {
    Known known = copies.get(copy);
    return known == null ? 0 : known.taken;
  }

  /** Examples in the deltas that wait for the next merge. */
  public long waitingExamples() {
    return waiting.values().stream().flatMap(List::stream).mapToLong(Delta::examples).sum();
  }

  /** Copies whose deltas wait for the next merge. */
  public int waiting() {
    return waiting.size();
  }

  /** Deltas that wait of the copy that has sent most since the last merge. */
  public int mostOfOne() {
    return waiting.values().stream().mapToInt(List::size).max().orElse(0);
  }

  /** Brings in what has come since the last merge; without anything the model stays the same. */
  public Merged merge() {
    if (!waiting.isEmpty()) {
      int n = Math.max(settings.copies, copies.size());
      waiting.forEach((copy, all) -> all.forEach(d -> add(d, weight(d) / n)));
      copies.forEach((copy, known) -> count(known, waiting.containsKey(copy)));
      waiting.clear();
      version++;
    }
    return current();
  }

  private double weight(Delta delta) {
    double usual = (double) examples / deltas;
    double omega = copies.get(delta.copy()).weight;
    return Math.max(1, omega * usual / Math.max(usual, delta.examples()));
  }

  private void add(Delta delta, double weight) {
    Learner learnt = none.get();
    load(learnt, delta.state(), "delta " + delta.number() + " of " + delta.copy());
    double stale = version - delta.base();
    merged.add(learnt, empty, settings.pace * weight * Math.pow(1 + stale, -settings.discount));
  }

  /** FedAU: an interval ends when the copy takes part, or at K. */
  private void count(Known known, boolean there) {
    known.gap++;
    if (there || known.gap == settings.cutOff) {
      known.weight = (known.weight * known.intervals + known.gap) / (known.intervals + 1);
      known.intervals++;
      known.gap = 0;
    }
  }

  /** The model as it was merged last. */
  public Merged current() {
    Map<String, Long> taken = new TreeMap<>();
    copies.forEach(
        (copy, k) -> {
          List<Delta> late = waiting.getOrDefault(copy, List.of());
          taken.put(copy, late.isEmpty() ? k.taken : late.get(0).number() - 1);
        });
    return new Merged(version, taken, model, state(merged));
  }

  /** Merges so far. */
  public long version() {
    return version;
  }

  /** Events learnt by all copies together, as far as their deltas were taken. */
  public long examples() {
    return examples;
  }

  /** Deltas taken. */
  public long deltas() {
    return deltas;
  }

  /** How stale deltas were on average, in merges; 0 before the first. */
  public double meanStaleness() {
    return deltas == 0 ? 0 : (double) staleSum / deltas;
  }

  /** How stale a delta was at most, in merges. */
  public long mostStaleness() {
    return staleMost;
  }

  /** The copies that have sent something, by their names. */
  public List<Standing> copies() {
    List<Standing> all = new ArrayList<>();
    copies.forEach(
        (copy, k) -> all.add(new Standing(copy, k.taken, k.examples, k.stale, k.weight)));
    return all;
  }

  public void save(StateWriter out) {
    out.put("model", model);
    out.put("merged", merged);
    saveCounts(out);
    List<Delta> late = waiting.values().stream().flatMap(List::stream).toList();
    out.put("waiting", late.size());
    for (int j = 0; j < late.size(); j++) {
      late.get(j).save(out.child("delta-" + j));
    }
  }

  /**
   * Writes what there is to know besides the merged model, right after a merge: nothing waits then.
   */
  public void saveCounts(StateWriter out) {
    out.put("counted", new long[] {version, examples, deltas, staleSum, staleMost});
    out.put("copies", copies.keySet().toArray(String[]::new));
    int i = 0;
    for (Known k : copies.values()) {
      StateWriter c = out.child("copy-" + i++);
      c.put("counted", new long[] {k.taken, k.examples, k.stale, k.gap, k.intervals});
      c.put("weight", k.weight);
    }
  }

  /** Restores a new one made the same way. */
  public void load(StateReader in) {
    sameModel(in.source(), in.string("model"), model);
    in.load("merged", merged);
    loadCounts(in);
    int late = in.intValue("waiting", 0, Integer.MAX_VALUE);
    for (int j = 0; j < late; j++) {
      Delta delta = Delta.load(in.child("delta-" + j));
      if (!copies.containsKey(delta.copy())) {
        throw in.corrupt("waiting", "has a delta of '" + delta.copy() + "', which is no copy");
      }
      load(none.get(), delta.state(), in.source());
      waiting.computeIfAbsent(delta.copy(), c -> new ArrayList<>()).add(delta);
    }
  }

  /**
   * Restores a new one made the same way from a merged model and what {@link #saveCounts} wrote.
   *
   * @throws StateException when they are damaged, of another model or not of one moment
   */
  public void load(Merged last, StateReader in) {
    sameModel(in.source(), last.model(), model);
    load(merged, last.state(), in.source());
    loadCounts(in);
    if (version != last.version() || !current().taken().equals(last.taken())) {
      throw in.corrupt("counted", "is not of version " + last.version());
    }
  }

  private void loadCounts(StateReader in) {
    long[] counted = in.longs("counted", 5);
    for (long n : counted) {
      if (n < 0) {
        throw in.corrupt("counted", "has " + n);
      }
    }
    version = counted[0];
    examples = counted[1];
    deltas = counted[2];
    staleSum = counted[3];
    staleMost = counted[4];
    String[] names = in.strings("copies");
    for (int i = 0; i < names.length; i++) {
      if (names[i] == null) {
        throw in.corrupt("copies", "has one without a name");
      }
      copies.put(names[i], known(in.child("copy-" + i)));
    }
  }

  private Known known(StateReader in) {
    long[] counted = in.longs("counted", 5);
    Known k = new Known();
    k.taken = counted[0];
    k.examples = counted[1];
    k.stale = counted[2];
    k.gap = counted[3];
    k.intervals = counted[4];
    k.weight = in.doubleValue("weight");
    boolean fits =
        k.taken >= 0 && k.gap >= 0 && k.gap < settings.cutOff && k.intervals >= 0 && k.weight >= 1;
    if (!fits || k.weight > settings.cutOff) {
      throw in.corrupt("counted", "has an interval of " + k.gap + ", a weight of " + k.weight);
    }
    return k;
  }
}
