package org.freshet.engine;

import java.io.PrintWriter;

/**
 * Runs pipeline files on a cluster; one for each kind of cluster, found by {@link
 * java.util.ServiceLoader}, so that the command line needs none of them to be there.
 */
public interface ClusterRunner {
  /** Name of its command, such as {@code flink}. */
  String name();

  /**
   * Obeys the words behind the command.
   *
   * @param out for what the user asked to see
   * @param scorer scores a replay where the words ask for one
   * @param page shows a job where the words ask for it
   * @throws org.freshet.core.FreshetException for whatever the user can mend
   */
  int run(String[] args, PrintWriter out, ReplayScorer scorer, JobPage page) throws Exception;
}
