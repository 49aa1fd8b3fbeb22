package org.freshet.learn.tree;

import org.freshet.core.DriftDetector;

/** A rule that answers with classes: its conditions, and a tree of one leaf for what it covers. */
final class ClassRule {
  final Conditions conditions;
  final int target; // class it is for, -1 for none in particular
  final GrowingTree tree;
  final DriftDetector detector;
  double right;
  double tested;

  ClassRule(Conditions conditions, int target, GrowingTree tree, DriftDetector detector) {
    this.conditions = conditions;
    this.target = target;
    this.tree = tree;
    this.detector = detector;
  }

  Leaf leaf() {
    return tree.root().leaf;
  }

  /** Share of right answers, by Laplace's rule: the weight of its vote. */
  double trust() {
    return (right + 1) / (tested + 2);
  }

  long bytes() {
    return 64 + conditions.bytes() + tree.memoryBytes() + detector.memoryBytes();
  }
}
