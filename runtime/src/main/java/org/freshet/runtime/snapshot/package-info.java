/** Snapshots of a live pipeline: made, kept, found again. */
package org.freshet.runtime.snapshot;
