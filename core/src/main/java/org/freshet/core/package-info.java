/**
 * The types everything rests on: events as {@link org.freshet.core.Batch} and {@link
 * org.freshet.core.Features}, the task interfaces, {@link org.freshet.core.Pipeline}, {@link
 * org.freshet.core.Rng} and errors. No dependencies.
 */
package org.freshet.core;
