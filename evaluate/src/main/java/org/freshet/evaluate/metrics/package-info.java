/**
 * Metrics that grow with the stream: whole, over a sliding window, fading. Adding an event
 * allocates nothing; reading a metric may. All state is saved, and a metric restored goes on bit
 * for bit.
 */
package org.freshet.evaluate.metrics;
