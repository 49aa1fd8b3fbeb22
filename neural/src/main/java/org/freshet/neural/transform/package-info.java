/** Maps of whole rows: random features and principal components. */
package org.freshet.neural.transform;
