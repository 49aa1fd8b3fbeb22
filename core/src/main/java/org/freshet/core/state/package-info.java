/**
 * The container state is written to: named scalars and primitive arrays, checked before believed.
 */
package org.freshet.core.state;
