package org.freshet.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.freshet.core.ConfigException;
import org.freshet.core.Learner;
import org.freshet.core.Pipeline;
import org.freshet.core.Schema;
import org.freshet.core.Transformer;
import org.freshet.core.ask.Deferring;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;
import org.freshet.core.component.Where;

/**
 * Keeps what experts say from learners: columns in which their answers stand, and what these cost
 * and took, are taken away before the first step of a pipeline.
 */
final class AnswerColumns {
  /** Parameters of an expert that name a column. */
  private static final List<String> NAMES = List.of("column", "cost_column", "seconds_column");

  private final Set<String> columns = new LinkedHashSet<>();
  private boolean experts;

  private AnswerColumns(Spec whole) {
    find(whole);
  }

  /** What a specification makes, without sight of those columns. */
  static Learner create(Spec spec, Build build) {
    AnswerColumns found = new AnswerColumns(FullSpec.of(spec));
    Schema events = build.schema();
    List<Value> hidden = new ArrayList<>();
    for (String c : found.columns) {
      if (events.indexOf(c) >= 0) {
        hidden.add(new Value(c, c, Where.NOWHERE));
      }
    }
    Learner made;
    if (hidden.isEmpty()) {
      made = Components.create(spec, build, Learner.class);
    } else {
      Transformer hide = build.create(Spec.of("select").with("drop", hidden), Transformer.class);
      Learner rest = Components.create(spec, build.withSchema(hide.output()), Learner.class);
      List<Transformer> steps = new ArrayList<>(List.of(hide));
      if (rest instanceof Pipeline p) {
        steps.addAll(p.transformers());
        rest = p.learner();
      }
      made = Pipeline.of(steps, rest);
    }
    Learner last = made instanceof Pipeline p ? p.learner() : made;
    if (found.experts && !(last instanceof Deferring)) {
      throw new ConfigException(
          "pipeline",
          "has a learner with an expert inside of '"
              + spec.asSteps().get(spec.asSteps().size() - 1).name()
              + "', where it would never be asked; make it the last step of the pipeline");
    }
    return made;
  }

  private void find(Spec spec) {
    spec.steps().forEach(this::find);
    boolean expert =
        Components.find(spec.name()).map(p -> p.kinds().contains(Kind.EXPERT)).orElse(false);
    experts |= expert;
    for (String name : expert ? NAMES : List.<String>of()) {
      Value column = spec.values().get(name);
      if (column != null && column.raw() != null) {
        columns.add(column.text());
      }
    }
    spec.values().values().forEach(this::find);
  }

  private void find(Value v) {
    if (v.raw() instanceof Spec s) {
      find(s);
    } else if (v.raw() instanceof List<?>) {
      v.elements().forEach(this::find);
    }
  }
}
