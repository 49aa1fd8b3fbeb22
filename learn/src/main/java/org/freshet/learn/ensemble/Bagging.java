package org.freshet.learn.ensemble;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Composite;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * What the online baggings share: members that learn independent draws of the stream and, where
 * their errors are watched, the reset of the worst member when the error of any rises.
 *
 * <p>A reset touches no member but the one that begins anew. So a block is run as if there were
 * none, each member on any thread; then the resets are made in the order of the rows, and a member
 * that was reset runs over the rest of the block once more. The result is that of one row at a
 * time, bit for bit, without keeping any state to go back to.
 */
abstract class Bagging extends VotingEnsemble<BagMember> implements Composite {
  /** Most rows of a block: what a reset has to run again is less than this for one member. */
  private static final int ROWS = 256;

  /** Least rows of a block, to which it shrinks while there are resets in each. */
  private static final int LEAST_ROWS = 32;

  private final boolean watched;
  private long made;
  private int rows = ROWS;

  Bagging(
      int members,
      List<Spec> learners,
      Resampling resampling,
      double lambda,
      double delta,
      boolean outputCodes,
      long maxBytes,
      Build build) {
    super(new BagMember[members], build.workers(), build.schema().declaredLabels());
    this.watched = delta > 0;
    long share = build.limit(maxBytes) / members;
    BagMember.Plan plan =
        new BagMember.Plan(
            learners,
            build,
            Math.max(share / 2, share - VOTE_BYTES),
            resampling,
            lambda,
            delta,
            outputCodes);
    for (int i = 0; i < members; i++) {
      this.members[i] = new BagMember(plan, i);
    }
    made = members;
  }

  /** The list that is given, or the one learner. */
  static List<Spec> inTurn(Spec learner, List<Spec> learners) {
    if (learners == null) {
      return List.of(learner);
    }
    if (learners.isEmpty()) {
      throw new ConfigException(
          "", "parameter 'learners' is an empty list, expected one learner or more, or none");
    }
    return learners;
  }

  @Override
  public final List<Inner> inside() {
    List<Inner> all = new ArrayList<>();
    for (int i = 0; i < members.length; i++) {
      all.add(new Inner("member " + i, members[i].learner(), members[i].schema(), false));
    }
    return all;
  }

  @Override
  final void afterRow() {
    int worst = 0;
    for (int i = 1; i < members.length; i++) {
      worst = members[i].rank() > members[worst].rank() ? i : worst;
    }
    if (members[worst].rank() >= 0) {
      members[worst].renew(made++);
    }
  }

  /** Half as many as last time after a block with resets, else twice as many. */
  @Override
  final int maxRows() {
    return watched ? rows : Integer.MAX_VALUE;
  }

  @Override
  final void afterBlock(int first, int end) {
    long before = made;
    resets(first);
    rows = made > before ? Math.max(LEAST_ROWS, rows / 2) : Math.min(ROWS, 2 * rows);
  }

  private void resets(int first) {
    for (int r = nextDrift(first); r < Integer.MAX_VALUE; r = nextDrift(r + 1)) {
      int worst = 0;
      for (int i = 1; i < members.length; i++) {
        boolean worse = members[i].rankAfter(r - first) > members[worst].rankAfter(r - first);
        worst = worse ? i : worst;
      }
      if (members[worst].rankAfter(r - first) < 0) {
        continue;
      }
      members[worst].forgetDriftsAfter(r);
      members[worst].renew(made++);
      runAgain(worst, r + 1);
    }
  }

  /** The first row from {@code row} on at which a member found a drift. */
  private int nextDrift(int row) {
    int next = Integer.MAX_VALUE;
    for (BagMember m : members) {
      for (int d = 0; d < m.drifts; d++) {
        if (m.driftRows[d] >= row) {
          next = Math.min(next, m.driftRows[d]);
          break;
        }
      }
    }
    return next;
  }

  @Override
  public void save(StateWriter out) {
    out.put("made", made);
    super.save(out);
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    made = in.longValue("made", share().members(), Long.MAX_VALUE - 1);
  }
}
