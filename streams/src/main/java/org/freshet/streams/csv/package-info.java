/** CSV, TSV and their relatives. */
package org.freshet.streams.csv;
