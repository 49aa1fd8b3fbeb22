package org.freshet.runtime;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Sink;

/** Keeps what it gets, and counts as a real sink would. */
class ListSink implements Sink {
  final List<Double> answers = new ArrayList<>();

  @Override
  public String name() {
    return "list";
  }

  @Override
  public synchronized long open(String pipeline, Schema schema) {
    return answers.size();
  }

  @Override
  public synchronized void write(AnswerBlock block) {
    if (block.first() != answers.size()) {
      throw new IllegalStateException(
          "answer " + block.first() + " after " + answers.size() + " answers");
    }
    for (int i = 0; i < block.size(); i++) {
      answers.add(block.predicted()[i]);
    }
  }

  synchronized int size() {
    return answers.size();
  }

  @Override
  public void close() {}
}
