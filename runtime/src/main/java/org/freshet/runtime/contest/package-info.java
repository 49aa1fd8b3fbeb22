/**
 * The champion that answers, the challengers in its shadow, and how one takes the other's place:
 * {@code Contest} is the face, {@code Roster} the models, {@code Throne} who of them answers, and
 * {@code Rule} and {@code Commands} the two ways in which that changes.
 */
package org.freshet.runtime.contest;
