/** Memories of rows to be learnt again, and how what they keep and give is chosen. */
package org.freshet.neural.replay;
