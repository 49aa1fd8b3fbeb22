package org.freshet.core.component;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.freshet.core.Classifier;
import org.freshet.core.ConfigException;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.Learner;
import org.freshet.core.Pipeline;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Transformer;

/** Everything found on the class path, and the one way to make a component from a specification. */
public final class Components {
  /** Defaults read so far, by their text: an ensemble makes members anew thousands of times. */
  private static final Map<String, Value> DEFAULTS = new ConcurrentHashMap<>();

  private Components() {}

  private static Value parsed(String text) {
    return SpecParser.value(text, "");
  }

  private static final class Found {
    static final Map<String, ComponentProvider> BY_NAME = new TreeMap<>();
    static final Map<String, ComponentProvider> BY_CLASS = new HashMap<>();

    static {
      for (ComponentProvider p :
          ServiceLoader.load(ComponentProvider.class, Components.class.getClassLoader())) {
        ComponentProvider other = BY_NAME.put(page(p), p);
        if (other != null) {
          throw new IllegalStateException(
              "two components are named "
                  + p.name()
                  + ": "
                  + other.className()
                  + ", "
                  + p.className());
        }
        BY_CLASS.put(p.className(), p);
      }
    }
  }

  /** All components, by name. */
  public static Collection<ComponentProvider> all() {
    return Collections.unmodifiableCollection(Found.BY_NAME.values());
  }

  /**
   * A name no other component has: its own, with {@code _feed} or {@code _sink} behind it for
   * those.
   */
  public static String page(ComponentProvider p) {
    String role = p.kinds().get(0).role();
    return role.isEmpty() ? p.name() : p.name() + "_" + role;
  }

  /** A component by the name only it has, see {@link #page}. */
  public static Optional<ComponentProvider> find(String name) {
    return Optional.ofNullable(Found.BY_NAME.get(name));
  }

  /**
   * The component an instance was made by: its class, or the class it is nested in, is the
   * annotated one; empty for pipelines and for classes that are no component.
   */
  public static Optional<ComponentProvider> describe(Learner learner) {
    Class<?> c = learner.getClass();
    while (c != null) {
      ComponentProvider p = Found.BY_CLASS.get(c.getName());
      if (p != null) {
        return Optional.of(p);
      }
      c = c.getEnclosingClass();
    }
    return Optional.empty();
  }

  /**
   * Checks a specification whole and all nested ones; adds every fault found.
   *
   * @param kinds what it may be; empty when anything is allowed
   */
  public static void check(Spec spec, List<Kind> kinds, List<Fault> faults) {
    if (spec.isPipeline()) {
      checkPipeline(spec, kinds, faults);
      return;
    }
    ComponentProvider p = provider(spec, kinds, faults);
    if (p != null) {
      bind(p, spec, faults);
    }
  }

  private static void checkPipeline(Spec spec, List<Kind> kinds, List<Fault> faults) {
    for (int i = 0; i < spec.steps().size(); i++) {
      boolean last = i == spec.steps().size() - 1;
      check(spec.steps().get(i), last ? kinds : List.of(Kind.TRANSFORMER), faults);
    }
  }

  /** The component of this name among those of the kinds asked for, else any of this name. */
  private static ComponentProvider named(String name, List<Kind> kinds) {
    for (Kind kind : kinds) {
      ComponentProvider p =
          Found.BY_NAME.get(kind.role().isEmpty() ? name : name + "_" + kind.role());
      if (p != null && p.name().equals(name) && fits(p, kinds)) {
        return p;
      }
    }
    ComponentProvider other = Found.BY_NAME.get(name);
    return other != null || !kinds.contains(Kind.SOURCE)
        ? other
        : Found.BY_NAME.get(name + "_" + Kind.FEED.role());
  }

