package org.freshet.engine;

import org.freshet.core.component.Spec;

/**
 * What a run is made of: enough to make it again.
 *
 * @param stream name of the stream, for reports
 * @param source where its events come from
 * @param pipeline transformers and learner, as the user gave them
 */
public record Setup(String stream, Spec source, Spec pipeline, long seed, LabelPlan labels) {}
