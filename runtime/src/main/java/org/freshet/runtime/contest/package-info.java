/**
 * The champion that answers, the challengers in its shadow, and how one takes the other's place.
 */
package org.freshet.runtime.contest;
