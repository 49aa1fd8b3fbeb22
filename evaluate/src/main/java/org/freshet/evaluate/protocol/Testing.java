package org.freshet.evaluate.protocol;

import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Parameters of all protocols: what is tested, how often, and how the events are drawn.
 *
 * @param test source of the events tested; null holds a share of the stream back
 * @param heldBack share of each class that is held back for tests
 * @param points how often inside a task the tests are taken, its end included
 * @param sample the most events tested of a task at a time; 0 tests nothing
 * @param shuffle whether the events of a task come in random order
 * @param seed of everything drawn; -1 takes that of the run
 * @param maxBytes the most memory the events may take
 */
public record Testing(
    @Param(
            value =
                "Source of events that are only tested, as '--test FILE' gives it; none holds a share of the stream back.",
            def = "none",
            kind = Kind.SOURCE)
        Spec test,
    @Param(
            value =
                "Share of each class that is held back for tests, when there is no source of them.",
            def = "0.2",
            range = "(0, 0.9]",
            origin = "the usual fifth")
        double heldBack,
    @Param(
            value =
                "How often inside each task the tests are taken, at equal distances, its end included.",
            def = "10",
            range = "[1, 100000]",
            origin = "the dip behind a change of tasks is seen, at the cost of some tests")
        int points,
    @Param(
            value = "The most events tested of each task at a time, drawn once; 0 tests nothing.",
            def = "2500",
            range = "[0, inf)",
            origin = "all of the tests of two digits of MNIST; 1 point is a standard error or less")
        int sample,
    @Param(
            value = "Whether the events of a task come in random order, or in that of the stream.",
            def = "true",
            origin = "files are often sorted")
        boolean shuffle,
    @Param(
            value = "Seed of order, permutations and shares; -1 takes that of the run.",
            def = "-1",
            range = "[-1, inf)")
        long seed,
    @Param(
            value = "The most memory the events of stream and tests may take.",
            def = "1GB",
            range = "[1024, inf)",
            unit = "bytes",
            origin = "MNIST takes 56 MB")
        long maxBytes) {}
