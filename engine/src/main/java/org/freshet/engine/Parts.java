package org.freshet.engine;

import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.Divisible;
import org.freshet.core.Learner;
import org.freshet.core.Pipeline;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;

/**
 * A pipeline that ends in an ensemble, divided by its members: an engine around each part, which is
 * given all rows in the same order, and one combiner, which makes of what they give out what the
 * engine of the whole would.
 *
 * <pre>{@code
 * Parts parts = new Parts(pipeline, labels, build, 3);
 * Engine[] engines = {parts.engine(0), parts.engine(1), parts.engine(2)};
 * Combiner combiner = parts.combiner();
 * for (int g = 0; g < 3; g++) {
 *   engines[g].process(rows, from, to, votes[g]);
 * }
 * combiner.join(votes, out);
 * }</pre>
 *
 * <p>State: the engines and the combiner each write what is theirs, and {@link
 * org.freshet.core.state.StateReader#joined} lays that over each other: what comes of it is read by
 * the engine of the whole, and by engines and combiner of any other number of parts; these read
 * what the engine of the whole wrote, too.
 */
public final class Parts {
  private final Spec pipeline;
  private final LabelPlan labels;
  private final Build build;
  private final int number;
  private final int members;

  /**
   * @param build of each engine; its threads are for one of them
   * @param number of parts
   * @throws ConfigException when the pipeline cannot be divided so
   */
  public Parts(Spec pipeline, LabelPlan labels, Build build, int number) {
    String refusal = refusal(pipeline, labels);
    if (refusal != null) {
      throw new ConfigException("place.by_member", refusal);
    }
    this.pipeline = pipeline;
    this.labels = labels;
    this.build = build;
    this.number = number;
    Learner model = Student.make(pipeline, build);
    Divisible whole = Divisible.in(model);
    if (whole == null) {
      throw new ConfigException("place.by_member", coupled(last(pipeline)));
    }
    this.members = whole.members();
    if (number < 1 || number > members) {
      throw new ConfigException(
          "place.by_member",
          "is "
              + number
              + ", but "
              + last(pipeline)
              + " has "
              + members
              + " members; expected 1 to "
              + members);
    }
    if (model instanceof Pipeline p && p.yields()) {
      throw new ConfigException(
          "place.by_member",
          "cannot divide a pipeline whose steps give up features by what the learner has learnt;"
              + " each part has learnt something else");
    }
  }

  /**
   * Why a pipeline cannot be divided by members, in words that go behind the place in the file;
   * null where nothing of it is known without its data.
   */
  public static String refusal(Spec pipeline, LabelPlan labels) {
    String name = last(pipeline);
    ComponentProvider p = Components.find(name).orElse(null);
    if (p != null && !p.traits().contains(Trait.DIVISIBLE)) {
      return coupled(name);
    }
    if (labels.ask() != null) {
      return "cannot be used with a budget of labels: what is asked depends on the answer of all"
          + " members; leave out 'labels.budget', or 'by_member'";
    }
    return null;
  }

  private static String coupled(String name) {
    List<String> can =
        Components.all().stream()
            .filter(c -> c.traits().contains(Trait.DIVISIBLE))
            .map(ComponentProvider::name)
            .toList();
    return name
        + " cannot be divided by its members: it has none, or they depend on each other at every"
        + " event; it can be done with "
        + String.join(", ", can);
  }

  private static String last(Spec pipeline) {
    List<Spec> steps = pipeline.asSteps();
    return steps.get(steps.size() - 1).name();
  }

  public int number() {
    return number;
  }

  /** First member of a part; of the part behind the last one the number of all. */
  public int firstMember(int part) {
    return (int) ((long) members * part / number);
  }

  /** A new engine around a part. */
  public Engine engine(int part) {
    return Engine.ofPart(pipeline, labels, build, firstMember(part), firstMember(part + 1));
  }

  /** A new combiner. */
  public Combiner combiner() {
    Schema schema = build.schema();
    return new Combiner(schema, Student.make(pipeline, build));
  }
}
