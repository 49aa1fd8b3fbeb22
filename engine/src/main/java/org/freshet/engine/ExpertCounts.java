package org.freshet.engine;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** What experts were asked, and what that cost, each by its number. */
public final class ExpertCounts {
  private final List<Expert> all;
  private long[] calls;
  private long[] useless;
  private double[] cost;
  private long[] tokens;
  private long[] graded;
  private double[] quality; // sums over those graded
  private long[] nanos; // no part of the state, which is the same whenever the rows are

  /**
   * @param all may grow at its end
   */
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

  /** Name of an expert; one that is there no more has none. */
  public String name(int expert) {
    return expert < all.size() ? all.get(expert).name() : "";
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

  /** Nanoseconds its answers took, since this process began. */
  public long nanos(int expert) {
    return nanos[expert];
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

  void save(StateWriter out) {
    out.put("calls", calls);
    out.put("useless", useless);
    out.put("cost", cost);
    out.put("tokens", tokens);
    out.put("graded", graded);
    out.put("quality", quality);
  }

  void load(StateReader in) {
    long[] was = in.longs("calls");
    int n = was.length;
    room(n);
    long[] bad = in.longs("useless", n);
    double[] paid = in.doubles("cost", n);
    long[] words = in.longs("tokens", n);
    long[] told = in.longs("graded", n);
    double[] good = in.doubles("quality", n);
    for (int i = 0; i < n; i++) {
      if (was[i] < 0 || bad[i] < 0 || bad[i] > was[i] || !Double.isFinite(paid[i])) {
        throw in.corrupt(
            "calls", "is " + was[i] + ", " + bad[i] + " of no use, for " + paid[i] + " in all");
      }
      calls[i] = was[i];
      useless[i] = bad[i];
      cost[i] = paid[i];
      tokens[i] = words[i];
      graded[i] = told[i];
      quality[i] = good[i];
    }
  }
}
