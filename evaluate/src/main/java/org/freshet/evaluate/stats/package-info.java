/** Statistics for comparing models: tests, intervals, ranks, and the distributions they need. */
package org.freshet.evaluate.stats;
