package org.freshet.learn.explain;

import org.freshet.core.Features;
import org.freshet.learn.tree.FlatTree;

/** The tests of a tree that have two sides, in flat arrays. */
final class Sides {
  private static final byte UP_TO = 0;
  private static final byte UP_TO_OR_MISSING = 1;
  private static final byte EQUALS = 2;
  private static final byte EQUALS_OR_MISSING = 3;
  private static final byte NONE = 4;

  private final byte[] kind;
  private final double[] threshold;
  private final int[] feature;

  Sides(FlatTree tree, int[] feature) {
    this.feature = feature;
    this.kind = new byte[feature.length];
    this.threshold = new double[feature.length];
    for (int i = 0; i < feature.length; i++) {
      if (tree.isLeaf(i) || tree.isMultiway(i)) {
        kind[i] = NONE;
      } else {
        int missingLeft = tree.missing(i) == 0 ? 1 : 0;
        kind[i] = (byte) ((tree.isNumeric(i) ? UP_TO : EQUALS) + missingLeft);
        threshold[i] = tree.threshold(i);
      }
    }
  }

  boolean areTwo(int i) {
    return kind[i] != NONE;
  }

  boolean isLeft(int i, Features x) {
    double v = x.get(feature[i]);
    return switch (kind[i]) {
      case UP_TO -> v <= threshold[i];
      case UP_TO_OR_MISSING -> !(v > threshold[i]);
      case EQUALS -> v == threshold[i];
      case EQUALS_OR_MISSING -> v == threshold[i] || !(v >= 0);
      default -> throw new IllegalArgumentException("node " + i + " has no two sides");
    };
  }
}
