/** JSON lines: one object a line. */
package org.freshet.streams.jsonl;
