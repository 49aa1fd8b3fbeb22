/** When a network takes stock of what it has learnt so far: tasks are not told, so it finds out. */
package org.freshet.neural.consolidation;
