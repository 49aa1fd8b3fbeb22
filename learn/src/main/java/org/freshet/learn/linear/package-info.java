/** Linear models learnt online, and the optimizers they use. */
package org.freshet.learn.linear;
