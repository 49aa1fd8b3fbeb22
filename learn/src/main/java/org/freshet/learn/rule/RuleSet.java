package org.freshet.learn.rule;

/** A learner whose model is a set of rules that can be read. */
public interface RuleSet {
  /** The rules in words, one a line, the default one last. */
  String rules();

  /** Number of rules besides the default one. */
  int size();
}
