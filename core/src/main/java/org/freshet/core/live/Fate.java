package org.freshet.core.live;

/** What became of a record. */
public enum Fate {
  /** An event was predicted. */
  ANSWERED,
  /** An event of an id answered before: it got the same answer again; nothing was learnt. */
  REPEATED,
  /** A label was learnt from. */
  LEARNT,
  /** A label came before its event and waits for it. */
  EARLY,
  /** A label that its event had already. */
  DUPLICATE,
  /** Another label for an event that had one; what happens with it is the pipeline's policy. */
  CORRECTED,
  /** A label of an event that is not known (any more). */
  UNKNOWN,
  /** A label no learner can take: of an unknown form. */
  REFUSED,
  /** What an annotator said of an event; another one is asked before anything is learnt. */
  HEARD,
  /** A tick of the clock. */
  TICK,
  /** What an expert said about an event. */
  REPLIED
}
