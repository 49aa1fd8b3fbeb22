package org.freshet.learn.tree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The nodes of one tree, with its alternates: counted, held inside the memory limit, written and
 * read. The same for every tree, whatever its leaves predict.
 *
 * <p>Memory: each node and leaf is counted as it grows. Over the limit the leaves that have least
 * to gain stop observing until the rest fits 90 % of it, inner nodes before leaves; when the nodes
 * alone fill it, the tree stops growing and goes on learning in its leaves.
 */
final class Nodes<L extends TreeLeaf> {
  /** What differs between trees. */
  interface Kind<L extends TreeLeaf> {
    L newLeaf();

    /** The watch each node gets; null in trees that do not adapt. */
    Watch<L> newWatch();

    void save(L leaf, Tape out);

    L load(Tape in, StateReader from);

    /** The last kind of test its nodes may have. */
    default int lastTest() {
      return Node.MULTIWAY;
    }

    /** Whether inner nodes keep what they saw as leaves and go on observing. */
    default boolean keepsInner() {
      return false;
    }
  }

  private final Kind<L> kind;
  private long maxBytes;
  private final int width;
  private Node<L> root;
  private long bytes;
  private int count;
  private boolean full;

  /** A tree of one empty leaf. */
  Nodes(Kind<L> kind, long maxBytes, int width) {
    this.kind = kind;
    this.maxBytes = maxBytes;
    this.width = width;
    clear();
  }

  /** Begins anew from one empty leaf. */
  void clear() {
    root = node(kind.newLeaf());
    bytes = root.bytes();
    count = 1;
    full = false;
  }

  Node<L> root() {
    return root;
  }

  /** Number of nodes, leaves and alternates included. */
  int count() {
    return count;
  }

  /** Bytes of all nodes with what they hold. */
  long bytes() {
    return bytes;
  }

  /** Whether the nodes alone fill the memory limit, so that nothing may be added. */
  boolean isFull() {
    return full;
  }

  /** A node that belongs to no tree yet; count it by {@link #added}. */
  Node<L> node(L leaf) {
    Node<L> n = new Node<>(leaf);
    n.watch = kind.newWatch();
    return n;
  }

  /** Makes an empty leaf that is counted as part of this tree: the start of an alternate tree. */
  Node<L> newAlternate() {
    Node<L> n = node(kind.newLeaf());
    added(1, n.bytes());
    return n;
  }

  /** Counts new nodes, and by how many bytes they and what they changed made the tree larger. */
  void added(int nodes, long more) {
    count += nodes;
    grown(more);
  }

  /** Counts bytes by which the tree grew or shrank. */
  void grown(long more) {
    bytes += more;
    if (more > 0) {
      enforceLimit();
    }
  }

  /** Sets another memory limit, which the next growth enforces. */
  void limit(long bytes) {
    maxBytes = bytes;
  }

  void enforceLimit() {
    if (bytes > maxBytes && !full) {
      shrink();
    }
  }

  /** Counts bytes without enforcing the limit: detectors, and leaves that forgot. */
  void changed(long more) {
    bytes += more;
  }

  /** Takes a subtree that was cut off, with its alternates, out of the count. */
  void discard(Node<L> top) {
    ArrayDeque<Node<L>> stack = new ArrayDeque<>();
    stack.push(top);
    while (!stack.isEmpty()) {
      Node<L> n = stack.pop();
      bytes -= n.bytes();
      count--;
      push(stack, n);
    }
    full = full && bytes > maxBytes / 2;
  }

  /** Counts a subtree that was put together outside. */
  void adopt(Node<L> top) {
    ArrayDeque<Node<L>> stack = new ArrayDeque<>();
    stack.push(top);
    while (!stack.isEmpty()) {
      Node<L> n = stack.pop();
      bytes += n.bytes();
      count++;
      push(stack, n);
    }
  }

  /** Puts what hangs on a node on a stack so that it comes off in preorder, alternates last. */
  private static <L extends TreeLeaf> void push(ArrayDeque<Node<L>> stack, Node<L> n) {
    if (n.watch != null && n.watch.alternate != null) {
      stack.push(n.watch.alternate);
    }
    for (int i = n.arity() - 1; i >= 0; i--) {
      if (n.child(i) != null) {
        stack.push(n.child(i));
      }
    }
  }

  /** Gives the watch of a node an error; true when it found that errors became more. */
  boolean watch(Node<L> n, double error) {
    long before = n.watch.bytes();
    boolean change = n.watch.update(error);
    bytes += n.watch.bytes() - before;
    return change;
  }

