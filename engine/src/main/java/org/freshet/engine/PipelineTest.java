package org.freshet.engine;

import java.util.List;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Where;

/**
 * One entry of a file's {@code tests}: what the pipeline must reach on a small stream. Labels come
 * at once and complete unless the test says otherwise.
 *
 * @param pipeline what is tested: the file's own unless the test gives one
 * @param seed the file's own unless the test gives one
 */
public record PipelineTest(
    String name,
    Spec source,
    Spec pipeline,
    LabelPlan labels,
    long seed,
    List<Expectation> expect,
    Where where) {}
