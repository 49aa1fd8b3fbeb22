/** ARFF, the format of Weka and MOA. */
package org.freshet.streams.arff;
