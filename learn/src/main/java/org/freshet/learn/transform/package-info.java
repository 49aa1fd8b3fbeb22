/**
 * Transformers: each turns a row into another. An event is transformed with what was learnt from
 * the events before it, and learnt after.
 */
package org.freshet.learn.transform;