  /** Lets the leaves with least to gain stop observing; see the class. */
  private void shrink() {
    List<L> leaves = new ArrayList<>();
    List<L> inner = new ArrayList<>();
    ArrayDeque<Node<L>> stack = new ArrayDeque<>();
    stack.push(root);
    while (!stack.isEmpty()) {
      Node<L> n = stack.pop();
      if (n.isLeaf()) {
        leaves.add(n.leaf);
      } else if (kind.keepsInner() && n.leaf != null) {
        inner.add(n.leaf);
      }
      push(stack, n);
    }
    Comparator<L> mostPromising = Comparator.<L>comparingDouble(TreeLeaf::promise).reversed();
    leaves.sort(mostPromising);
    inner.sort(mostPromising);
    leaves.addAll(inner);
    long room = (long) (0.9 * maxBytes);
    for (L leaf : leaves) {
      bytes -= observedBytes(leaf);
    }
    full = bytes > room - 4096;
    for (L leaf : leaves) {
      int has = observedBytes(leaf);
      int need = leaf.observes() ? has : leaf.observationBytes();
      boolean stays = !full && bytes + need <= room;
      if (stays) {
        bytes += has;
        room -= need - has; // kept for what it will observe
        leaf.active = true;
      } else {
        leaf.forgetObservations(false);
      }
    }
  }

  private int observedBytes(L leaf) {
    return leaf.bytes() - leaf.bareBytes();
  }

  /** Structure and leaves in preorder. */
  void save(StateWriter out) {
    Tape tape = new Tape();
    int written = 0;
    ArrayDeque<Node<L>> stack = new ArrayDeque<>();
    stack.push(root);
    while (!stack.isEmpty()) {
      Node<L> n = stack.pop();
      saveNode(tape, n);
      if (n.watch != null) {
        n.watch.save(out, "watch-" + written++);
      }
      push(stack, n);
    }
    out.put("full", full);
    tape.save(out);
  }

  private void saveNode(Tape tape, Node<L> n) {
    tape.put(n.isLeaf() ? 0 : n.arity());
    if (!n.isLeaf()) {
      tape.put(n.feature);
      tape.put(n.kind);
      tape.put(n.missing);
      tape.put(n.threshold);
      for (int i = 0; i < n.arity(); i++) {
        tape.put(n.child(i) == null ? 0 : 1);
      }
    }
    if (n.watch != null) {
      tape.put(n.watch.alternate == null ? 0 : 1);
    }
    tape.put(n.leaf == null ? 0 : 1);
    if (n.leaf != null) {
      kind.save(n.leaf, tape);
    }
  }

  /** Replaces the tree by one saved with the same parameters and schema. */
  void load(StateReader in) {
    full = in.bool("full");
    Tape tape = Tape.load(in);
    bytes = 0;
    count = 0;
    Node<L> holder = new Node<>(null);
    holder.branches = Node.array(1);
    ArrayDeque<Slot<L>> stack = new ArrayDeque<>();
    stack.push(new Slot<>(holder, 0));
    while (!stack.isEmpty()) {
      Slot<L> slot = stack.pop();
      Node<L> n = node(null);
      boolean[] present = loadNode(tape, n, in);
      slot.fill(n);
      if (n.watch != null) {
        n.watch.load(in, "watch-" + count);
      }
      bytes += n.bytes();
      count++;
      if (n.watch != null && n.watch.alternate == n) {
        n.watch.alternate = null;
        stack.push(new Slot<>(n, -1));
      }
      for (int i = present.length - 1; i >= 0; i--) {
        if (present[i]) {
          stack.push(new Slot<>(n, i));
        }
      }
    }
    tape.end();
    root = holder.branches[0];
  }

  /** Where a node that is still to be read belongs: a child, or with -1 the alternate of a node. */
  private record Slot<L extends TreeLeaf>(Node<L> parent, int child) {
    void fill(Node<L> n) {
      if (child < 0) {
        parent.watch.alternate = n;
      } else {
        parent.setChild(child, n);
      }
    }
  }

  private boolean[] loadNode(Tape tape, Node<L> n, StateReader in) {
    int arity = tape.nextInt(0, 1 << 24);
    boolean[] present = new boolean[Math.min(arity, tape.remainingInts())];
    if (arity > 0) {
      n.feature = tape.nextInt(0, width - 1);
      n.kind = tape.nextInt(Node.NUMERIC, kind.lastTest());
      n.missing = tape.nextInt(0, arity - 1);
      n.threshold = tape.nextDouble();
      if (n.kind >= Node.MULTIWAY) {
        n.branches = Node.array(present.length);
      }
      for (int i = 0; i < present.length; i++) {
        present[i] = tape.nextInt(n.kind == Node.MULTIWAY ? 0 : 1, 1) == 1;
      }
    }
    if (n.watch != null && tape.nextInt(0, 1) == 1) {
      n.watch.alternate = n; // read next; see load
    }
    boolean bad = arity != present.length || arity > 0 && n.kind < Node.MULTIWAY && arity != 2;
    boolean holds = tape.nextInt(0, 1) == 1;
    // With options, only what may open more of them observes on.
    boolean observesInner =
        kind.keepsInner() && (n.kind == Node.OPTIONS || kind.lastTest() != Node.OPTIONS);
    boolean must = arity == 0 || n.kind == Node.MULTIWAY || observesInner;
    if (bad || (holds ? !must && !kind.keepsInner() : must)) {
      throw in.corrupt("shape", "has a node that cannot be");
    }
    if (holds) {
      n.leaf = kind.load(tape, in);
    }
    return present;
  }
}
