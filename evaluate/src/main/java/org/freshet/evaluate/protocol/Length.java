package org.freshet.evaluate.protocol;

import org.freshet.core.component.Param;

/**
 * Parameters of protocols whose tasks are runs of the shuffled stream.
 *
 * @param every events of a task
 * @param tasks how many there are
 */
public record Length(
    @Param(
            value =
                "Events of a task; 0 divides one pass over the stream into 'tasks' of the same length.",
            def = "0",
            range = "[0, inf)",
            unit = "events",
            origin = "by the number of tasks")
        int every,
    @Param(
            value =
                "How many tasks there are; 0 makes as many as one pass gives. More repeat the stream,"
                    + " newly shuffled.",
            def = "0",
            range = "[0, 10000]",
            origin = "each event once")
        int tasks) {}
