/**
 * Protocols of continual learning: a stream becomes a sequence of tasks, and what the model knows
 * of each task is tested while it learns. It never hears of tasks.
 */
package org.freshet.evaluate.protocol;
