/** Symmetric matrices in double precision, for methods whose answers are exact. */
package org.freshet.neural.matrix;
