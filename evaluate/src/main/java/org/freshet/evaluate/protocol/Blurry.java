package org.freshet.evaluate.protocol;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Tasks of new classes without sharp boundaries: most events of a class come in the task it belongs
 * to, some come in the others.
 *
 * <p>How it works: classes are put in order and divided into {@code tasks} groups, one a task. An
 * event comes in the task of its class; with the chance {@code mix} it comes in one of the others
 * instead, each as likely. A share {@code disjoint} of the classes, drawn from the seed, does not
 * mix: those are in their own task only. A task is tested on the tests of its own classes.
 *
 * <p>Papers: J. Bang, H. Kim, Y. Yoo, J.-W. Ha and J. Choi, "Rainbow memory: continual learning
 * with a memory of diverse samples", CVPR 2021 (Blurry-M: {@code mix} = M / 100); H. Koh, D. Kim,
 * J.-W. Ha and J. Choi, "Online continual learning on class incremental blurry task configuration
 * with anytime inference", ICLR 2022 (i-Blurry-N-M: {@code disjoint} = N / 100).
 *
 * <p>Where we differ: each event is drawn on its own, so the share of foreign events in a task is M
 * in the mean and not exactly.
 *
 * <p>Costs: the events in memory (a byte a value for pixels, within {@code max_bytes}); {@code
 * points} · tasks² / 2 · {@code sample} predictions for the tests.
 *
 * <pre>{@code
 * protocol: { blurry: { tasks: 5, mix: 0.1, disjoint: 0.5 } }
 * }</pre>
 */
@Component(name = "blurry", kinds = Kind.PROTOCOL, family = "continual", traits = Trait.RANDOMIZED)
public final class Blurry extends TaskProtocol {
  public record Parameters(
      @Param(
              value = "How many tasks the classes are divided into, at most one a class.",
              range = "[2, inf)")
          int tasks,
      @Param(
              value = "Chance of an event to come in another task.",
              def = "0.1",
              range = "[0, 1]",
              origin = "Koh et al.: i-Blurry-50-10")
          double mix,
      @Param(
              value = "Share of the classes that come in their own task only.",
              def = "0.5",
              range = "[0, 1]",
              origin = "Koh et al.: i-Blurry-50-10")
          double disjoint,
      @Param(value = ClassGroups.ORDER, def = "fixed", origin = "as class_incremental")
          ClassGroups.Order order,
      Testing testing) {}

  private final Parameters p;

  public Blurry(Parameters p, Build build) {
    super("blurry", p.testing(), build);
    this.p = p;
  }

  @Override
  Tasks tasks(Split data) {
    int count = tasks(p.tasks(), data.classes().length, "classes");
    return new Mixed(data, new ClassGroups(data, count, p.order()), p);
  }

  private static final class Mixed extends ClassIncremental.Grouped {
    private final int[][] rows;

    Mixed(Split data, ClassGroups groups, Parameters p) {
      super(data, groups);
      int[] classes = data.classes();
      data.rng("disjoint", 0).shuffle(classes, classes.length, classes.length);
      int alone = (int) Math.round(p.disjoint() * classes.length);
      boolean[] mixes = new boolean[data.train().schema().labels().size()];
      for (int i = alone; i < classes.length; i++) {
        mixes[classes[i]] = true;
      }
      Rng rng = data.rng("mix", 0);
      int n = groups.groups();
      rows = new int[n][data.rows().length];
      int[] size = new int[n];
      for (int r : data.rows()) {
        int code = data.train().label(r);
        int task = groups.group(code);
        if (mixes[code] && rng.nextDouble() < p.mix()) {
          int other = rng.nextInt(n - 1);
          task = other < task ? other : other + 1;
        }
        rows[task][size[task]++] = r;
      }
      for (int t = 0; t < n; t++) {
        rows[t] = data.order(Arrays.copyOf(rows[t], size[t]), "task", t);
      }
    }

    @Override
    int[] rows(int task) {
      return rows[task];
    }
  }
}
