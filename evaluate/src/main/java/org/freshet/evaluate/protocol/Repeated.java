package org.freshet.evaluate.protocol;

import java.util.List;

/**
 * Tasks that are runs of the same number of events out of one stream, which begins again, newly
 * shuffled, when it has been used up.
 */
abstract class Repeated extends Tasks {
  private final int[] classes;
  private final int[] place;
  private final int every;
  private final int count;
  private final int
      rest; // events of a single pass that are left over, one more for the first tasks

  Repeated(Split data, Length length, TaskProtocol of) {
    super(data);
    classes = data.classes();
    place = data.places(classes);
    int n = data.rows().length;
    if (length.every() == 0 && length.tasks() == 0) {
      throw of.refused("needs 'every', the events of a task, or 'tasks', how many there are");
    }
    if (length.every() == 0) {
      count = of.tasks(length.tasks(), n, "events");
      every = n / count;
      rest = n % count;
    } else {
      every = length.every();
      count = length.tasks() > 0 ? length.tasks() : n / every;
      rest = 0;
      if (count == 0) {
        throw of.refused(
            "'every' is "
                + every
                + ", allowed 1 to "
                + n
                + ", the events there are, unless 'tasks' is given");
      }
    }
  }

  @Override
  final int count() {
    return count;
  }

  @Override
  final int length(int task) {
    return every + (task < rest ? 1 : 0);
  }

  @Override
  final int[] rows(int task) {
    int n = data.rows().length;
    int[] rows = new int[length(task)];
    long from = (long) task * every + Math.min(task, rest);
    int[] order = null;
    for (int i = 0; i < rows.length; i++) {
      int at = (int) ((from + i) % n);
      if (order == null || at == 0) {
        order = data.order(data.rows(), "pass", (from + i) / n);
      }
      rows[i] = order[at];
    }
    return rows;
  }

  @Override
  final List<String> labels() {
    return data.names(classes);
  }

  /** How many classes there are. */
  final int classes() {
    return classes.length;
  }

  @Override
  int label(int task, int code) {
    return place[code];
  }
}
