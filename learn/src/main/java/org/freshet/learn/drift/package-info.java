/** Drift detectors, and learners that start anew when one signals. */
package org.freshet.learn.drift;
