package org.freshet.learn.text;

import java.util.Arrays;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Weighs the terms of texts by how rare they have been so far, and learns that as the texts come:
 * rare words tell more about a text than those that stand in all of them.
 *
 * <p>How it works: terms are cut, hashed and counted as in {@code hashed_ngrams}. With N events so
 * far and df_i of them with a term in bucket i, the value of the bucket is multiplied by idf_i =
 * ln((1 + N) / (1 + df_i)) + 1; the buckets of an event are then scaled to length 1. An event is
 * weighed by what the events before it taught, then counted itself. With {@code half_life} h an
 * event counts half as much after h further ones, so that what is rare follows the stream.
 *
 * <p>Papers: K. Spärck Jones, "A statistical interpretation of term specificity and its application
 * in retrieval", Journal of Documentation 28, 1972; K. Weinberger et al., ICML 2009, for the hash.
 *
 * <p>Where we differ: 1 is added to both counts and to the logarithm, as in scikit-learn and River,
 * so that a term in every event keeps some weight; document frequencies are those of buckets, which
 * terms may share; the half-life is ours.
 *
 * <p>Takes dense rows with text, numbers and categories; a missing text has no terms, a missing
 * number stays missing. Rows are sparse, or {@code dense} with up to 65,536 buckets. O(characters ·
 * runs + k log k) time an event with k terms, to weigh it and again to learn from it; memory: 8
 * bytes a bucket, 2 MB by default. A snapshot holds the buckets that have been seen.
 *
 * <pre>
 * --model 'tfidf(words=[1, 2], sublinear=true) | logistic_regression'
 * </pre>
 */
@Component(
    name = "tfidf",
    kinds = Kind.TRANSFORMER,
    family = "text",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.TEXT,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class Tfidf implements Transformer, Mergeable {
  /**
   * @param ngrams what is cut from texts and how it is counted
   * @param halfLife events after which one counts half
   */
  public record Parameters(
      NgramParameters ngrams,
      @Param(
              value = "events after which an event counts half; 0 is never",
              def = "0",
              range = "[0, 1e12]",
              unit = "events",
              origin = "Spärck Jones 1972: none")
          double halfLife) {}

  /** Counts are scaled down before a new event outgrows them by this. */
  private static final double MOST = 0x1p500;

  private final TermRow terms;
  private final double growth; // what an event counts, times what the one before it does
  private final double[] frequency; // df of a bucket, in units of the first event's
  private double events;
  private double one = 1; // what an event counts now

  public Tfidf(Parameters p, Build build) {
    terms = new TermRow(p.ngrams(), build.schema(), "tfidf");
    if (p.halfLife() > 0 && p.halfLife() < 1) {
      throw new ConfigException(
          "", "tfidf: half_life is " + p.halfLife() + ", expected 0 or at least 1 event");
    }
    growth = p.halfLife() == 0 ? 1 : Math.pow(2, 1 / p.halfLife());
    frequency = new double[p.ngrams().buckets()];
  }

  @Override
  public Schema output() {
    return terms.output();
  }

  @Override
  public void transform(Features x, Row out) {
    terms.find(x);
    for (int k = 0; k < terms.count(); k++) {
      terms.weigh(k, idf(terms.bucket(k)));
    }
    terms.write(x, out);
  }

  /** Inverse document frequency of a bucket. */
  private double idf(int bucket) {
    return Math.log((one + events) / (one + frequency[bucket])) + 1;
  }

  @Override
  public void learn(Features x) {
    terms.find(x);
    one *= growth;
    if (one > MOST) {
      rescale();
    }
    events += one;
    for (int k = 0; k < terms.count(); k++) {
      frequency[terms.bucket(k)] += one;
    }
  }

  /** By a power of two, which rounds nothing. */
  private void rescale() {
    one /= MOST;
    events /= MOST;
    for (int i = 0; i < frequency.length; i++) {
      frequency[i] /= MOST;
    }
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public String unmergeable() {
    return growth == 1 ? null : "forgets, and cannot be merged; set 'half_life: 0'";
  }

  @Override
  public void add(Learner newer, Learner older, double share) {
    Tfidf a = (Tfidf) newer;
    Tfidf b = (Tfidf) older;
    events += Math.max(0, a.events - b.events);
    for (int i = 0; i < frequency.length; i++) {
      frequency[i] += Math.max(0, a.frequency[i] - b.frequency[i]);
    }
  }

  @Override
  public void save(StateWriter out) {
    int[] buckets = new int[frequency.length];
    int n = 0;
    for (int i = 0; i < frequency.length; i++) {
      if (frequency[i] != 0) {
        buckets[n++] = i;
      }
    }
    double[] counts = new double[n];
    for (int k = 0; k < n; k++) {
      counts[k] = frequency[buckets[k]];
    }
    out.put("buckets", Arrays.copyOf(buckets, n));
    out.put("frequency", counts);
    out.put("events", events);
    out.put("one", one);
  }

  @Override
  public void load(StateReader in) {
    int[] buckets = in.ints("buckets");
    double[] counts = in.doubles("frequency", buckets.length);
    events = in.doubleValue("events");
    one = in.doubleValue("one");
    if (!(one >= 1 / MOST && one <= MOST) || !(events >= 0 && events <= Double.MAX_VALUE)) {
      throw in.corrupt("events", "is " + events + " in units of " + one);
    }
    Arrays.fill(frequency, 0);
    for (int k = 0; k < buckets.length; k++) {
      int b = buckets[k];
      if (b < 0 || b >= frequency.length || !(counts[k] >= 0 && counts[k] <= events)) {
        throw in.corrupt("frequency", "is " + counts[k] + " of bucket " + b + " in " + events);
      }
      frequency[b] = counts[k];
    }
  }

  @Override
  public long memoryBytes() {
    return 48 + 16 + 8L * frequency.length + terms.memoryBytes();
  }
}
