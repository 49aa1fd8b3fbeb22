/** LIBSVM and SVMlight text. */
package org.freshet.streams.libsvm;
