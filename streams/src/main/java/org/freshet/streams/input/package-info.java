/** What all readers share: bytes, cells, roles of columns, numbers, times, bad records. */
package org.freshet.streams.input;
