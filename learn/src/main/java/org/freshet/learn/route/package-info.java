/** Choosing among several experts for each event: what each is good for, and what it may cost. */
package org.freshet.learn.route;
