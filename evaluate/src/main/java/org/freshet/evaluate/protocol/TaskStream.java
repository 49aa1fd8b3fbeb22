package org.freshet.evaluate.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Source;

/**
 * The events of all tasks, one task after the other, without a word about tasks in them. A batch
 * ends where tests are taken, so that who reads it can take them.
 */
public final class TaskStream implements Source {
  /**
   * A time at which tests are taken.
   *
   * @param event events learnt before
   * @param task the one at hand, counted from 0
   * @param end whether it is the end of that task
   */
  public record Moment(long event, int task, boolean end) {}

  private final String name;
  private final String protocol;
  private final Tasks tasks;
  private final Schema schema;
  private final int sample;
  private final long[] starts;
  private final List<Moment> moments = new ArrayList<>();
  private final int[][] samples;
  private final double[] row;
  private int task = -1;
  private int[] rows = new int[0];
  private Tasks.Look look;
  private long position;
  private int moment;

  TaskStream(String name, String protocol, Tasks tasks, int points, int sample) {
    this.name = name;
    this.protocol = protocol;
    this.tasks = tasks;
    this.schema = tasks.schema();
    this.sample = sample;
    this.starts = new long[tasks.count() + 1];
    this.samples = new int[tasks.count()][];
    this.row = new double[tasks.data.train().schema().width()];
    for (int t = 0; t < tasks.count(); t++) {
      starts[t + 1] = starts[t] + tasks.length(t);
      int[] at = tasks.points(t, points);
      for (int k = 0; k < at.length; k++) {
        moments.add(new Moment(starts[t] + at[k], t, k == at.length - 1));
      }
    }
  }

  @Override
  public int read(Batch batch, int max) {
    batch.clear();
    while (moment < moments.size() && moments.get(moment).event() <= position) {
      moment++;
    }
    long end = moment < moments.size() ? moments.get(moment).event() : starts[tasks.count()];
    int n = (int) Math.min(Math.min(max, batch.capacity()), end - position);
    for (int i = 0; i < n; i++) {
      while (position == starts[task + 1]) {
        task++;
        begin();
      }
      write(tasks.data.train(), task, look, rows[(int) (position - starts[task])], batch, row);
      position++;
    }
    return n;
  }

  private void begin() {
    rows = tasks.rows(task);
    look = tasks.look(task);
  }

  private void write(
      Dataset from, int inTask, Tasks.Look as, int r, Batch batch, double[] scratch) {
    batch.beginRow();
    if (schema.isSparse()) {
      from.addTo(r, batch);
    } else if (as != null) {
      from.copy(r, scratch, 0);
      as.write(scratch, batch.block(), batch.size() * schema.width());
    } else {
      from.copy(r, batch.block(), batch.size() * schema.width());
    }
    from.attach(r, batch);
    batch.setLabel(tasks.label(inTask, from.label(r)));
    if (from.weight(r) != 1) {
      batch.setWeight(from.weight(r));
    }
    batch.endRow();
  }

  /**
   * Clears a batch and fills it with events a task is tested on.
   *
   * @param from the first of them
   * @return how many; 0 behind the last
   */
  public int tests(int of, int from, Batch batch) {
    batch.clear();
    int[] all = sample(tasks.testOf(of));
    double[] scratch = new double[row.length];
    Tasks.Look as = tasks.look(of);
    int n = Math.min(batch.capacity(), all.length - from);
    for (int i = 0; i < n; i++) {
      write(tasks.data.test(), of, as, all[from + i], batch, scratch);
    }
    return Math.max(0, n);
  }

  /** Tests drawn of those a task has: the same for all tasks that have the same. */
  private int[] sample(int of) {
    if (samples[of] == null) {
      int[] all = tasks.tests(of).clone();
      int n = Math.min(sample, all.length);
      new Rng(Rng.childSeed(tasks.data.seed(), "tests", 0)).shuffle(all, all.length, n);
      samples[of] = Arrays.copyOf(all, n);
    }
    return samples[of];
  }

  /** The first task that is tested on the same events in the same form. */
  public int testOf(int of) {
    return tasks.testOf(of);
  }

  /** How many tasks there are. */
  public int tasks() {
    return tasks.count();
  }

  /** What a task is called. */
  public String taskName(int of) {
    return tasks.name(of);
  }

  /** First event of a task; for the number of tasks the end of the stream. */
  public long start(int of) {
    return starts[of];
  }

  /** When tests are taken, in order. */
  public List<Moment> moments() {
    return List.copyOf(moments);
  }

  /** Whether anything is tested. */
  public boolean tested() {
    return sample > 0;
  }

  /** The protocol as it was asked for. */
  public String protocol() {
    return protocol;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  /** Events that begin a task, the first apart, where tasks differ. */
  @Override
  public long[] driftPositions() {
    return !tasks.change() ? new long[0] : Arrays.stream(starts, 1, starts.length - 1).toArray();
  }

  @Override
  public Position position() {
    return new Position(
        position, Rng.childSeed(tasks.data.seed(), protocol, starts[tasks.count()]));
  }

  @Override
  public void seek(Position to) {
    position = Math.min(to.record(), starts[tasks.count()]);
    for (task = -1; task + 1 < tasks.count() && starts[task + 1] <= position; ) {
      task++;
    }
    begin();
  }

  @Override
  public void close() {
    // everything is in memory
  }
}
