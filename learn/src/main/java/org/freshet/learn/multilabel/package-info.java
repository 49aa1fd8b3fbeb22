/** Several labels or targets at once. */
package org.freshet.learn.multilabel;
