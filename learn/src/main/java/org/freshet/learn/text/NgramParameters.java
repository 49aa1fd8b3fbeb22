package org.freshet.learn.text;

import java.util.List;
import org.freshet.core.component.Param;

/**
 * Parameters of what is cut from texts and how it is counted.
 *
 * @param words shortest and longest run of words
 * @param characters shortest and longest run of characters of a word
 * @param buckets indices n-grams are hashed to
 * @param signed whether half of the n-grams count negatively
 * @param lowerCase whether case is ignored
 * @param sublinear whether counts grow with their logarithm only
 * @param normalize whether the n-grams of an event have Euclidean length 1
 * @param dense whether rows are dense
 */
public record NgramParameters(
    @Param(
            value = "shortest and longest run of words; [] leaves words out",
            def = "[1, 1]",
            range = "[1, 16]",
            unit = "words",
            origin = "the default of scikit-learn")
        List<Double> words,
    @Param(
            value =
                "shortest and longest run of characters of a word and the marks at its ends; [] is"
                    + " none",
            def = "[]",
            range = "[1, 16]",
            unit = "characters",
            origin = "no characters unless asked for; [3, 6] in Bojanowski et al. 2017")
        List<Double> characters,
    @Param(
            value = "indices n-grams are hashed to",
            def = "262144",
            range = "[1, 1073741824]",
            origin = "2^18, as in feature_hasher and Vowpal Wabbit")
        int buckets,
    @Param(
            value = "whether half of the n-grams count negatively",
            def = "true",
            origin = "Weinberger et al. 2009")
        boolean signed,
    @Param(value = "whether case is ignored", def = "true", origin = "usual for text")
        boolean lowerCase,
    @Param(
            value = "whether a count c is taken as 1 + ln c",
            def = "false",
            origin = "the default of scikit-learn")
        boolean sublinear,
    @Param(
            value = "whether the n-grams of an event are scaled to Euclidean length 1",
            def = "true",
            origin = "the default of scikit-learn: long texts count like short ones")
        boolean normalize,
    @Param(
            value = "whether rows are dense, for learners that take no sparse ones; set 'buckets'",
            def = "false",
            origin = "sparse rows cost what is in them")
        boolean dense) {}
