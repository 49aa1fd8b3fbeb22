/** Images as rows: a column a pixel. */
package org.freshet.streams.image;
