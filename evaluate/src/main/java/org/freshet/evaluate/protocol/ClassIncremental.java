package org.freshet.evaluate.protocol;

import java.util.List;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Tasks of new classes: first come the events of some classes, then those of others, and none comes
 * back. With as many tasks as classes they come one at a time.
 *
 * <p>How it works: classes are put in order and divided into {@code tasks} groups of the same size
 * (the first ones larger by one where it does not come out even). A task is all events of its
 * group, in random order, each once. The model sees events and labels and is not told of tasks; it
 * answers with any of the classes it has met. A task is tested on the tests of its classes.
 *
 * <p>Papers: F. Zenke, B. Poole and S. Ganguli, "Continual learning through synaptic intelligence",
 * ICML 2017 (Split MNIST: {@code tasks=5}); G. M. van de Ven and A. S. Tolias, "Three scenarios for
 * continual learning", 2019 (the class-incremental scenario). The metrics are those of {@code
 * AccuracyMatrix}.
 *
 * <p>Where we differ: one pass over each task, and no task is told, not even where it ends.
 *
 * <p>Costs: the events in memory (a byte a value for pixels, within {@code max_bytes}), one walk of
 * the rows a task; {@code points} · tasks² / 2 · {@code sample} predictions for the tests.
 *
 * <pre>{@code
 * protocol: { class_incremental: { tasks: 5, test: { idx: { path: t10k-images-idx3-ubyte.gz } } } }
 * }</pre>
 */
@Component(
    name = "class_incremental",
    kinds = Kind.PROTOCOL,
    family = "continual",
    traits = Trait.RANDOMIZED)
public final class ClassIncremental extends TaskProtocol {
  public record Parameters(
      @Param(
              value = "How many tasks the classes are divided into, at most one a class.",
              range = "[1, inf)")
          int tasks,
      @Param(value = ClassGroups.ORDER, def = "fixed", origin = "Split MNIST")
          ClassGroups.Order order,
      Testing testing) {}

  private final Parameters p;

  public ClassIncremental(Parameters p, Build build) {
    super("class_incremental", p.testing(), build);
    this.p = p;
  }

  @Override
  Tasks tasks(Split data) {
    int count = tasks(p.tasks(), data.classes().length, "classes");
    return new Grouped(data, new ClassGroups(data, count, p.order()));
  }

  /** A task a group of classes. */
  static class Grouped extends Tasks {
    private final ClassGroups groups;

    Grouped(Split data, ClassGroups groups) {
      super(data);
      this.groups = groups;
    }

    @Override
    int count() {
      return groups.groups();
    }

    @Override
    int[] rows(int task) {
      return data.order(groups.of(task, data.train(), data.rows()), "task", task);
    }

    @Override
    int[] tests(int task) {
      return groups.of(task, data.test(), data.tests());
    }

    @Override
    String name(int task) {
      return groups.name(task);
    }

    @Override
    List<String> labels() {
      return groups.names();
    }

    @Override
    int label(int task, int code) {
      return groups.place(code);
    }
  }
}
