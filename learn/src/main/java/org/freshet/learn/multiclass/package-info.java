/** Many classes by learners of two: what each of them learns, and how their answers combine. */
package org.freshet.learn.multiclass;
