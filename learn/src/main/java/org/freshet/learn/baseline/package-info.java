/** What any learner must beat: the majority class, no change, the mean. */
package org.freshet.learn.baseline;
