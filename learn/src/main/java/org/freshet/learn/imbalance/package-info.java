/** Streams in which some classes are rare. */
package org.freshet.learn.imbalance;
