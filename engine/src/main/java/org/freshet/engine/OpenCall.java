package org.freshet.engine;

import org.freshet.core.Features;

/**
 * A question to an expert whose answer has not come.
 *
 * @param event its number in the stream
 * @param expert number of the expert; -1 where it is there no more
 * @param name of the expert
 * @param row the event as the source gave it; a copy
 */
public record OpenCall(long event, int expert, String name, Features row) {}
