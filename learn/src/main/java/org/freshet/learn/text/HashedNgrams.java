package org.freshet.learn.text;

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
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Counts the runs of words and of characters in texts and hashes them into a row of fixed width:
 * text for linear models and networks, without a model of the language, without a dictionary, ready
 * for words never seen before.
 *
 * <p>How it works: a term is a run of {@code words} neighbouring words, or a run of {@code
 * characters} characters of a word with the marks {@code <} and {@code >} at its ends, so that
 * misspelt and inflected words share terms. With the hash h of a term into 0 … buckets − 1 and its
 * sign ξ, bucket i has φ_i = Σ over terms t with h(t) = i of ξ(t) n(t), where n counts the term in
 * the event, or 1 + ln of that sum if {@code sublinear}; the buckets of an event are then scaled to
 * length 1. The numeric columns of the event come first, as they are; a category counts as one
 * term.
 *
 * <p>Papers: K. Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009,
 * definition 1; P. Bojanowski et al., "Enriching Word Vectors with Subword Information", TACL 5,
 * 2017, section 3.2 (characters).
 *
 * <p>Where we differ: index and sign are bits of one 64-bit hash (FNV-1a with a final mix). Words
 * are runs of letters and digits; where a language does not part words, use {@code characters}. The
 * sign and the logarithm are those of a bucket, not of a term.
 *
 * <p>Takes dense rows with text, numbers and categories; a missing text has no terms, a missing
 * number stays missing. Rows are sparse, or {@code dense} with up to 65,536 buckets. Has no state.
 * O(characters · runs + k log k) time an event with k terms; memory is that of the longest row.
 *
 * <pre>
 * --model 'hashed_ngrams(words=[1, 2]) | logistic_regression'
 * --model 'hashed_ngrams(characters=[3, 5], buckets=4096, dense=true) | mlp(hidden=[100])'
 * </pre>
 */
@Component(
    name = "hashed_ngrams",
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
public final class HashedNgrams implements Transformer, Mergeable {
  /**
   * @param ngrams what is cut from texts and how it is counted
   */
  public record Parameters(NgramParameters ngrams) {}

  private final TermRow terms;

  public HashedNgrams(Parameters p, Build build) {
    terms = new TermRow(p.ngrams(), build.schema(), "hashed_ngrams");
  }

  @Override
  public Schema output() {
    return terms.output();
  }

  @Override
  public void transform(Features x, Row out) {
    terms.find(x);
    terms.write(x, out);
  }

  @Override
  public boolean isExact() {
    return true;
  }

  /** There is nothing to add: it learns nothing. */
  @Override
  public void add(Learner newer, Learner older, double share) {}

  @Override
  public void save(StateWriter out) {}

  @Override
  public void load(StateReader in) {}

  @Override
  public long memoryBytes() {
    return 16 + terms.memoryBytes();
  }
}
