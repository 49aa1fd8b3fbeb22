/**
 * What connects a live pipeline with the world: feeds that push events and labels in, sinks that
 * carry answers out. Connectors implement these; the runtime drives them.
 */
package org.freshet.core.live;
