package org.freshet.learn.tree;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The nodes of a Mondrian tree in flat arrays: where each splits, the box of what it has seen, its
 * statistics and its weight against the subtree below it. Taking a leaf out undoes the split that
 * made it, which leaves the tree that the rest of the data would have given.
 */
abstract class MondrianNodes {
  // A record: these, the statistics, lower and upper ends of the box.
  /** When the node split; infinite in a leaf. */
  static final int TIME = 0;

  static final int THRESHOLD = 1;

  /** Weight of the node's own answers over that of all subtrees below it. */
  static final int ODDS = 2;

  /** Weight seen. */
  static final int TOTAL = 3;

  /** Number of the event learnt last. */
  static final int LAST = 4;

  static final int STATS = 5;

  // Links of a node.
  static final int LEFT = 0;
  static final int RIGHT = 1;
  static final int PARENT = 2;

  /** Feature of the split; in a leaf whether it was reached since the hand passed. */
  static final int FEATURE = 3;

  static final int LINKS = 4;

  private static final int LEAF = -1;
  private static final int FREE = -2;
  private static final int FIRST_ROOM = 16;

  /** Bytes of the arrays' heads and of all fields. */
  private static final int HEAD_BYTES = 400;

  final int width;
  private final long maxBytes;
  private final int maxNodes;
  int stats;
  int stride;
  double[] records = new double[0];
  int[] links = new int[0];
  int root = LEAF;
  private int nodes;
  private int end;
  private int free = LEAF;
  private int hand;
  private int most;

  MondrianNodes(int width, int stats, long maxBytes, int maxNodes) {
    this.width = width;
    this.maxBytes = maxBytes;
    this.maxNodes = maxNodes;
    shape(stats);
  }

  private void shape(int newStats) {
    stats = newStats;
    stride = STATS + stats + 2 * width;
    long room = maxBytes - HEAD_BYTES - 48L * width - 16L * stats;
    long fit = Math.min(room / (8L * stride + 4L * LINKS), Integer.MAX_VALUE / (stride + 8) - 8);
    most = (int) Math.max(1, Math.min(fit, maxNodes));
  }

  final int nodes() {
    return nodes;
  }

  final boolean isLeaf(int n) {
    return links[n * LINKS + LEFT] < 0;
  }

  /** Whether there is room for a split. */
  final boolean hasRoom() {
    return nodes + 2 <= most;
  }

  /** A new leaf without a parent, all numbers 0, its box empty. */
  final int take() {
    int n = free;
    if (n >= 0) {
      free = links[n * LINKS + PARENT];
    } else {
      n = end++;
      reserve();
    }
    nodes++;
    int b = n * stride;
    Arrays.fill(records, b, b + STATS + stats, 0);
    Arrays.fill(records, b + STATS + stats, b + stride, Double.NaN);
    records[b + TIME] = Double.POSITIVE_INFINITY;
    records[b + ODDS] = 1;
    link(n, LEAF, LEAF, LEAF, 1);
    return n;
  }

  /**
   * Room for {@link #end} nodes; it depends on their number alone, so that a restored tree has it.
   */
  private void reserve() {
    int room = FIRST_ROOM;
    while (room < end) {
      room *= 2;
    }
    room = Math.max(end, Math.min(room, most));
    if (links.length < room * LINKS) {
      records = Arrays.copyOf(records, room * stride);
      links = Arrays.copyOf(links, room * LINKS);
    }
  }

  final void link(int n, int left, int right, int parent, int feature) {
    int l = n * LINKS;
    links[l + LEFT] = left;
    links[l + RIGHT] = right;
    links[l + PARENT] = parent;
    links[l + FEATURE] = feature;
  }

  /** Puts a node in the place of another under the parent of that one. */
  final void replace(int old, int by) {
    int p = links[old * LINKS + PARENT];
    links[by * LINKS + PARENT] = p;
    if (p < 0) {
      root = by;
    } else {
      links[p * LINKS + (links[p * LINKS + LEFT] == old ? LEFT : RIGHT)] = by;
    }
  }

  /** Takes out leaves until another split fits. */
  final void makeRoom() {
    while (nodes + 2 > most && nodes > 1) {
      evict();
    }
  }

  /** Takes out the next leaf that was not reached since the hand came by (the clock algorithm). */
  private void evict() {
    while (true) {
      hand = hand + 1 < end ? hand + 1 : 0;
      int l = hand * LINKS;
      if (links[l + LEFT] == LEAF) {
        if (links[l + FEATURE] == 0) {
          remove(hand);
          return;
        }
        links[l + FEATURE] = 0;
      }
    }
  }

