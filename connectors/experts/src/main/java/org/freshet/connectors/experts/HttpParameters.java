package org.freshet.connectors.experts;

import java.util.List;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;

/**
 * What all experts behind HTTP share.
 *
 * @param classes what they answer with
 * @param timeout of a request
 * @param retries of a question
 * @param backoff before the first of them
 * @param requestsPerMinute at most
 * @param concurrency requests at a time
 * @param cache answers kept
 */
public record HttpParameters(
    @Param(
            value = "Classes to choose from; none: those the stream declares.",
            def = "none",
            origin = "an answer that is no class is of no use")
        List<String> classes,
    @Param(
            value = "Longest time a request may take.",
            def = "30s",
            origin = "large models take seconds")
        Span timeout,
    @Param(
            value =
                "How often a question is put again after a time-out, a lost connection, or a status"
                    + " of 408, 425, 429 or 500 and above.",
            def = "4",
            range = "[0, 100]",
            origin = "ours")
        int retries,
    @Param(
            value = "Pause before the first of these; it doubles, up to a minute.",
            def = "500ms",
            origin = "ours; Retry-After goes before it")
        Span backoff,
    @Param(
            value = "Most requests of a minute; 0 is no limit.",
            def = "0",
            range = "[0, 1e9]",
            origin = "set it to what the service allows")
        double requestsPerMinute,
    @Param(value = "Most requests at a time.", def = "4", range = "[1, 1000]", origin = "ours")
        int concurrency,
    @Param(
            value =
                "Answers kept, so that the same question is not paid twice; the one used longest ago"
                    + " goes first. 0 keeps none.",
            def = "10000",
            range = "[0, 10000000]",
            unit = "answers",
            origin = "about 2 MB")
        int cache) {}
