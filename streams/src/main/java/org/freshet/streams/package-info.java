/** Sources: files and standard input in the usual formats, and ways to wrap them. */
package org.freshet.streams;
