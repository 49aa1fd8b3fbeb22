package org.freshet.evaluate.protocol;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;

/**
 * What a protocol makes of a dataset: tasks in their order, each with the rows it learns from, the
 * rows it is tested on, and how both look. A function of the dataset and the seed: asked twice, it
 * says the same, on any thread.
 */
abstract class Tasks {
  final Split data;

  Tasks(Split data) {
    this.data = data;
  }

  /** How many tasks there are. */
  abstract int count();

  /** Rows a task learns from, in their order. */
  abstract int[] rows(int task);

  /** How many those are. */
  int length(int task) {
    return rows(task).length;
  }

  /** Rows a task is tested on; tasks with the same {@link #testOf} have the same. */
  int[] tests(int task) {
    return data.tests();
  }

  /** The first task that is tested on the same events in the same form. */
  int testOf(int task) {
    return task;
  }

  /** Whether the stream changes from task to task. */
  boolean change() {
    return true;
  }

  /** What a task is called in reports. */
  String name(int task) {
    return "task " + (task + 1);
  }

  /** Names of the classes of the stream, in the order of their codes. */
  abstract List<String> labels();

  /** Code in the stream of a class of the dataset, in a task. */
  abstract int label(int task, int code);

  /** Columns of the stream. */
  Schema schema() {
    Schema own = data.train().schema();
    Dictionary names = new Dictionary();
    labels().forEach(names::code);
    Schema s = Schema.classification(own.columns(), own.labelName(), names);
    return own.isSparse() ? s.withSparse(own.columns()) : s;
  }

  /** How dense rows look in a task; null for as they are. */
  Look look(int task) {
    return null;
  }

  /** Writes dense rows as they look in a task; used by one thread. */
  interface Look {
    void write(double[] row, double[] to, int at);
  }

  /** Events of a task after which tests are taken; the last is its length. */
  int[] points(int task, int wanted) {
    int n = length(task);
    int[] at = new int[wanted];
    for (int k = 0; k < wanted; k++) {
      at[k] = (int) Math.ceil((double) n * (k + 1) / wanted);
    }
    return Arrays.stream(at).distinct().toArray();
  }
}
