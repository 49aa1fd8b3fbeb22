package org.freshet.neural.network;

import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Parameters of every network that learns online: how weights move, and what is learnt together.
 *
 * @param optimizer how weights move
 * @param strategy how a batch is learnt
 * @param replay memory of rows to learn again; none for none
 * @param batch labelled events a step
 * @param normalize whether each input is standardised by what was seen of it
 * @param loss what an error costs where a number is learnt
 */
public record Learning(
    @Param(
            value = "how weights move",
            def = "adam",
            origin = "takes features of different scale and noise")
        Spec optimizer,
    @Param(
            value = "how a batch is learnt, and what is done against forgetting",
            def = "experience_replay",
            origin = "plain training where there is no memory")
        Spec strategy,
    @Param(
            value = "memory of rows that are learnt again with each batch",
            def = "none",
            origin = "no memory unless asked for")
        Spec replay,
    @Param(
            value = "labelled events a step",
            def = "1",
            range = "[1, 256]",
            unit = "events",
            origin = "every label counts at once")
        int batch,
    @Param(
            value =
                "whether dense inputs are standardised by their mean and deviation so far, within"
                    + " 10",
            def = "false",
            origin = "a scaler in front does the same, but may serve other members too")
        boolean normalize,
    @Param(
            value = "what an error costs where the label is a number",
            def = "squared",
            origin = "the mean is what most ask for")
        ErrorCost loss) {}
