/**
 * The journal: every record a live pipeline consumed, in order, so that what it is can be made
 * again.
 */
package org.freshet.runtime.journal;
