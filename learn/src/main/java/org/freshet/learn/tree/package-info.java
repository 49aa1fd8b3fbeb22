/**
 * Decision trees that grow from a stream. One core for all of them: {@link
 * org.freshet.learn.tree.Node} and {@link org.freshet.learn.tree.Leaf} hold what was seen, {@link
 * org.freshet.learn.tree.SplitSearch} finds the best tests, {@link org.freshet.learn.tree.Grower}
 * decides when to split; a published method is a short class on top.
 */
package org.freshet.learn.tree;
