/**
 * Networks as graphs of nodes: each holds its values and gradients for a batch of rows, in arrays
 * made once. {@link org.freshet.neural.graph.Graph} runs them forwards and backwards.
 */
package org.freshet.neural.graph;
