package org.freshet.engine.ask;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Whom to ask for a label, whether to ask another one, and what to make of their replies.
 *
 * <p>The label of an event has a probability by class, at first how often each was found; each
 * reply multiplies it by the probability that this annotator replies so to each class. What is
 * learnt is the top class, with its probability as its weight; where replies leave two alike, the
 * one that the model thinks likelier. A question is worth the bits it is expected to tell about the
 * label, over its price. The first goes to whom it is worth most; another is asked while it is
 * worth half of what first questions are on average: less than all, since doubtful labels do not
 * only tell little, they mislead; below that the money is better spent on another event.
 *
 * <p>What annotators reply to each class is estimated by the expectation-maximisation of Dawid and
 * Skene, online. At one event in ten, and more often before {@value #EARLY} such events, one or two
 * more are drawn and asked besides, and only these events count, since those asked twice for doubt
 * are not like others. The model's answer is one more source there, believed by how often it was
 * right at its probability, and no more than a guess before it has proven itself. The posterior of
 * all moves the expected counts of each.
 *
 * <p>A. P. Dawid, A. M. Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM
 * Algorithm", Applied Statistics 28, 1979.
 *
 * <p>Simulated annotators reply at once. Of people each reply comes by itself, with other events
 * between; {@link #resume} goes on where the one before left off.
 */
public final class Crowd {
  private static final double EXPLORE = 0.1;
  private static final int EARLY = 50;

  /** A further question is worth its price if it tells this share of what a first one does. */
  private static final double ENOUGH = 0.5;

  /** Those worth this share of the best are as good. */
  private static final double ALIKE = 0.9;

  private static final int BINS = 10;
  private static final double FADE = 0.01;

  /** Answers by which a model is believed no more than a guess, before it has proven itself. */
  private static final double UNPROVEN = 20;

  private static final double MOST_BELIEF = 0.95;

  private final List<Annotator> annotators;
  private final Estimates[] estimates;
  private final double[] loads;
  private final long[] loadAt; // event of the load
  private final double[] binRight = new double[BINS];
  private final double[] binTotal = new double[BINS];
  private final Rng rng;
  private double[] often = new double[0]; // classes among those asked about, expected, fading
  private long explored;
  private double bits; // of first questions, their mean
  private double price; // of first questions, their mean
  private final long[] questions;

  // The event at hand.
  private double[] posterior = new double[0];
  private double[] people = new double[0]; // the same without the model
  private double[] table = new double[0];
  private double[] mixed = new double[0];
  private final int[] replies;
  private final boolean[] done;
  private final double[] loadThen;
  private int n;
  private int answer;
  private int bin;
  private int asks;
  private double paid;
  private boolean explore;
  private long event;

  public Crowd(List<Annotator> annotators, long seed) {
    this.annotators = List.copyOf(annotators);
    int m = annotators.size();
    estimates = new Estimates[m];
    Arrays.setAll(estimates, i -> new Estimates());
    loads = new double[m];
    loadAt = new long[m];
    replies = new int[m];
    done = new boolean[m];
    loadThen = new double[m];
    questions = new long[m];
    rng = new Rng(seed);
  }

  public List<Annotator> annotators() {
    return annotators;
  }

  /** Estimated share of wrong replies of an annotator. */
  public double error(int who) {
    return estimates[who].error();
  }

  /** Questions an annotator was asked. */
  public long questions(int who) {
    return questions[who];
  }

  /** The load of an annotator at an event: its questions, fading. */
  double load(int who, long now) {
    double rest = annotators.get(who).parameters().rest().length();
    return loads[who] * Math.exp(-Math.max(0, now - loadAt[who]) / rest);
  }

  /**
   * Begins with an event.
   *
   * @param scores of the model, from {@code at} on, of {@code known} classes
   * @param classes there are, {@code known} or more
   */
  void begin(long now, double[] scores, int at, int known, int classes) {
    explore = rng.nextDouble() < Math.max(EXPLORE, EARLY / (EARLY + (double) explored));
    prior(now, scores, at, known, classes);
  }

  /** Goes on with an event of which something was said. */
  void resume(Replies.Held held, long now, double[] scores, int at, int known, int classes) {
    explore = held.explore();
    prior(now, scores, at, known, classes);
    for (int i = 0; i < held.who().length; i++) {
      weigh(held.who()[i], held.said()[i], held.load()[i]);
    }
  }

  /**
   * What was said of the event at hand, to go on with it.
   *
   * @param next who is asked above all; -1 for whoever is worth most
   */
  Replies.Held held(int next) {
    int[] who = new int[asks];
    int[] said = new int[asks];
    double[] load = new double[asks];
    int i = 0;
    for (int a = 0; a < done.length; a++) {
      if (done[a]) {
        who[i] = a;
        said[i] = replies[a];
        load[i++] = loadThen[a];
      }
    }
    return new Replies.Held(explore, who, said, load, ranks(next));
  }

  private void room(long now, int classes) {
    event = now;
    n = classes;
    asks = 0;
    paid = 0;
    Arrays.fill(done, false);
    if (posterior.length < n) {
      posterior = new double[2 * n];
      people = new double[2 * n];
      mixed = new double[2 * n];
      table = new double[posterior.length * posterior.length];
    }
  }

  private void prior(long now, double[] scores, int at, int known, int classes) {
    room(now, classes);
    answer = known > 0 ? best(scores, at, known) : -1;
    double top = answer < 0 ? 0 : scores[at + answer];
    bin = Math.max(0, Math.min(BINS - 1, (int) (top * BINS)));
    double belief =
        answer < 0 ? 1.0 / n : (binRight[bin] + UNPROVEN / n) / (binTotal[bin] + UNPROVEN);
    belief = Math.min(MOST_BELIEF, belief);
    found();
    double others = answer < 0 ? 1 : 1 - people[answer];
    for (int k = 0; k < n; k++) {
      posterior[k] =
          answer < 0 ? people[k] : k == answer ? belief : people[k] * (1 - belief) / others;
    }
  }

  /** The label's probability by class, as long as nobody said anything. */
  private void found() {
    double all = n;
    for (int k = 0; k < n; k++) {
      all += k < often.length ? often[k] : 0;
    }
    for (int k = 0; k < n; k++) {
      people[k] = ((k < often.length ? often[k] : 0) + 1) / all;
    }
  }

  /**
   * Whom a new question is offered to: how many others are worth clearly more, by annotator.
   *
   * @param classes there are
   */
  int[] ranks(long now, int classes) {
    room(now, classes);
    found();
    return ranks(-1);
  }

  /**
   * Whom the event at hand is offered to next; -1 for those who have replied.
   *
   * @param first who is asked above all; -1 for whoever is worth most
   */
  int[] ranks(int first) {
    int[] ranks = new int[done.length];
    for (int a = 0; a < ranks.length; a++) {
      ranks[a] = done[a] ? -1 : first >= 0 && a != first ? 1 : 0;
      for (int b = 0; b < ranks.length && ranks[a] >= 0 && a != first; b++) {
        ranks[a] += !done[b] && b != first && worth(a) < ALIKE * worth(b) ? 1 : 0;
      }
    }
    return ranks;
  }

  private static int best(double[] scores, int at, int known) {
    int top = 0;
    for (int k = 1; k < known; k++) {
      top = scores[at + k] > scores[at + top] ? k : top;
    }
    return top;
  }

  /** Who of those not asked is worth most; -1 when there is nobody. */
  int worthMost() {
    int best = -1;
    for (int a = 0; a < done.length; a++) {
      if (!done[a] && (best < 0 || worth(a) > worth(best))) {
        best = a;
      }
    }
    return best;
  }

  private double worth(int who) {
    return bits(who) / Math.max(1e-9, annotators.get(who).price());
  }

  /** Who is asked next; -1 when enough are. */
  int next() {
    int best = worthMost();
    if (best < 0) {
      return -1;
    }
    if (asks == 0) {
      first(best);
      return best;
    }
    if (explore && asks < 3) {
      int nth = rng.nextInt(done.length - asks);
      for (int a = 0; a < done.length; a++) {
        if (!done[a] && nth-- == 0) {
          return a;
        }
      }
    }
    return price > 0 && worth(best) * price >= ENOUGH * bits ? best : -1;
  }

  /** Somebody is asked before all others. */
  void first(int who) {
    double told = bits(who);
    bits += FADE * (told - bits);
    price += FADE * (annotators.get(who).price() - price);
  }

  /** Bits that a question is expected to tell about the label. */
  private double bits(int who) {
    Estimates e = estimates[who];
    e.replies(n, load(who, event), table);
    Arrays.fill(mixed, 0, n, 0);
    double within = 0;
    for (int k = 0; k < n; k++) {
      for (int j = 0; j < n; j++) {
        double p = table[k * n + j];
        mixed[j] += people[k] * p;
        within -= p > 0 ? people[k] * p * Math.log(p) : 0;
      }
    }
    double between = 0;
    for (int j = 0; j < n; j++) {
      between -= mixed[j] > 0 ? mixed[j] * Math.log(mixed[j]) : 0;
    }
    return Math.max(0, (between - within) / Math.log(2) * (1 - e.abstains()));
  }

  /**
   * What one that was asked said.
   *
   * @param label -1 for nothing
   */
  void reply(int who, int label) {
    questions[who]++;
    weigh(who, label, load(who, event));
    loads[who] = loadThen[who] + 1;
    loadAt[who] = event;
  }

  private void weigh(int who, int label, double load) {
    done[who] = true;
    replies[who] = label;
    loadThen[who] = load;
    asks++;
    paid += annotators.get(who).price();
    if (label >= 0) {
      estimates[who].replies(n, loadThen[who], table);
      for (int k = 0; k < n; k++) {
        posterior[k] *= table[k * n + label];
        people[k] *= table[k * n + label];
      }
      Kernels.normalize(posterior, n);
      Kernels.normalize(people, n);
    }
  }

  /** The label came by itself: it is known what each who was asked should have said. */
  void endWith(int label) {
    Arrays.fill(posterior, 0, n, 0);
    Arrays.fill(people, 0, n, 0);
    posterior[label] = 1;
    people[label] = 1;
    end(1);
  }

  /** Nobody is asked any more: what was said is weighed. */
  void end() {
    end(2);
  }

  /**
   * @param least replies of which something can be learnt about who gave them
   */
  private void end(int least) {
    boolean said = false;
    for (int a = 0; a < done.length; a++) {
      if (done[a] && replies[a] < 0) {
        estimates[a].abstained();
      } else if (done[a] && explore && asks >= least) {
        said = true;
        estimates[a].replied(replies[a], posterior, n, loadThen[a]);
      }
    }
    explored += said ? 1 : 0;
    if (label() >= 0) {
      if (often.length < n) {
        often = Arrays.copyOf(often, Math.max(n, 2 * often.length));
      }
      for (int k = 0; k < n; k++) {
        often[k] = often[k] * (1 - 1.0 / Estimates.WINDOW) + people[k];
      }
    }
    if (said && answer >= 0) {
      double keep = 1 - 1.0 / Estimates.WINDOW;
      binTotal[bin] = binTotal[bin] * keep + 1;
      binRight[bin] = binRight[bin] * keep + posterior[answer];
    }
  }

  /** The likeliest class; -1 where nobody said anything. */
  int label() {
    for (int a = 0; a < done.length; a++) {
      if (done[a] && replies[a] >= 0) {
        return top();
      }
    }
    return -1;
  }

  /** Its probability. */
  double certainty() {
    return people[top()];
  }

  /** What people say it is; where they are at odds, what the model thinks too. */
  private int top() {
    int top = 0;
    for (int k = 1; k < n; k++) {
      double more = people[k] - people[top];
      top = more > 1e-9 || more > -1e-9 && posterior[k] > posterior[top] ? k : top;
    }
    return top;
  }

  /** What all who were asked cost. */
  double paid() {
    return paid;
  }

  /**
   * Goes on with what another knew.
   *
   * @param before number of each annotator there; -1 for one who is new
   */
  void succeed(Crowd old, int[] before) {
    StateWriter state = new StateWriter();
    old.rng.save(state, "rng");
    rng.load(StateReader.open("the other crowd", state.toBytes()), "rng");
    System.arraycopy(old.binRight, 0, binRight, 0, BINS);
    System.arraycopy(old.binTotal, 0, binTotal, 0, BINS);
    often = old.often.clone();
    explored = old.explored;
    bits = old.bits;
    price = old.price;
    for (int a = 0; a < before.length; a++) {
      if (before[a] >= 0) {
        estimates[a] = old.estimates[before[a]];
        loads[a] = old.loads[before[a]];
        loadAt[a] = old.loadAt[before[a]];
        questions[a] = old.questions[before[a]];
      }
    }
  }

  void save(StateWriter out) {
    rng.save(out, "rng");
    out.put("loads", loads);
    out.put("load_at", loadAt);
    out.put("questions", questions);
    out.put("bin_right", binRight);
    out.put("bin_total", binTotal);
    out.put("often", often);
    out.put("explored", explored);
    out.put("bits", bits);
    out.put("price", price);
    for (int a = 0; a < estimates.length; a++) {
      estimates[a].save(out.child("annotator-" + a));
    }
  }

  void load(StateReader in) {
    rng.load(in, "rng");
    int m = estimates.length;
    System.arraycopy(in.doubles("loads", m), 0, loads, 0, m);
    System.arraycopy(in.longs("load_at", m), 0, loadAt, 0, m);
    System.arraycopy(in.longs("questions", m), 0, questions, 0, m);
    System.arraycopy(in.doubles("bin_right", BINS), 0, binRight, 0, BINS);
    System.arraycopy(in.doubles("bin_total", BINS), 0, binTotal, 0, BINS);
    often = in.doubles("often");
    for (double k : often) {
      if (!(k >= 0 && k < 1e9)) {
        throw in.corrupt("often", "holds " + k);
      }
    }
    explored = in.longValue("explored", 0, Long.MAX_VALUE - 1);
    bits = in.doubleValue("bits");
    price = in.doubleValue("price");
    for (int a = 0; a < m; a++) {
      if (!(loads[a] >= 0) || questions[a] < 0) {
        throw in.corrupt("loads", "is " + loads[a] + " after " + questions[a] + " questions");
      }
      estimates[a].load(in.child("annotator-" + a));
    }
  }

  long memoryBytes() {
    long bytes = 400 + 8L * (posterior.length + mixed.length + table.length) + 60L * loads.length;
    for (Estimates e : estimates) {
      bytes += e.memoryBytes();
    }
    return bytes;
  }
}
