/** Text of Vowpal Wabbit. */
package org.freshet.streams.vw;
