/** What a live pipeline did: metrics, the history of the last hours, the log of what happened. */
package org.freshet.serve.meter;
