/** How a network learns a batch of the stream, and what it learns again so as not to forget. */
package org.freshet.neural.strategy;
