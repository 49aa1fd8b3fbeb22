/** Copies of one model that learn apart and are brought together, wherever they run. */
package org.freshet.engine.merge;
