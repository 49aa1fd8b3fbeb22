/** Many learners that answer together. */
package org.freshet.learn.ensemble;
