package org.freshet.core.component;

/**
 * A section of a pipeline file that is no component of the model: what it holds is a record of
 * parameters, checked and documented like any other.
 */
public interface Section {}
