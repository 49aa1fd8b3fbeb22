package org.freshet.learn.semi;

import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Teaches a classifier its own sure answers to events whose labels do not come, as long as labels
 * that do come show that such answers can be trusted. For streams with few labels.
 *
 * <p>How it works. An event without a label is answered; if the probability p of the top class
 * reaches {@code threshold}, the class is learnt as if it were the label, with the weight {@code
 * weight} · p. The guard against drift: at each label the answer given before is looked at, and of
 * the sure ones the share that was right is kept, fading over {@code window} labels. Answers are
 * learnt only while at least ten were checked and that share is {@code agreement} or more; so after
 * a drift the learner stops to confirm itself within few labels, and begins again when it has
 * learnt the new concept from labels.
 *
 * <p>Papers: H. Scudder, "Probability of Error of Some Adaptive Pattern-Recognition Machines", IEEE
 * Transactions on Information Theory 11, 1965 (a learner that teaches itself); D. Yarowsky,
 * "Unsupervised Word Sense Disambiguation Rivaling Supervised Methods", ACL 1995 (sure answers
 * only).
 *
 * <p>Where we differ: an event is learnt once, as it passes, and not drawn from a pool; the guard
 * is ours.
 *
 * <p>Takes what its learner takes; the learner may be a pipeline. Of use only where labels are
 * missing: with every label it is its learner. Costs the learner, twice where a label is missing,
 * and 16 bytes more.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("self_training(learner=gaussian_nb, threshold=0.95)", schema, 1);
 * }</pre>
 */
@Component(
    name = "self_training",
    kinds = Kind.CLASSIFIER,
    family = "semi",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.RANDOMIZED
    })
public final class SelfTraining extends Teaching {
  /** Parameters. */
  public record Parameters(
      @Param(
              value = "classifier that learns its own sure answers; may be a pipeline",
              def = "hoeffding_tree",
              kind = Kind.CLASSIFIER,
              origin = "ours: its probabilities are those of a leaf, rarely too sure")
          Spec learner,
      @Param(
              value = "probability of the top class from which on an answer is sure",
              def = "0.95",
              range = "(0, 1]",
              origin = "ours; Yarowsky 1995 uses a threshold without naming it")
          double threshold,
      @Param(
              value = "share of sure answers that labels must confirm for any to be learnt",
              def = "0.95",
              range = "[0, 1]",
              origin = "ours: what the threshold promises")
          double agreement,
      @Param(
              value = "sure answers with a label that the share looks back on",
              def = "100",
              range = "[10, 1000000]",
              unit = "labels",
              origin = "ours")
          double window,
      @Param(
              value = "weight of an answer that is learnt, beside 1 of a label",
              def = "0.5",
              range = "[0, 1]",
              origin = "ours")
          double weight) {}

  private final Agreement agreement;
  private final double weight;
  private int top;

  public SelfTraining(Parameters p, Build build) {
    super(p.learner, build);
    agreement = new Agreement(p.threshold, p.agreement, p.window);
    weight = p.weight;
  }

  @Override
  void learnt(Features x, int label, double importance, double[] scores, int known) {
    if (known > 1) {
      int answer = Kernels.argmax(scores, known);
      agreement.check(answer, scores[answer], label);
    }
  }

  @Override
  double guess(Features x, double importance, double[] scratch) {
    int n = learner.labels();
    if (n < 2 || !agreement.holds()) {
      return 0;
    }
    learner.scores(x, scratch);
    top = Kernels.argmax(scratch, n);
    return agreement.sure(scratch[top]) ? weight * scratch[top] : 0;
  }

  @Override
  int guessed() {
    return top;
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    agreement.save(out.child("agreement"));
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    agreement.load(in.child("agreement"));
  }
}
