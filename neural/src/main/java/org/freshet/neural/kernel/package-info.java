/** Matrix products in single precision: the scalar definition, and where faster ones plug in. */
package org.freshet.neural.kernel;
