/** Use of the events whose labels do not come. */
package org.freshet.learn.semi;
