/** HTTP API, metrics and page of a live pipeline. */
package org.freshet.serve;
