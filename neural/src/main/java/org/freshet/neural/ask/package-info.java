/** Strategies with networks of their own that decide which labels are worth asking for. */
package org.freshet.neural.ask;
