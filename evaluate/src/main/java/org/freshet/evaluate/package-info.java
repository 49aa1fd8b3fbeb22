/**
 * Prequential evaluation: drives engines over a stream, scores what they predict, tells what came
 * of it.
 */
package org.freshet.evaluate;
