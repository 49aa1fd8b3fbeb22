package org.freshet.learn.tree;

/** Writes and reads leaves. What naive Bayes derives from the statistics is computed anew. */
final class LeafState {
  private LeafState() {}

  /** How much of a leaf is there. */
  private static final int BARE = 0;

  private static final int OBSERVED = 1;
  private static final int OBSERVED_WITH_COUNTS = 2;

  static void save(Leaf leaf, Tape out) {
    out.put(leaf.slots);
    out.put(leaf.active ? 1 : 0);
    int stage =
        leaf.gaussians == null || leaf.gaussians.counts == null ? OBSERVED : OBSERVED_WITH_COUNTS;
    out.put(leaf.observes() ? stage : BARE);
    for (int s = 0; s < leaf.slots; s++) {
      out.put(leaf.codes[s]);
    }
    out.put(leaf.dist, 0, leaf.slots);
    out.put(leaf.lastAttempt);
    out.put(leaf.nextAttempt);
    out.put(leaf.majorityRight);
    out.put(leaf.bayesRight);
    if (leaf.observes()) {
      saveObservations(leaf, out);
    }
  }

  private static void saveObservations(Leaf leaf, Tape out) {
    out.put(leaf.seen, 0, leaf.slots);
    leaf.gaussians.save(out);
    if (leaf.nominal != null) {
      leaf.nominal.save(out, leaf.seen);
    }
    if (leaf.values != null) {
      for (ValueBins v : leaf.values) {
        v.save(out);
      }
    }
  }

  static Leaf load(Tape in, FeatureSet features) {
    int slots = in.nextInt(0, 1 << 24);
    boolean active = in.nextInt(0, 1) == 1;
    int stage = in.nextInt(BARE, OBSERVED_WITH_COUNTS);
    long perSlot = stage == BARE ? 1 : 2 + (3L + stage) * features.numeric.length;
    in.need(slots * perSlot);
    int[] codes = new int[slots];
    for (int s = 0; s < slots; s++) {
      codes[s] = in.nextInt(s == 0 ? 0 : codes[s - 1] + 1, 1 << 24);
    }
    double[] dist = new double[slots];
    in.next(dist, 0, slots);
    Leaf leaf = new Leaf(features, codes, dist, slots);
    leaf.active = active;
    leaf.lastAttempt = in.nextDouble();
    leaf.nextAttempt = in.nextDouble();
    leaf.majorityRight = in.nextDouble();
    leaf.bayesRight = in.nextDouble();
    if (stage != BARE) {
      loadObservations(leaf, in, stage == OBSERVED_WITH_COUNTS);
    }
    return leaf;
  }

  private static void loadObservations(Leaf leaf, Tape in, boolean hasCounts) {
    leaf.allocate();
    in.next(leaf.seen, 0, leaf.slots);
    for (int s = 0; s < leaf.slots; s++) {
      leaf.observed += leaf.seen[s] > 0 ? 1 : 0;
    }
    leaf.gaussians = Gaussians.load(in, leaf.numeric, leaf.slots, hasCounts);
    if (leaf.nominal != null) {
      int features = leaf.features.nominal.length;
      leaf.nominal = NominalTable.load(in, features, leaf.slots, leaf.seen);
    }
    if (leaf.values != null) {
      for (int k = 0; k < leaf.values.length; k++) {
        leaf.values[k] = ValueBins.load(in, leaf.slots, leaf.features.bins);
      }
    }
  }
}
