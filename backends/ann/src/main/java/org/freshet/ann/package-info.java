/** A classifier of nearest neighbours over an index that grows with the stream, by JVector. */
package org.freshet.ann;
