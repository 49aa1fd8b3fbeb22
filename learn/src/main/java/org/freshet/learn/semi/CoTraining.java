package org.freshet.learn.semi;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Composite;
import org.freshet.core.ConfigException;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Trait;
import org.freshet.core.Unlabelled;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Suggest;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Two classifiers that see different columns teach each other where labels do not come. For events
 * described in two ways of which either would do: the words of a message and its header, a picture
 * and its caption.
 *
 * <p>How it works. The first learner sees the columns {@code view}, the second the others; without
 * {@code view} columns go to them in turn. Both learn every label. At an event without one, a
 * learner whose top probability p reaches {@code threshold} teaches its class to the other, with
 * the weight {@code weight} · p, unless the other is as sure of another class. The answer is the
 * product of both probabilities, normalised. Each is believed only while labels confirm its sure
 * answers, as in {@code self_training}.
 *
 * <p>Paper: A. Blum, T. Mitchell, "Combining Labeled and Unlabeled Data with Co-Training", COLT
 * 1998, table 1 and section 6 (the product).
 *
 * <p>Where we differ: events are learnt once as they pass, and not drawn from a pool by rank; a
 * learner does not learn its own answers; the guard is ours.
 *
 * <p>Takes what its learner takes, but no text columns: numbers and categories, dense or sparse (by
 * turns of the column's number; {@code view} names columns). At least two columns. Costs the
 * learner twice and a copy of the row.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("co_training(learner=gaussian_nb, view=[words, links])", schema, 1);
 * }</pre>
 */
@Component(
    name = "co_training",
    kinds = Kind.CLASSIFIER,
    family = "semi",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.RANDOMIZED
    })
public final class CoTraining implements Classifier, Unlabelled, DriftReporter, Composite {
  /** Parameters. */
  public record Parameters(
      @Param(
              value = "classifier of each view; may be a pipeline",
              def = "gaussian_nb",
              kind = Kind.CLASSIFIER,
              origin = "Blum and Mitchell 1998 use naive Bayes")
          Spec learner,
      @Param(
              value = "columns the first learner sees; none gives columns to both in turn",
              def = "none",
              origin = "the views of a stream are known to its user")
          List<String> view,
      @Param(
              value = "probability of the top class from which on an answer is sure",
              def = "0.95",
              range = "(0, 1]",
              origin = "ours; Blum and Mitchell 1998 take the most sure of a pool")
          double threshold,
      @Param(
              value = "share of sure answers that labels must confirm for any to be taught",
              def = "0.9",
              range = "[0, 1]",
              origin = "ours; a view alone is sure too often")
          double agreement,
      @Param(
              value = "sure answers with a label that the share looks back on",
              def = "100",
              range = "[10, 1000000]",
              unit = "labels",
              origin = "ours")
          double window,
      @Param(
              value = "weight of an answer that is taught, beside 1 of a label",
              def = "0.5",
              range = "[0, 1]",
              origin = "ours")
          double weight) {}

  private static final double LEAST = 1e-12;

  private final View[] views = new View[2];
  private final Agreement[] agreements = new Agreement[2];
  private final double weight;
  private final DriftLog log = new DriftLog();
  private double[] first = new double[8];
  private double[] second = new double[8];
  private long taught;

  public CoTraining(Parameters p, Build build) {
    weight = p.weight;
    boolean[] named = named(p.view, build.schema());
    for (int v = 0; v < 2; v++) {
      int side = v;
      View.Choice choice =
          named == null ? i -> (i & 1) == side : i -> (i < named.length && named[i]) == (side == 0);
      if (View.count(build.schema(), choice) == 0 && !build.schema().isSparse()) {
        throw new SchemaException(
            "co_training needs a column for each of its two learners, found "
                + build.schema().width()
                + (named == null ? "" : ", all of them named by 'view' or none"));
      }
      views[v] = new View(p.learner, build.child("learner", v), choice);
      agreements[v] = new Agreement(p.threshold, p.agreement, p.window);
    }
  }

  /** Which columns are named; null where none are. */
  private static boolean[] named(List<String> names, Schema schema) {
    if (names == null) {
      return null;
    }
    boolean[] in = new boolean[schema.width()];
    for (String name : names) {
      int i = schema.indexOf(name);
      if (i < 0) {
        List<String> all = schema.columns().stream().map(c -> c.name()).toList();
        throw new ConfigException(
            "", "co_training: there is no column '" + name + "'" + Suggest.didYouMean(name, all));
      }
      in[i] = true;
    }
    return in;
  }

