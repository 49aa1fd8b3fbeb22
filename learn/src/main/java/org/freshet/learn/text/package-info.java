/** Text into numbers without a model: n-grams, hashed, and weighted by how rare they are. */
package org.freshet.learn.text;
