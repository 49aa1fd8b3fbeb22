package org.freshet.learn.tree;

import org.freshet.core.DriftDetector;

/** A rule that answers with classes: its conditions, and a tree of one leaf for what it covers. */
final class ClassRule extends Rule {
  final int target; // class it is for, -1 for none in particular
  final GrowingTree tree;
  double right;
  double tested;

  ClassRule(Conditions conditions, int target, GrowingTree tree, DriftDetector detector) {
    super(conditions, detector);
    this.target = target;
    this.tree = tree;
  }

  @Override
  Leaf leaf() {
    return tree.root().leaf;
  }

  @Override
  void stopObserving() {
    tree.stopObserving();
  }

  /** Share of right answers, by Laplace's rule: the weight of its vote. */
  double trust() {
    return (right + 1) / (tested + 2);
  }

  @Override
  long bytes() {
    return 64 + conditions.bytes() + tree.memoryBytes() + detector.memoryBytes();
  }
}
