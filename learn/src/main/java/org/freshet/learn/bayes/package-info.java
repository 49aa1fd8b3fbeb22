/** Naive Bayes. */
package org.freshet.learn.bayes;
