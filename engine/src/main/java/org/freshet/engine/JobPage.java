package org.freshet.engine;

import java.util.function.Consumer;

/**
 * Shows how a job on a cluster does, for a {@link ClusterRunner}. The command line brings it: a
 * connector knows nothing of pages.
 */
public interface JobPage {
  /**
   * Listens where the file's section {@code serve} says.
   *
   * @param announce told the address
   * @throws org.freshet.core.ConfigException when that is not safe
   */
  Showing open(PipelineFile file, Consumer<String> announce);

  /** A page that is open. */
  interface Showing extends AutoCloseable {
    /** How the job does now; about once a second. */
    void show(JobVitals now);

    @Override
    void close();
  }
}
