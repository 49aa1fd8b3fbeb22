/**
 * How a component describes itself: annotations read by the processor, the specification grammar,
 * validated parameters, and the lookup of everything on the class path.
 */
package org.freshet.core.component;
