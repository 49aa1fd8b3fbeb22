/**
 * Streams made by a seeded rule, for tests, demonstrations and benchmarks: the generators of the
 * literature, and drift composed of any two streams. The numbers of a seed are our own (see {@link
 * org.freshet.core.Rng}); the distributions are those of the papers.
 */
package org.freshet.streams.synthetic;
