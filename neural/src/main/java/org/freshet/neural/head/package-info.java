/** Classifiers that keep learning on vectors whose making is settled: features, embeddings. */
package org.freshet.neural.head;
