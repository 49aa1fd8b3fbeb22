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
import org.freshet.core.component.Parameter;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;

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
  /** Why labels within a budget are not for ensembles that are divided. */
  static final String ASKING =
      "with 'labels.budget' it is decided by the answer of all of them which labels are asked for;"
          + " leave out the budget, or 'by_member'";

  private final Spec pipeline;
  private final LabelPlan labels;
  private final Build build;
  private final int number;
  private final int members;
  private int remembered = Pending.REMEMBERED;

  /**
   * @param build of each engine; its threads are for one of them
   * @param number of parts
   * @throws ConfigException when the pipeline cannot be divided so
   */
  public Parts(Spec pipeline, LabelPlan labels, Build build, int number) {
    String refusal = refusal(pipeline, number);
    if (refusal == null && labels.ask() != null) {
      refusal = last(pipeline).name() + " cannot be divided by its members: " + ASKING;
    }
    if (refusal != null) {
      throw new ConfigException(last(pipeline).where().toString(), refusal);
    }
    this.pipeline = pipeline;
    this.labels = labels;
    this.build = build;
    this.number = number;
    Learner model = Student.make(pipeline, build);
    Divisible whole = Divisible.in(model);
    this.members = whole.share().members();
    if (number < 1 || number > members) {
      throw new ConfigException(
          last(pipeline).where().toString(), tooMany(last(pipeline).name(), members, number));
    }
    if (model instanceof Pipeline p && p.yields()) {
      throw new ConfigException(
          pipeline.where().toString(),
          "a pipeline cannot be divided by members whose steps give up features by what the learner"
              + " has learnt: the parts have learnt different things; give its memory no limit, or"
              + " leave out 'by_member'");
    }
  }

  /**
   * Why a pipeline cannot be divided by its members, as far as can be known without its data, in a
   * line; null where it can.
   */
  public static String refusal(Spec pipeline, int number) {
    Spec last = last(pipeline);
    ComponentProvider p = Components.find(last.name()).orElse(null);
    if (p == null) {
      return null;
    }
    Parameter members =
        p.parameters().stream().filter(q -> q.name().equals("members")).findFirst().orElse(null);
    if (!p.traits().contains(Trait.DIVISIBLE)) {
      String why = !p.coupled().isEmpty() ? p.coupled() : whyNot(last, members != null);
      return last.name()
          + " cannot be divided by its members, as 'place: { by_member: "
          + number
          + " }' asks: "
          + why
          + "; use an ensemble with the trait DIVISIBLE, or 'per', 'partitioned' or 'merged'";
    }
    Value given = members == null ? null : last.values().get("members");
    String text = given != null ? given.text() : members == null ? "" : members.def();
    boolean fewer = text != null && text.matches("\\d{1,9}") && Integer.parseInt(text) < number;
    return fewer ? tooMany(last.name(), Integer.parseInt(text), number) : null;
  }

  private static String whyNot(Spec spec, boolean hasMembers) {
    for (Value v : spec.values().values()) {
      String inside = v.raw() instanceof Spec s ? last(s).name() : v.text();
      if (isDivisible(inside)) {
        return "it acts on the joint answer of the " + inside + " inside it";
      }
    }
    return hasMembers ? "they depend on each other" : "it has none";
  }

  private static boolean isDivisible(String name) {
    return Components.find(name).filter(p -> p.traits().contains(Trait.DIVISIBLE)).isPresent();
  }

  private static String tooMany(String name, int members, int number) {
    return "'place: { by_member: "
        + number
        + " }' is more than the "
        + members
        + " members of "
        + name
        + "; make it "
        + members
        + " or less, or the members more";
  }

  private static Spec last(Spec pipeline) {
    List<Spec> steps = pipeline.asSteps();
    return steps.get(steps.size() - 1);
  }

  public int number() {
    return number;
  }

  /** First member of a part; of the part behind the last one the number of all. */
  public int firstMember(int part) {
    return (int) ((long) members * part / number);
  }

  /** Lowers what {@link Engine#remember} says, of the engines made from now on. */
  Parts remember(int most) {
    remembered = most;
    return this;
  }

  /** A new engine around a part. */
  public Engine engine(int part) {
    Engine engine =
        Engine.ofPart(pipeline, labels, build, firstMember(part), firstMember(part + 1));
    engine.remember(remembered);
    return engine;
  }

  /** A new combiner. */
  public Combiner combiner() {
    Schema schema = build.schema();
    return new Combiner(schema, Student.make(pipeline, build));
  }
}
