package org.freshet.neural.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.consolidation.Consolidation;
import org.freshet.neural.consolidation.Trigger;

/**
 * A growing ensemble: a new network is added from time to time and learns, those before it stay as
 * they are, and all answer.
 *
 * <p>How it works: the answer is the mean of the members' probabilities. The newest member learns.
 * At each time {@code grow} says, as long as there are fewer than {@code members}, a copy of the
 * newest is added, which learns from then on.
 *
 * <p>Paper: L. Caccia, J. Xu, M. Ott, M. Ranzato, L. Denoyer, "On Anytime Learning at Macroscale",
 * CoLLAs 2022 (gEns).
 *
 * <p>Where we differ: data need not come in mega-batches, and each event is learnt once. A new
 * member starts from the weights of the one before it, so that the answer gets no worse when it
 * comes. The paper's mixture of experts is {@code growing_mixture}; its growth by firefly is not
 * covered.
 *
 * <p>Takes what its learner takes. Costs a prediction a member, one member to learn, and the memory
 * of each.
 *
 * <pre>{@code
 * Classifier c =
 *     Components.classifier(
 *         "growing_ensemble(learner=mlp(hidden=[50]), grow=every_events(events=10000))", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "growing_ensemble",
    kinds = Kind.CLASSIFIER,
    family = "neural",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    },
    coupled = "each begins as a copy of the one before it")
public final class GrowingEnsemble implements Classifier {
  /**
   * @param learner of which members are made
   * @param members at most
   * @param grow when a member is added
   */
  public record Parameters(
      @Param(
              value = "learner of which members are made",
              def = "mlp",
              kind = Kind.CLASSIFIER,
              origin = "a network that is not deep")
          Spec learner,
      @Param(value = "members at most", def = "5", range = "[1, 1000]", origin = "chosen")
          int members,
      @Param(
              value = "when a member is added, until there are all",
              def = "every_events(events=5000)",
              origin = "mega-batches have one size")
          Spec grow) {}

  private static final double LEAST = 1e-300;

  private final Parameters p;
  private final Build build;
  private final Trigger trigger;
  private final List<Classifier> members = new ArrayList<>();
  private double[] one = {};

  public GrowingEnsemble(Parameters p, Build build) {
    this.p = p;
    this.build = build;
    trigger = build.create(p.grow(), Consolidation.class).trigger();
    members.add(make(0));
  }

  private Classifier make(int index) {
    return build.child("learner", index).create(p.learner(), Classifier.class);
  }

  private Classifier newest() {
    return members.get(members.size() - 1);
  }

  @Override
  public int labels() {
    return newest().labels();
  }

  @Override
  public void scores(Features x, double[] scores) {
    int n = labels();
    if (one.length < n) {
      one = new double[n];
    }
    Arrays.fill(scores, 0);
    double share = 1.0 / answering();
    for (int i = 0; i < members.size(); i++) {
      Classifier c = members.get(i);
      if (c.labels() > 0 || n == 0) {
        c.scores(x, one);
        for (int k = 0; k < c.labels(); k++) {
          scores[k] += share * one[k];
        }
      }
    }
  }

  /** Members that know a class: one that was copied before there was any has no answer. */
  private int answering() {
    int n = 0;
    for (int i = 0; i < members.size(); i++) {
      n += members.get(i).labels() > 0 ? 1 : 0;
    }
    return Math.max(1, n);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (!(weight > 0)) {
      return;
    }
    Classifier last = newest();
    double loss = 0;
    if (members.size() < p.members()) {
      int n = Math.max(last.labels(), label + 1);
      one = one.length < n ? new double[n] : one;
      last.scores(x, one);
      loss = label < last.labels() ? -Math.log(Math.max(LEAST, one[label])) : -Math.log(LEAST);
    }
    last.learn(x, label, weight);
    if (members.size() < p.members() && trigger.after(loss, 1)) {
      members.add(copy(last));
    }
  }

  private Classifier copy(Classifier of) {
    StateWriter out = new StateWriter();
    out.put("member", of);
    Classifier c = make(members.size());
    StateReader.open("a member", out.toBytes()).load("member", c);
    return c;
  }

  @Override
  public void save(StateWriter out) {
    out.put("members", (long) members.size());
    trigger.save(out.child("grow"));
    for (int i = 0; i < members.size(); i++) {
      out.put("member" + i, members.get(i));
    }
  }

  @Override
  public void load(StateReader in) {
    int n = in.intValue("members", 1, p.members());
    trigger.load(in.child("grow"));
    members.clear();
    for (int i = 0; i < n; i++) {
      Classifier c = make(i);
      in.load("member" + i, c);
      if (i > 0 && c.labels() < newest().labels()) {
        throw in.corrupt("member" + i, "knows fewer classes than the one before it");
      }
      members.add(c);
    }
  }

  @Override
  public long memoryBytes() {
    long sum = 120 + 8L * one.length + 8L * members.size() + trigger.memoryBytes();
    for (Classifier c : members) {
      sum += c.memoryBytes();
    }
    return sum;
  }
}
