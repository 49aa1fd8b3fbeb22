package org.freshet.evaluate.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Tasks of new domains: the classes stay, what they look like changes.
 *
 * <p>How it works: with {@code column}, a task is the events of a range of that column: its
 * categories in the order of their names, or ranges of its numbers that hold about as many events
 * each, rising. The column is taken out of the rows, because it would tell the task; what is
 * missing in it belongs to the last task. Without it, the classes are divided into groups as by
 * {@code class_incremental}, and an event is labelled by the place of its class in its group: of
 * the digits 0 to 9 in five tasks, even ones are 0 and odd ones are 1. A task is tested on the
 * tests of its domain.
 *
 * <p>Paper: G. M. van de Ven and A. S. Tolias, "Three scenarios for continual learning", 2019 (the
 * domain-incremental scenario, and Split MNIST in it).
 *
 * <p>Where we differ: one pass over each task; ranges of a column are ours.
 *
 * <p>Costs: the events in memory (a byte a value for pixels, within {@code max_bytes}); {@code
 * points} · tasks² / 2 · {@code sample} predictions for the tests.
 *
 * <pre>{@code
 * protocol: { domain_incremental: { column: day, tasks: 7 } }
 * }</pre>
 */
@Component(
    name = "domain_incremental",
    kinds = Kind.PROTOCOL,
    family = "continual",
    traits = Trait.RANDOMIZED)
public final class DomainIncremental extends TaskProtocol {
  public record Parameters(
      @Param(
              value = "How many tasks there are; 0 makes one of each category of the column.",
              def = "0",
              range = "[0, inf)",
              origin = "by the column")
          int tasks,
      @Param(value = "Column that tells the domain; none takes groups of classes.", def = "none")
          String column,
      @Param(value = ClassGroups.ORDER, def = "fixed", origin = "Split MNIST")
          ClassGroups.Order order,
      Testing testing) {}

  private final Parameters p;

  public DomainIncremental(Parameters p, Build build) {
    super("domain_incremental", p.testing(), build);
    this.p = p;
  }

  @Override
  Tasks tasks(Split data) {
    if (p.column() != null) {
      return byColumn(data);
    }
    if (p.tasks() == 0) {
      throw refused("needs 'tasks', how many there are, unless 'column' is given");
    }
    int count = tasks(p.tasks(), data.classes().length, "classes");
    return new Places(data, new ClassGroups(data, count, p.order()));
  }

  private Tasks byColumn(Split data) {
    Schema schema = data.train().schema();
    int at = schema.indexOf(p.column());
    if (at < 0 || schema.isSparse()) {
      throw refused("'column' is '" + p.column() + "', which the stream does not have");
    }
    Column column = schema.column(at);
    if (column.kind() == Column.Kind.TEXT) {
      throw refused("'column' is '" + p.column() + "', a text; give a category or a number");
    }
    Domains domains;
    if (column.isCategory()) {
      domains = Domains.ofCategories(data, at, p.order(), p.tasks());
      tasks(p.tasks(), domains.distinct(), "categories");
    } else {
      if (p.tasks() == 0) {
        throw refused("needs 'tasks', because '" + p.column() + "' is a number");
      }
      domains = Domains.ofNumbers(data, at, tasks(p.tasks(), data.rows().length, "events"));
    }
    return new ByColumn(data, domains, at);
  }

  /** Labels are places of classes in their groups. */
  private static final class Places extends ClassIncremental.Grouped {
    private final ClassGroups groups;

    Places(Split data, ClassGroups groups) {
      super(data, groups);
      this.groups = groups;
    }

    @Override
    List<String> labels() {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < groups.largest(); i++) {
        names.add(Integer.toString(i));
      }
      return names;
    }

    @Override
    int label(int task, int code) {
      return groups.placeInGroup(code);
    }
  }

  /** Tasks by the values of a column, which is taken out. */
  private static final class ByColumn extends Tasks {
    private final Domains domains;
    private final int column;
    private final int[] classes;
    private final int[] place;
    private final int[] train;
    private final int[] test;

    ByColumn(Split data, Domains domains, int column) {
      super(data);
      this.domains = domains;
      this.column = column;
      this.classes = data.classes();
      this.place = data.places(classes);
      this.train = domains.of(data.train(), data.rows());
      this.test = domains.of(data.test(), data.tests());
    }

    @Override
    int count() {
      return domains.count();
    }

    @Override
    int[] rows(int task) {
      return data.order(chosen(data.rows(), train, task), "task", task);
    }

    @Override
    int[] tests(int task) {
      return chosen(data.tests(), test, task);
    }

    private static int[] chosen(int[] rows, int[] of, int task) {
      int[] some = new int[rows.length];
      int n = 0;
      for (int i = 0; i < rows.length; i++) {
        if (of[i] == task) {
          some[n++] = rows[i];
        }
      }
      return Arrays.copyOf(some, n);
    }

    @Override
    String name(int task) {
      return domains.name(task);
    }

    @Override
    List<String> labels() {
      return data.names(classes);
    }

    @Override
    int label(int task, int code) {
      return place[code];
    }

    @Override
    Schema schema() {
      Schema own = data.train().schema();
      List<Column> others = new ArrayList<>(own.columns());
      others.remove(column);
      Dictionary names = new Dictionary();
      labels().forEach(names::code);
      return Schema.classification(others, own.labelName(), names);
    }

    @Override
    Look look(int task) {
      return (row, to, at) -> {
        System.arraycopy(row, 0, to, at, column);
        System.arraycopy(row, column + 1, to, at + column, row.length - column - 1);
      };
    }
  }
}
