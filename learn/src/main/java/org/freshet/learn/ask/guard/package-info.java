/** Acting only where somebody was asked before. */
package org.freshet.learn.ask.guard;