  /** Answers that one learner taught the other. */
  public long taught() {
    return taught;
  }

  @Override
  public List<Inner> inside() {
    return List.of(
        new Inner("view 1", views[0].learner, views[0].schema, false),
        new Inner("view 2", views[1].learner, views[1].schema, false));
  }

  @Override
  public int labels() {
    return Math.max(views[0].learner.labels(), views[1].learner.labels());
  }

  private void room(int n) {
    if (first.length < n) {
      first = new double[2 * n];
      second = new double[2 * n];
    }
  }

  /** Both answers, over the labels known; then their product. */
  private void combine(double[] scores, int n) {
    for (int k = 0; k < n; k++) {
      scores[k] = Math.max(first[k], LEAST) * Math.max(second[k], LEAST);
    }
    Kernels.normalize(scores, n);
  }

  private void answers(Features x, int n) {
    room(n);
    views[0].learner.scores(views[0].of(x), first);
    views[1].learner.scores(views[1].of(x), second);
  }

  @Override
  public void scores(Features x, double[] scores) {
    int n = labels();
    answers(x, n);
    Arrays.fill(scores, 0);
    if (n > 0) {
      combine(scores, n);
    }
  }

  @Override
  public void learn(Features x, int label, double importance) {
    log.tick();
    int n = labels();
    room(Math.max(n, label + 1));
    views[0].learner.testThenLearn(views[0].of(x), label, importance, first);
    views[1].learner.testThenLearn(views[1].of(x), label, importance, second);
    if (importance > 0 && n > 1) {
      int a = Kernels.argmax(first, n);
      int b = Kernels.argmax(second, n);
      agreements[0].check(a, first[a], label);
      agreements[1].check(b, second[b], label);
    }
    report();
  }

  @Override
  public void testThenLearn(Features x, int label, double importance, double[] scores) {
    if (label < 0) {
      scores(x, scores);
      return;
    }
    int n = labels();
    learn(x, label, importance);
    Arrays.fill(scores, 0);
    if (n > 0) {
      combine(scores, n);
    }
  }

  @Override
  public void unlabelled(Features x, double importance) {
    int n = labels();
    if (!(importance > 0)) {
      return;
    }
    int a = -1;
    int b = -1;
    if (n > 1) {
      answers(x, n);
      a = sure(first, n, agreements[0]);
      b = sure(second, n, agreements[1]);
    }
    boolean disputed = a >= 0 && b >= 0 && a != b;
    teach(views[1], x, disputed ? -1 : a, a < 0 ? 0 : importance * weight * first[a], importance);
    teach(views[0], x, disputed ? -1 : b, b < 0 ? 0 : importance * weight * second[b], importance);
    report();
  }

  /** The class a learner is sure of and may be believed; -1 for none. */
  private static int sure(double[] scores, int n, Agreement agreement) {
    int top = Kernels.argmax(scores, n);
    return agreement.sure(scores[top]) && agreement.holds() ? top : -1;
  }

  private void teach(View view, Features x, int label, double share, double importance) {
    if (label >= 0 && share > 0) {
      taught++;
      view.learner.learn(view.of(x), label, share);
    } else {
      Unlabelled.show(view.learner, view.of(x), importance);
    }
  }

  private void report() {
    Teaching.report(views[0].learner, log);
    Teaching.report(views[1].learner, log);
  }

  @Override
  public DriftLog drifts() {
    return log;
  }

  @Override
  public void save(StateWriter out) {
    out.put("taught", taught);
    for (int v = 0; v < 2; v++) {
      out.put("learner-" + v, views[v].learner);
      agreements[v].save(out.child("agreement-" + v));
    }
  }

  @Override
  public void load(StateReader in) {
    taught = in.longValue("taught", 0, Long.MAX_VALUE - 1);
    for (int v = 0; v < 2; v++) {
      in.load("learner-" + v, views[v].learner);
      agreements[v].load(in.child("agreement-" + v));
    }
  }

  @Override
  public long memoryBytes() {
    return 420
        + views[0].memoryBytes()
        + views[1].memoryBytes()
        + 8L * (first.length + second.length);
  }
}
