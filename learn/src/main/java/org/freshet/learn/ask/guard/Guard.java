package org.freshet.learn.ask.guard;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Composite;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;
import org.freshet.core.ask.Deferring;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Lets a classifier act only near what was asked before, and asks a mentor where it is not: for
 * decisions that cannot be taken back, where one bad one costs more than many questions.
 *
 * <p>How it works: the learner's top class is the action. It stands if one of the last {@code
 * memory} rows that were asked about lies within {@code distance}, and the mentor chose the same
 * action there; else the mentor is asked, its answer is given, learnt by the learner and kept with
 * the row. The distance is the root of the mean squared difference of the columns, each divided by
 * its deviation so far. The guard makes no use of how sure the learner is, which it is anywhere.
 * With rows that come again and a mentor who decides alike about near ones, questions become rare,
 * and where the learner errs, something near was decided as it does.
 *
 * <p>Paper: B. Plaut, H. Zhu, S. Russell, "Avoiding Catastrophe in Online Learning by Asking for
 * Help", 2024.
 *
 * <p>Where we differ: the paper runs Hedge over a finite cover of a class of policies, to prove a
 * bound; here any learner is the policy, and nothing is proved. The distance stays what it is,
 * where the paper lets it fall with the length of the stream.
 *
 * <p>Takes dense rows of numbers that its learner takes; a missing value is near a missing one
 * only. True labels are for the metrics only: the mentor's answers are what is learnt. It must be
 * the last step of a pipeline. Costs the learner and O(memory · columns) an event; memory 8 ·
 * memory · columns bytes: what was forgotten is asked again.
 *
 * <pre>
 * pipeline:
 *   - guard: { learner: hoeffding_tree, expert: { recorded: { column: doctor } }, distance: 0.2 }
 * </pre>
 */
@Component(
    name = "guard",
    kinds = Kind.CLASSIFIER,
    family = "ask",
    traits = {Trait.MISSING, Trait.NUMERIC, Trait.OPEN_LABELS, Trait.RANDOMIZED})
public final class Guard implements Deferring, DriftReporter, Composite {
  /** Parameters. */
  public record Parameters(
      @Param(
              value = "classifier that acts; may be a pipeline",
              def = "hoeffding_tree",
              kind = Kind.CLASSIFIER,
              origin = "ours")
          Spec learner,
      @Param(value = "mentor who is asked", kind = Kind.EXPERT) Spec expert,
      @Param(
              value = "how far a row may be from one that was asked about, in deviations",
              def = "0.2",
              range = "[0, inf)",
              origin = "ours")
          double distance,
      @Param(
              value = "rows that were asked about, the latest, that are kept",
              def = "2000",
              range = "[1, 10000000]",
              unit = "rows",
              origin = "ours")
          int memory) {}

  private final Classifier learner;
  private final List<Expert> experts;
  private final Familiar familiar;
  private final double distance;
  private final DriftLog none = new DriftLog();

  public Guard(Parameters p, Build build) {
    this(p, build, build.child("expert", 0).create(p.expert, Expert.class));
  }

  Guard(Parameters p, Build build, Expert mentor) {
    learner = build.child("learner", 0).create(p.learner, Classifier.class);
    experts = List.of(mentor);
    familiar = new Familiar(build.schema().width(), p.memory);
    distance = p.distance;
  }

  @Override
  public List<Inner> inside() {
    return List.of(new Inner("learner", learner, null, true));
  }

  @Override
  public int labels() {
    return learner.labels();
  }

  @Override
  public void scores(Features x, double[] scores) {
    learner.scores(x, scores);
  }

  @Override
  public List<Expert> experts() {
    return experts;
  }

  @Override
  public int defer(Features x, Features event, double[] scores) {
    familiar.see(x);
    learner.scores(x, scores);
    return mayAct(x, Kernels.argmax(scores, learner.labels())) ? -1 : 0;
  }

  /** Whether an action may be taken without asking. */
  boolean mayAct(Features x, int action) {
    return action >= 0 && familiar.has(x, action, distance);
  }

  @Override
  public void taught(Features x, int expert, int label, ExpertAnswer answer) {
    if (label >= 0) {
      learn(x, label, 1);
    }
  }

  /** Learns what was right for a row, and that it was asked about. */
  @Override
  public void learn(Features x, int label, double weight) {
    learner.learn(x, label, weight);
    if (weight > 0) {
      familiar.add(x, label);
    }
  }

  @Override
  public DriftLog drifts() {
    return learner instanceof DriftReporter r ? r.drifts() : none;
  }

  @Override
  public void save(StateWriter out) {
    out.put("learner", learner);
    familiar.save(out.child("familiar"));
  }

  @Override
  public void load(StateReader in) {
    in.load("learner", learner);
    familiar.load(in.child("familiar"), Math.max(1, learner.labels()));
  }

  @Override
  public long memoryBytes() {
    return 200 + learner.memoryBytes() + familiar.memoryBytes();
  }
}
