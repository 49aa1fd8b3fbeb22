package org.freshet.runtime.budget;

import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.engine.LabelPlan;

/**
 * How the memory of {@code limits} is shared out, before anything is used, so that the same rows
 * give the same state on any machine. Each model has the same share; of it at most half is for the
 * events that wait for labels and those remembered, as many as {@code labels.pending} says and the
 * half holds, and the rest is the limit the learner keeps by itself.
 *
 * @param limit of all models together; {@link Long#MAX_VALUE} for none
 * @param modelBytes each learner may take
 * @param pending events of each model that may wait in memory; the oldest is given up, or spilled,
 *     when more come
 * @param remembered events with a label whose answers are remembered
 */
public record MemoryBudget(long limit, long modelBytes, int pending, int remembered) {
  private static final int REMEMBERED = 100_000;

  /** Bytes of an event that waits, besides its values: id, answer, places in lists and index. */
  private static final int EVENT_BYTES = 260;

  /** Least share of a learner. */
  private static final long LEAST = 1 << 20;

  /**
   * @param limit in bytes, 0 for none
   * @param models that share it
   */
  public static MemoryBudget of(long limit, int models, Schema schema, LabelPlan plan) {
    if (limit == 0) {
      return new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE, plan.pending(), REMEMBERED);
    }
    long share = limit / models;
    long row = EVENT_BYTES + (schema.isSparse() ? 1024L : 8L * schema.width());
    int remembered = (int) Math.min(REMEMBERED, share / 8 / EVENT_BYTES);
    int pending = (int) Math.max(1, Math.min(plan.pending(), share * 3 / 8 / row));
    boolean delayed = !plan.immediate() && plan.delay() != null && plan.delay().events();
    if (delayed) { // what waits is known
      pending = (int) Math.min(pending, plan.delay().length() + 1);
    }
    long left = share - pending * row - (long) remembered * EVENT_BYTES;
    if (left < LEAST) {
      throw new ConfigException(
          "limits.memory",
          "is %d bytes, which leaves %d for each of %d models, at least %d; raise it, or lower labels.pending"
              .formatted(limit, Math.max(0, left), models, LEAST));
    }
    return new MemoryBudget(limit, left, pending, remembered);
  }
}