  private void remove(int leaf) {
    int p = links[leaf * LINKS + PARENT];
    int left = links[p * LINKS + LEFT];
    replace(p, left == leaf ? links[p * LINKS + RIGHT] : left);
    release(leaf);
    release(p);
  }

  private void release(int n) {
    link(n, FREE, FREE, free, 0);
    free = n;
    nodes--;
  }

  /** Lays the nodes out anew, in preorder, with room for more statistics. */
  final void widen(int newStats) {
    int oldStats = stats;
    int oldStride = stride;
    shape(newStats);
    while (nodes > most && nodes > 1) {
      evictOf(oldStride);
    }
    double[] oldRecords = records;
    int[] oldLinks = links;
    int next = root;
    end = nodes;
    records = new double[0];
    links = new int[0];
    free = LEAF;
    hand = 0;
    if (nodes == 0) {
      return;
    }
    reserve();
    int[] number = new int[oldLinks.length / LINKS];
    for (int n = 0; next >= 0; n++) {
      number[next] = n;
      int from = next * oldStride;
      int b = n * stride;
      System.arraycopy(oldRecords, from, records, b, STATS + oldStats);
      int box = STATS + stats;
      System.arraycopy(oldRecords, from + STATS + oldStats, records, b + box, 2 * width);
      int l = next * LINKS;
      int parent = oldLinks[l + PARENT];
      link(n, oldLinks[l], oldLinks[l + RIGHT], parent, oldLinks[l + FEATURE]);
      next = following(oldLinks, next);
    }
    for (int l = 0; l < nodes * LINKS; l += LINKS) {
      for (int i = LEFT; i <= PARENT; i++) {
        links[l + i] = links[l + i] < 0 ? LEAF : number[links[l + i]];
      }
    }
    root = 0;
  }

  private void evictOf(int oldStride) {
    int now = stride;
    stride = oldStride;
    evict();
    stride = now;
  }

  /** The node after this one in preorder, -1 after the last. */
  private static int following(int[] links, int n) {
    if (links[n * LINKS + LEFT] >= 0) {
      return links[n * LINKS + LEFT];
    }
    int at = n;
    int p = links[at * LINKS + PARENT];
    while (p >= 0 && links[p * LINKS + RIGHT] == at) {
      at = p;
      p = links[at * LINKS + PARENT];
    }
    return p < 0 ? -1 : links[p * LINKS + RIGHT];
  }

  final void saveNodes(StateWriter out) {
    out.put("stats", stats);
    out.put("end", end);
    out.put("nodes", nodes);
    out.put("root", root);
    out.put("free", free);
    out.put("hand", hand);
    out.put("links", links, end * LINKS);
    out.put("records", records, end * stride);
  }

  final void loadNodes(StateReader in) {
    shape(in.intValue("stats", 1, 1 << 24));
    end = in.intValue("end", 0, Math.max(3, most));
    nodes = in.intValue("nodes", 0, end);
    root = in.intValue("root", LEAF, end - 1);
    free = in.intValue("free", LEAF, end - 1);
    hand = in.intValue("hand", 0, Math.max(0, end - 1));
    links = in.ints("links", end * LINKS);
    records = in.doubles("records", end * stride);
    checkLinks(in);
    if (end > 0) {
      reserve();
    }
  }

  private void checkLinks(StateReader in) {
    int seen = 0;
    for (int n = 0; n < end; n++) {
      int l = n * LINKS;
      boolean inner = links[l] >= 0;
      int p = links[l + PARENT];
      boolean fits =
          p >= LEAF && p < end && links[l] >= FREE && links[l] < end && links[l + RIGHT] < end;
      if (inner) {
        int f = links[l + FEATURE];
        fits = fits && f >= 0 && f < width && links[l + RIGHT] >= 0 && links[l] != links[l + 1];
        fits = fits && links[links[l] * LINKS + PARENT] == n;
        fits = fits && links[links[l + RIGHT] * LINKS + PARENT] == n;
      }
      if (!fits) {
        throw in.corrupt("links", "has a node " + n + " that does not fit its neighbours");
      }
    }
    for (int n = root; n >= 0 && seen <= nodes; n = following(links, n)) {
      seen++;
    }
    int unused = 0;
    for (int n = free; n >= 0 && unused <= end; n = links[n * LINKS + PARENT]) {
      unused += links[n * LINKS] == FREE ? 1 : end + 1;
    }
    if (seen != nodes || unused != end - nodes || root >= 0 && links[root * LINKS + PARENT] >= 0) {
      throw in.corrupt("links", "is not one tree of " + nodes + " nodes");
    }
  }

  final long nodeBytes() {
    return HEAD_BYTES + 8L * records.length + 4L * links.length;
  }
}
