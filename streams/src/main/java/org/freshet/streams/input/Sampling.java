package org.freshet.streams.input;

import java.util.List;
import org.freshet.core.component.Param;

/** Parameters of readers that find the types of columns by looking at the first records. */
public record Sampling(
    @Param(
            value =
                "Whether ?, NA, NaN, nan, null and NULL stand for a missing value; an empty cell always does.",
            def = "true")
        boolean usualMissing,
    @Param(value = "Columns that are numbers, whatever the sample says.", def = "[]")
        List<String> numeric,
    @Param(value = "Columns that are categories, whatever the sample says.", def = "[]")
        List<String> categorical,
    @Param(value = "Columns that are text, whatever the sample says.", def = "[]")
        List<String> text,
    @Param(
            value =
                "Records looked at to find the columns and their types before the first is given out.",
            def = "1000",
            range = "[1, 1000000]",
            unit = "records",
            origin = "a few milliseconds of reading")
        int sample) {}
