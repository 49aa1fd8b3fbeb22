package org.freshet.core.component;

/**
 * How a stream is divided into tasks for an evaluation of continual learning. What it does is known
 * to who evaluates; here it is a kind of component, so that files can name one.
 */
public interface Protocol {}