  private static ComponentProvider provider(Spec spec, List<Kind> kinds, List<Fault> faults) {
    ComponentProvider p = named(spec.name(), kinds);
    if (p == null) {
      List<String> fitting =
          all().stream().filter(c -> fits(c, kinds)).map(ComponentProvider::name).toList();
      String hint = Suggest.didYouMean(spec.name(), fitting);
      faults.add(
          fault(
              spec.where(),
              "unknown component '"
                  + spec.name()
                  + "'"
                  + (hint.isEmpty() ? "; 'freshet list' shows what there is" : hint)));
      return null;
    }
    if (!fits(p, kinds)) {
      boolean live = p.kinds().contains(Kind.FEED) && kinds.contains(Kind.SOURCE);
      String hint =
          live
              ? ": it brings events to 'freshet run' without end; to read some to their end give"
                  + " '--data FILE', or the source 'journal' of a recorded run"
              : "";
      faults.add(
          fault(
              spec.where(),
              p.name() + " is a " + p.kinds().get(0) + ", expected a " + or(kinds) + hint));
      return null;
    }
    return p;
  }

  private static boolean fits(ComponentProvider p, List<Kind> kinds) {
    return kinds.isEmpty() || p.kinds().stream().anyMatch(kinds::contains);
  }

  private static String or(List<Kind> kinds) {
    return String.join(" or ", kinds.stream().map(Kind::toString).toList());
  }

  private static Fault fault(Where where, String message) {
    return new Fault(where.toString(), message);
  }

