package org.freshet.engine;

import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;

/**
 * How the memory of {@code limits} is shared out, before anything is used, so that the same rows
 * give the same state on any machine. Each model has the same share; of it at most half is for the
 * events that wait for labels and those remembered, as many as {@code labels.pending} says and the
 * half holds, and the rest is the limit the learner keeps by itself.
 *
 * @param limit of all models together; {@link Long#MAX_VALUE} for none
 * @param modelBytes each learner may take
 * @param pending events of each model that may wait; the oldest is given up when more come
 * @param inMemory those of them whose rows are in memory; the rows of the older ones are on the
 *     disk
 * @param remembered events with a label whose answers are remembered
 */
public record MemoryBudget(long limit, long modelBytes, int pending, int inMemory, int remembered) {
  private static final int REMEMBERED = 100_000;

  /** Bytes of an event that waits, besides its values: id, answer, places in lists and index. */
  private static final int EVENT_BYTES = 260;

  /** Bytes of an event that waits and whose row is on the disk. */
  private static final int SPILLED_BYTES = 110;

  /** Bytes of rows in memory where there is no limit. */
  private static final long UNLIMITED = 128L << 20;

  /** Least share of a learner. */
  private static final long LEAST = 1 << 20;

  /**
   * @param limit in bytes, 0 for none
   * @param models that share it
   */
  public static MemoryBudget of(long limit, int models, Schema schema, LabelPlan plan) {
    long row = EVENT_BYTES + (schema.isSparse() ? 1024L : 8L * schema.width());
    if (limit == 0) {
      int inMemory = (int) Math.max(1, Math.min(plan.pending(), UNLIMITED / row));
      return new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE, plan.pending(), inMemory, REMEMBERED);
    }
    long share = limit / models;
    int remembered = (int) Math.min(REMEMBERED, share / 8 / EVENT_BYTES);
    long waiting = share * 3 / 8;
    int pending = plan.pending();
    int inMemory = pending;
    if (pending * row > waiting) { // half of it for rows, half for what is known of those on disk
      inMemory = (int) Math.max(1, waiting / 2 / row);
      pending = (int) Math.max(1, Math.min(pending, inMemory + waiting / 2 / SPILLED_BYTES));
    }
    boolean delayed = !plan.immediate() && plan.delay() != null && plan.delay().events();
    if (delayed) { // what waits is known
      pending =
          (int) Math.min(Math.max(1, Math.min(pending, waiting / row)), plan.delay().length() + 1);
      inMemory = pending;
    }
    long left =
        share
            - inMemory * row
            - (long) (pending - inMemory) * SPILLED_BYTES
            - (long) remembered * EVENT_BYTES;
    if (left < LEAST) {
      throw new ConfigException(
          "limits.memory",
          "is %d bytes, which leaves %d for each of %d models, at least %d; raise it, or lower labels.pending"
              .formatted(limit, Math.max(0, left), models, LEAST));
    }
    return new MemoryBudget(limit, left, pending, inMemory, remembered);
  }

  /** The share of each of so many engines that divide the events among them. */
  public MemoryBudget divided(int engines) {
    return engines == 1
        ? this
        : new MemoryBudget(
            limit,
            Math.max(LEAST, modelBytes == Long.MAX_VALUE ? modelBytes : modelBytes / engines),
            pending,
            inMemory,
            Math.max(1, remembered / engines));
  }

  /**
   * The same engine divided by members. Parts have the limits of the whole, so that they answer the
   * same; each uses what its members do, and all that for events that wait.
   */
  public Parts parts(Spec pipeline, LabelPlan plan, Build build, int number) {
    return new Parts(pipeline, plan.withPending(pending), build.withMaxBytes(modelBytes), number)
        .remember(remembered);
  }

  /** Models that a pipeline file names, which share its limit. */
  public static int models(LiveSettings live) {
    return 1 + live.challengers().size() + (live.limits().fallback() == null ? 0 : 1);
  }

  /**
   * An engine within its share; who may keep rows on the disk does so besides, which changes no
   * outcome.
   */
  public Engine engine(Spec pipeline, LabelPlan plan, Build build) {
    Engine engine = new Engine(pipeline, plan.withPending(pending), build.withMaxBytes(modelBytes));
    engine.remember(remembered);
    return engine;
  }
}
