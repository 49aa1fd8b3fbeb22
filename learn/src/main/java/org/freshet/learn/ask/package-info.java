/** Strategies that decide which labels are worth asking for. */
package org.freshet.learn.ask;
