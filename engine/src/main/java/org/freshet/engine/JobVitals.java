package org.freshet.engine;

/**
 * How a job on a cluster does, as far as the cluster tells.
 *
 * @param job its id; empty before one is found
 * @param state a word such as running, restarting, failed, or unreachable
 * @param ended whether nothing more comes of it
 * @param trouble what is wrong, in words; null for nothing
 * @param begun milliseconds since 1970; 0 before it has begun
 * @param tasks that it has
 * @param running tasks that run
 * @param restarts so far
 */
public record JobVitals(
    String job,
    String state,
    boolean ended,
    String trouble,
    long begun,
    int tasks,
    int running,
    long restarts,
    Checkpoints checkpoints,
    Counts counts,
    Labels labels) {

  /** Before anything is known. */
  public static final JobVitals NONE =
      new JobVitals(
          "",
          "unreachable",
          false,
          null,
          0,
          0,
          0,
          0,
          new Checkpoints(0, 0, 0, 0, 0),
          new Counts(null, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0),
          new Labels(0, 0, 0, 0, 0, 0, 0, 0, 0, 0));

  /** The same, of which nothing new can be known. */
  public JobVitals without(String stateNow, String troubleNow) {
    return new JobVitals(
        job, stateNow, false, troubleNow, begun, tasks, 0, restarts, checkpoints, counts, labels);
  }

  /**
   * Of the job as it runs now.
   *
   * @param last when the last completed one was, milliseconds since 1970; 0 for none
   * @param bytes of all state then
   * @param millis that it took
   */
  public record Checkpoints(long completed, long failed, long last, long bytes, long millis) {}

  /**
   * What the engines did; those of answers since the tasks began.
   *
   * @param task classification, regression or several; null where it is not known
   * @param events answered, over all runs
   * @param scored labels of events that had an answer
   * @param loss wrong answers to these, or the sum of their squared errors
   * @param memoryBytes of models and waiting events
   * @param seconds that engines predicted and learnt
   * @param waiting records that wait at the source; -1 where it cannot tell
   * @param bad records that could not be read
   * @param keys in memory
   * @param merges of copies; 0 where there are none
   * @param staleness of copies, in merges
   */
  public record Counts(
      String task,
      long events,
      long scored,
      double loss,
      long drifts,
      long modelBytes,
      long memoryBytes,
      double seconds,
      long waiting,
      long bad,
      long keys,
      long merges,
      double staleness) {}

  /**
   * What became of labels, over all runs.
   *
   * @param pending events that wait for theirs
   * @param dropped events given up because too many waited, and labels because too many came early
   */
  public record Labels(
      long learnt,
      long early,
      long duplicate,
      long corrected,
      long unknown,
      long late,
      long timedOut,
      long refused,
      long pending,
      long dropped) {}
}
