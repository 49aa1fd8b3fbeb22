package org.freshet.engine;

import java.nio.file.Path;
import org.freshet.core.Schema;

/**
 * Scores a stream that runs on a cluster, for a {@link ClusterRunner}. The command line brings it:
 * a connector knows nothing of metrics.
 */
public interface ReplayScorer {
  /**
   * Called before anything is submitted.
   *
   * @param schema the columns; names get to its dictionaries before what they are used in
   * @throws org.freshet.core.ConfigException for what only one process can score
   */
  Board begin(PipelineFile file, Schema schema, Report report);

  /** Takes in what the stream brings. */
  interface Board extends AutoCloseable {
    /** What a record brought, in the order of the stream, as one engine would give it out. */
    void take(Outcomes out);

    /**
     * The stream has ended: tells the result.
     *
     * @param nanos that all engines predicted and learnt
     * @param modelBytes of all models
     */
    void end(long nanos, long modelBytes);

    @Override
    void close();
  }

  /**
   * What is to be told.
   *
   * @param json file for programs, {@code -} for standard output; null for none
   * @param html page with curves; null for none
   * @param window labels the rolling metrics look back on; null for the usual
   */
  record Report(Path json, Path html, Integer window) {}
}
