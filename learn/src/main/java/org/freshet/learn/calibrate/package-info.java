/** Learners around one learner that make its answers honest: calibration, sets and intervals. */
package org.freshet.learn.calibrate;