  /**
   * Checks the parameters of one component and fills in defaults.
   *
   * @param faults every fault found is added; the result is whole only if none was
   */
  public static Arguments bind(ComponentProvider p, Spec spec, List<Fault> faults) {
    Map<String, Parameter> known = new LinkedHashMap<>();
    p.parameters().forEach(q -> known.put(q.name(), q));
    for (Map.Entry<String, Value> e : spec.values().entrySet()) {
      if (!known.containsKey(e.getKey())) {
        String hint = Suggest.didYouMean(e.getKey(), known.keySet());
        String allowed =
            known.isEmpty() ? "; it has none" : "; it has " + String.join(", ", known.keySet());
        Where at = e.getValue().where().equals(Where.NOWHERE) ? spec.where() : e.getValue().where();
        faults.add(
            fault(
                at,
                "unknown parameter '"
                    + e.getKey()
                    + "' of "
                    + p.name()
                    + (hint.isEmpty() ? allowed : hint)));
      }
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (Parameter q : p.parameters()) {
      Value given = spec.values().get(q.name());
      if (given == null && q.required()) {
        faults.add(
            fault(
                spec.where(),
                p.name() + " needs the parameter '" + q.name() + "': " + q.meaning()));
        continue;
      }
      Value v = given != null ? given : DEFAULTS.computeIfAbsent(q.def(), Components::parsed);
      values.put(q.name(), Binder.bind(p.name(), q, v, faults));
    }
    return new Arguments(values);
  }

  /**
   * Makes a component, or a pipeline of them.
   *
   * @throws ConfigException with all faults of the specification
   * @throws org.freshet.core.SchemaException when a step cannot take the rows it would see
   */
  public static <T> T create(Spec spec, Build build, Class<T> as) {
    List<Kind> kinds = new ArrayList<>();
    for (Kind k : Kind.values()) {
      if (k != Kind.PART && as.isAssignableFrom(k.type())) {
        kinds.add(k);
      }
    }
    List<Fault> faults = new ArrayList<>();
    check(spec, as == Object.class ? List.of() : kinds, faults);
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    Object made = spec.isPipeline() ? pipeline(spec, build) : single(spec, build, kinds, 0);
    if (!as.isInstance(made)) {
      throw new ConfigException(
          spec.where().toString(),
          spec.name() + " cannot be used as a " + as.getSimpleName() + " here");
    }
    return as.cast(made);
  }

  private static Object single(Spec spec, Build build, List<Kind> kinds, int step) {
    ComponentProvider p = named(spec.name(), kinds);
    List<Fault> faults = new ArrayList<>();
    Arguments arguments = bind(p, spec, faults);
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    GraphCheck.problem(p, build.schema(), step)
        .ifPresent(
            problem -> {
              throw new SchemaException(problem);
            });
    return p.create(arguments, build);
  }

  private static Learner pipeline(Spec spec, Build build) {
    List<Transformer> steps = new ArrayList<>();
    int last = spec.steps().size() - 1;
    Build b =
        shared(build, spec.steps().subList(0, last).stream().map(s -> named(s.name(), List.of())));
    for (int i = 0; i < last; i++) {
      Build own = b.withSeed(org.freshet.core.Rng.childSeed(build.seed(), "step", i));
      Transformer t = (Transformer) single(spec.steps().get(i), own, List.of(), i + 1);
      steps.add(t);
      b = b.withSchema(t.output());
    }
    Build end = learners(b, build);
    Object learner = single(spec.steps().get(last), end, List.of(), last + 1);
    return Pipeline.of(steps, (Learner) learner);
  }

  /**
   * For the steps of a pipeline: where memory is limited, those with a limit of their own share
   * half of it, and the learner has the rest.
   */
  private static Build shared(Build build, Stream<ComponentProvider> steps) {
    long large =
        steps
            .filter(p -> p.parameters().stream().anyMatch(q -> q.name().equals("max_bytes")))
            .count();
    return large == 0 || build.maxBytes() == Long.MAX_VALUE
        ? build
        : build.withMaxBytes(build.maxBytes() / 2 / large);
  }

  /** For the learner at the end of steps made with {@code steps}. */
  private static Build learners(Build steps, Build whole) {
    long rest = steps.maxBytes() < whole.maxBytes() ? whole.maxBytes() / 2 : whole.maxBytes();
    return whole.withSchema(steps.schema()).withMaxBytes(rest);
  }

  /**
   * For making the same component, or pipeline, many times: what {@link #create} checks is checked
   * once.
   *
   * @param build of one as they will be made
   */
  public static <T> Recipe<T> recipe(Spec spec, Build build, Class<T> as) {
    create(spec, build, as);
    return new Recipe<>(spec, as);
  }

  /** A checked specification. */
  public static final class Recipe<T> {
    private final Class<T> as;
    private final List<ComponentProvider> providers = new ArrayList<>();
    private final List<Arguments> arguments = new ArrayList<>();

    private Recipe(Spec spec, Class<T> as) {
      this.as = as;
      for (Spec step : spec.asSteps()) {
        ComponentProvider p = named(step.name(), List.of());
        providers.add(p);
        arguments.add(bind(p, step, new ArrayList<>()));
      }
    }

    /** The same as {@link Components#create} gives for a build of the same schema. */
    public T make(Build build) {
      int last = providers.size() - 1;
      List<Transformer> steps = new ArrayList<>(last);
      Build b = shared(build, providers.subList(0, last).stream());
      for (int i = 0; i < last; i++) {
        Build own = b.withSeed(org.freshet.core.Rng.childSeed(build.seed(), "step", i));
        Transformer t = (Transformer) providers.get(i).create(arguments.get(i), own);
        steps.add(t);
        b = b.withSchema(t.output());
      }
      Object made = providers.get(last).create(arguments.get(last), learners(b, build));
      return as.cast(last == 0 ? made : Pipeline.of(steps, (Learner) made));
    }
  }

  /** A classifier for the rows of a schema from one-line text; the short way in Java. */
  public static Classifier classifier(String spec, Schema schema, long seed) {
    return create(Spec.parse(spec), Build.of(schema).withSeed(seed), Classifier.class);
  }

  /** A regressor for the rows of a schema from one-line text. */
  public static Regressor regressor(String spec, Schema schema, long seed) {
    return create(Spec.parse(spec), Build.of(schema).withSeed(seed), Regressor.class);
  }
}
