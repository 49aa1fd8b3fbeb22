/** What made a learner answer as it did: attributions, importance over time, drawings of trees. */
package org.freshet.learn.explain;
