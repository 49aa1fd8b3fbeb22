package org.freshet.testkit;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;

/** What holds for every transformer on a stream. */
final class TransformerChecks {
  private static final int N = SampleStream.EVENTS;

  private final Subject subject;
  private final SampleStream stream;

  TransformerChecks(Subject subject, SampleStream stream) {
    this.subject = subject;
    this.stream = stream;
  }

  List<Check> all() {
    return List.of(
        new Check("rows fit the output schema", this::rowsFit),
        new Check("the label passes through", this::labelPasses),
        new Check("id, key and time pass through", this::contextPasses),
        new Check("labels matter only when READS_LABELS", this::readsLabels),
        new Check("infinite, huge and constant values give no NaN", this::extremes));
  }

  private static Features transform(Run run, Features x) {
    Transformer t = (Transformer) run.learner;
    Row out = Row.of(t.output());
    out.begin(x);
    t.transform(x, out);
    return out.view();
  }

  private void rowsFit() {
    Run run = Run.start(subject, stream);
    Schema output = ((Transformer) run.learner).output();
    for (int i = 0; i < N; i++) {
      Features made = transform(run, run.row(i));
      Check.that(
          made.isSparse() == output.isSparse(),
          "event %d: the row is %s",
          i,
          made.isSparse() ? "sparse" : "dense");
      Check.that(
          output.isSparse() || made.width() == output.width(),
          "event %d: the row has %d columns, the output schema %d",
          i,
          made.width(),
          output.width());
      values(output, made, i);
      run.learn(run.row(i), stream.label(i), 1, new Trace());
      Check.that(
          output == ((Transformer) run.learner).output(), "event %d changed the output schema", i);
    }
  }

  private static void values(Schema output, Features made, int event) {
    int last = -1;
    for (int k = 0; k < made.count(); k++) {
      double v = made.value(k);
      Check.that(
          made.index(k) > last, "event %d: index %d comes after %d", event, made.index(k), last);
      last = made.index(k);
      Check.that(!Double.isInfinite(v), "event %d: column %d is %s", event, last, v);
      if (output.isSparse()) {
        continue;
      }
      Column c = output.column(last);
      Check.that(
          !Double.isNaN(v) || c.mayBeMissing() || c.kind() == Column.Kind.TEXT,
          "event %d: column '%s' is missing, its schema says it never is",
          event,
          c.name());
      Check.that(
          !c.isCategory() || Double.isNaN(v) || v == Math.rint(v) && v >= 0,
          "event %d: category '%s' has the code %s",
          event,
          c.name(),
          v);
    }
  }

  private void labelPasses() {
    Run run = Run.start(subject, stream);
    Schema output = ((Transformer) run.learner).output();
    Check.that(
        output.target() == run.schema.target()
            && output.labelName().equals(run.schema.labelName())
            && output.labels() == run.schema.labels(),
        "the output schema has the label %s, the input %s",
        output,
        run.schema);
  }

  private void contextPasses() {
    Run run = Run.start(subject, stream);
    Features x = run.row(5);
    Features made = transform(run, x);
    Check.that(
        made.time() == x.time() && x.key().equals(made.key()),
        "key %s and time %d became %s and %d",
        x.key(),
        x.time(),
        made.key(),
        made.time());
  }

  private void readsLabels() {
    Run told = Run.start(subject, stream);
    Run untold = Run.start(subject, stream);
    for (int i = 0; i < N; i++) {
      ((Transformer) told.learner).learn(told.row(i));
      ((Transformer) told.learner).label(told.row(i), stream.label(i));
      ((Transformer) untold.learner).learn(untold.row(i));
    }
    boolean differ = !Arrays.equals(told.state(), untold.state());
    Check.that(
        differ == subject.has(Trait.READS_LABELS),
        differ
            ? "labels changed the state, but it lacks the trait READS_LABELS"
            : "labels change nothing, but it has the trait READS_LABELS");
  }

  private void extremes() {
    if (stream.numeric() == 0 || stream.missing() || stream.texts() > 0) {
      return;
    }
    for (double extreme : Extremes.VALUES) {
      Run run = Run.start(subject, stream);
      run.steps(0, 40, new Trace());
      for (int i = 0; i < 12; i++) {
        Features x = Extremes.row(run.row(i), stream, extreme);
        noNan(transform(run, x), x, "for the value " + extreme);
        run.learn(x, stream.label(i), 1, new Trace());
        noNan(transform(run, run.row(i)), run.row(i), "after learning the value " + extreme);
      }
    }
  }

  private static void noNan(Features made, Features x, String when) {
    for (int k = 0; k < made.count(); k++) {
      Check.that(!Double.isNaN(made.value(k)), "%s became %s %s", x, made, when);
    }
  }
}
