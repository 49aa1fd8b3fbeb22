package org.freshet.bench;

import org.freshet.core.Rng;

/** Classes that change their names among themselves. */
final class Names {
  private final int[] name;
  private final Rng rng;

  Names(int classes, long seed) {
    name = new int[classes];
    for (int c = 0; c < classes; c++) {
      name[c] = c;
    }
    rng = new Rng(seed);
  }

  int of(int label) {
    return name[label];
  }

  void permute() {
    for (int i = name.length - 1; i > 0; i--) {
      int j = rng.nextInt(i + 1);
      int n = name[i];
      name[i] = name[j];
      name[j] = n;
    }
  }
}
