package org.freshet.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** What experts were asked, and what that cost, each by its number. */
public final class ExpertCounts {
  private final List<Expert> all;
  private String[] gone = {}; // names of those counted that are there no more, behind the others
  private long[] calls;
  private long[] useless;
  private double[] cost;
  private long[] tokens;
  private long[] graded;
  private double[] quality; // sums over those graded
  private long declined; // questions not put because too many were open
  private long[] nanos; // part of the state only where the rows say it

  ExpertCounts(List<Expert> all) {
    this.all = all;
    int experts = all.size();
    calls = new long[experts];
    useless = new long[experts];
    cost = new double[experts];
    tokens = new long[experts];
    graded = new long[experts];
    quality = new double[experts];
    nanos = new long[experts];
  }

  void add(int experts, int expert, boolean useful, ExpertAnswer answer) {
    room(experts);
    calls[expert]++;
    boolean hasGrade = !Double.isNaN(answer.quality());
    useless[expert] += useful || hasGrade ? 0 : 1;
    graded[expert] += hasGrade ? 1 : 0;
    quality[expert] += hasGrade ? answer.quality() : 0;
    cost[expert] += answer.cost();
    tokens[expert] += answer.tokens();
    nanos[expert] += answer.nanos();
  }

  /** A question was not put because too many were open. */
  void decline() {
    declined++;
  }

  private void room(int experts) {
    if (experts > calls.length) {
      calls = Arrays.copyOf(calls, experts);
      useless = Arrays.copyOf(useless, experts);
      cost = Arrays.copyOf(cost, experts);
      tokens = Arrays.copyOf(tokens, experts);
      graded = Arrays.copyOf(graded, experts);
      quality = Arrays.copyOf(quality, experts);
      nanos = Arrays.copyOf(nanos, experts);
    }
  }

  /** Name of an expert, which may be one that was there before the last start. */
  public String name(int expert) {
    return expert < all.size() ? all.get(expert).name() : gone[expert - all.size()];
  }

  /** Number of experts. */
  public int experts() {
    return calls.length;
  }

  /** Questions put to an expert. */
  public long calls(int expert) {
    return calls[expert];
  }

  /** Answers of it that were of no use: no class, or none at all. */
  public long useless(int expert) {
    return useless[expert];
  }

  /** Answers that said how good they were. */
  public long graded(int expert) {
    return graded[expert];
  }

  /** Sum of the qualities of those answers, each 0 to 1. */
  public double quality(int expert) {
    return quality[expert];
  }

  public double cost(int expert) {
    return cost[expert];
  }

  public long tokens(int expert) {
    return tokens[expert];
  }

  /**
   * Nanoseconds its answers took; over all runs where answers come later than events, else since
   * this process began.
   */
  public long nanos(int expert) {
    return nanos[expert];
  }

  /** Questions that were not put because too many were open: the learner answered itself. */
  public long declined() {
    return declined;
  }

  public long calls() {
    return Arrays.stream(calls).sum();
  }

  public long useless() {
    return Arrays.stream(useless).sum();
  }

  public long graded() {
    return Arrays.stream(graded).sum();
  }

  public double quality() {
    return Arrays.stream(quality).sum();
  }

  public double cost() {
    return Arrays.stream(cost).sum();
  }

  public long tokens() {
    return Arrays.stream(tokens).sum();
  }

  public long nanos() {
    return Arrays.stream(nanos).sum();
  }

  /**
   * @param timed whether the rows say how long answers took: state is the same whenever rows are
   */
  void save(StateWriter out, boolean timed) {
    String[] names = new String[calls.length];
    Arrays.setAll(names, this::name);
    out.put("names", names);
    out.put("calls", calls);
    out.put("useless", useless);
    out.put("cost", cost);
    out.put("tokens", tokens);
    out.put("graded", graded);
    out.put("quality", quality);
    out.put("declined", declined);
    if (timed) {
      out.put("nanos", nanos);
    }
  }

  void load(StateReader in) {
    long[] was = in.longs("calls");
    int n = was.length;
    int[] place = places(in, n);
    room(Math.max(n, all.size() + gone.length));
    declined = in.has("declined") ? in.longValue("declined", 0, Long.MAX_VALUE) : 0;
    long[] bad = in.longs("useless", n);
    double[] paid = in.doubles("cost", n);
    long[] words = in.longs("tokens", n);
    long[] told = in.longs("graded", n);
    double[] good = in.doubles("quality", n);
    long[] took = in.has("nanos") ? in.longs("nanos", n) : new long[n];
    for (int i = 0; i < n; i++) {
      if (was[i] < 0 || bad[i] < 0 || bad[i] > was[i] || !Double.isFinite(paid[i])) {
        throw in.corrupt(
            "calls", "is " + was[i] + ", " + bad[i] + " of no use, for " + paid[i] + " in all");
      }
      calls[place[i]] = was[i];
      useless[place[i]] = bad[i];
      cost[place[i]] = paid[i];
      tokens[place[i]] = words[i];
      graded[place[i]] = told[i];
      quality[place[i]] = good[i];
      nanos[place[i]] = took[i];
    }
  }

  /** Where those saved are here by their names; those that are there no more come behind. */
  private int[] places(StateReader in, int n) {
    if (!in.has("names")) { // before they were kept: the same experts
      return IntStream.range(0, n).toArray();
    }
    String[] names = in.strings("names");
    if (names.length != n) {
      throw in.corrupt("names", "has " + names.length + " values, expected " + n);
    }
    int[] place = new int[n];
    boolean[] taken = new boolean[all.size()];
    List<String> others = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int k = 0;
      while (k < taken.length && (taken[k] || !all.get(k).name().equals(names[i]))) {
        k++;
      }
      if (k < taken.length) {
        taken[k] = true;
      } else {
        others.add(names[i]);
      }
      place[i] = k < taken.length ? k : taken.length + others.size() - 1;
    }
    gone = others.toArray(String[]::new);
    return place;
  }
}
