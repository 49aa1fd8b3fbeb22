package org.freshet.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.freshet.core.ConfigException;
import org.freshet.core.FreshetException;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.core.live.Exchange;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Sink;
import org.freshet.engine.merge.CommonModel;
import org.freshet.engine.section.PlaceSection;

/**
 * The whole check of a pipeline that was read: its sources are opened, its graph is built over
 * their columns, and what is allowed but seldom meant is warned of.
 */
public final class Lint {
  private static final Set<String> SCALERS = Set.of("standard_scaler", "min_max_scaler");

  private Lint() {}

  /**
   * One thing found.
   *
   * @param error whether the pipeline cannot run; else it is a warning
   * @param where place in the file, empty when it has none
   */
  public record Finding(boolean error, String where, String message) {
    @Override
    public String toString() {
      return (where.isEmpty() ? "" : where + ": ") + (error ? "" : "warning: ") + message;
    }
  }

  /**
   * Checks a file that was read without faults.
   *
   * @param withData whether sources are opened and the steps checked against their columns
   */
  public static List<Finding> check(PipelineFile file, boolean withData) {
    List<Finding> found = new ArrayList<>();
    if (withData) {
      if (isFeed(file.source())) {
        found.addAll(live(file));
      } else {
        graph(
            file.source(), file.pipeline(), file.labels(), file.seed(), file.live().place(), found);
      }
      for (PipelineTest t : file.tests()) {
        graph(t.source(), t.pipeline(), t.labels(), t.seed(), null, found);
      }
    }
    uselessSteps(file.pipeline(), found);
    if (!file.seedGiven() && random(file.pipeline())) {
      warn(found, file.pipeline(), "draws random numbers, and the file gives no 'seed': it is 1");
    }
    return found;
  }

  /** Whether events come live from it; a source of the same name is read to its end instead. */
  private static boolean isFeed(Spec source) {
    return Components.find(source.name()).filter(p -> p.kinds().contains(Kind.SOURCE)).isEmpty()
        && Components.find(source.name() + "_" + Kind.FEED.role()).isPresent();
  }

  /**
   * Checks what 'run' takes from a file, but for what a source holds: feeds and sinks are made and
   * not started, so only the columns that a feed declares can be checked.
   */
  public static List<Finding> live(PipelineFile file) {
    List<Finding> found = new ArrayList<>();
    if (file.live().labelSource() != null) {
      made(file.live().labelSource(), Feed.class, found);
    }
    file.live().sinks().forEach(s -> made(s, Sink.class, found));
    PlaceSection.Parameters place = file.live().place();
    boolean meets = place != null && place.meets();
    if (meets) {
      checked(
          place.over(),
          found,
          () -> Components.create(place.over(), Build.of(null), Exchange.class));
    }
    if (file.protocol() != null) {
      warn(found, file.protocol(), "is a protocol of 'evaluate'; 'run' takes events as they come");
    }
    if (!isFeed(file.source())) {
      return found;
    }
    checked(
        file.source(),
        found,
        () -> {
          Schema declared;
          try (Feed feed = Components.create(file.source(), Build.of(null), Feed.class)) {
            declared = feed.declared();
          }
          if (meets && declared == null) {
            throw new ConfigException(
                "",
                file.source().name()
                    + " declares no columns, and processes that meet by 'place.over' must have the"
                    + " same; declare them, and the classes");
          }
          if (declared != null) {
            String refusal = meets ? CommonModel.refusal(declared) : null;
            if (refusal != null) {
              throw new ConfigException("", file.source().name() + " " + refusal);
            }
            models(file, declared, found);
          } else {
            warn(
                found,
                file.source(),
                "declares no columns: they are those of the first events, and no step was checked"
                    + " against them");
          }
        });
    return found;
  }

  private static void made(Spec spec, Class<? extends AutoCloseable> as, List<Finding> found) {
    checked(
        spec,
        found,
        () -> {
          try {
            Components.create(spec, Build.of(null), as).close();
          } catch (RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static void models(PipelineFile file, Schema schema, List<Finding> found) {
    graph(schema, file.pipeline(), file.labels(), file.seed(), file.live().place(), found);
    file.live()
        .challengers()
        .forEach(c -> graph(schema, c.pipeline(), file.labels(), file.seed(), null, found));
    if (file.live().limits().fallback() != null) {
      graph(schema, file.live().limits().fallback(), file.labels(), file.seed(), null, found);
    }
  }

  private static void graph(
      Spec source,
      Spec pipeline,
      LabelPlan labels,
      long seed,
      PlaceSection.Parameters place,
      List<Finding> found) {
    checked(
        source,
        found,
        () -> {
          try (Source opened =
              Components.create(source, Build.of(null).withSeed(seed), Source.class)) {
            graph(opened.schema(), pipeline, labels, seed, place, found);
          }
        });
  }

  private static void graph(
      Schema schema,
      Spec pipeline,
      LabelPlan labels,
      long seed,
      PlaceSection.Parameters place,
      List<Finding> found) {
    checked(
        pipeline,
        found,
        () -> {
          try (Engine engine = new Engine(schema, pipeline, labels, seed, 1)) {
            String refusal = Placement.refusal(engine.model(), place);
            if (refusal != null) {
              throw new ConfigException(pipeline.where().toString(), refusal);
            }
          }
          if (place != null && place.byMember() > 0) {
            new Parts(pipeline, labels, Build.of(schema).withSeed(seed), place.byMember());
          }
        });
  }

  /** What is wrong without a place of its own is so at {@code of}. */
  private static void checked(Spec of, List<Finding> found, Runnable check) {
    try {
      check.run();
    } catch (ConfigException e) {
      for (ConfigException.Fault f : e.faults()) {
        String where = f.where().isEmpty() ? of.where().toString() : f.where();
        Finding one = new Finding(true, where, f.message());
        if (!found.contains(one)) { // each model has the same labels
          found.add(one);
        }
      }
    } catch (FreshetException e) {
      found.add(new Finding(true, of.where().toString(), e.getMessage()));
    }
  }

  private static void warn(List<Finding> found, Spec at, String message) {
    String name = at.isPipeline() ? "the pipeline" : at.name();
    found.add(new Finding(false, at.where().toString(), name + " " + message));
  }

  private static boolean random(Spec spec) {
    return spec.asSteps().stream()
            .flatMap(s -> Components.find(s.name()).stream())
            .anyMatch(p -> p.traits().contains(Trait.RANDOMIZED))
        || spec.values().values().stream()
            .anyMatch(v -> v.raw() instanceof Spec nested && random(nested));
  }

  /** Splits of a tree see only the order of values, which scaling keeps. */
  private static void uselessSteps(Spec pipeline, List<Finding> found) {
    List<Spec> steps = pipeline.asSteps();
    Spec last = steps.get(steps.size() - 1);
    String family = Components.find(last.name()).map(ComponentProvider::family).orElse("");
    for (int i = 0; i + 1 < steps.size(); i++) {
      if (SCALERS.contains(steps.get(i).name()) && family.equals("tree")) {
        warn(
            found,
            steps.get(i),
            "costs time before " + last.name() + ", whose splits do not depend on scale");
      }
      if (i > 0 && steps.get(i).equals(steps.get(i - 1))) {
        warn(found, steps.get(i), "stands twice in a row");
      }
    }
  }
}
