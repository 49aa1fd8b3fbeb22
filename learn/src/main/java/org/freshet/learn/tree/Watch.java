package org.freshet.learn.tree;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** What a node of an adaptive tree has besides: a detector on its errors, and a tree in waiting. */
abstract class Watch<L extends TreeLeaf> {
  Node<L> alternate;

  /** Takes an error of the prediction made below this node; true when errors became more. */
  abstract boolean update(double error);

  abstract long bytes();

  /** Writes all but the alternate. */
  abstract void save(StateWriter out, String name);

  abstract void load(StateReader in, String name);
}
