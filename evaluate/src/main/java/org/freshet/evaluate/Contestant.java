package org.freshet.evaluate;

import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.IntervalRegressor;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.SetClassifier;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.Outcomes;
import org.freshet.evaluate.metrics.Effort;

/**
 * One model that runs over the stream: its engine, and what is kept of it. A model that is frozen
 * learns from the first records only; after that it predicts, each label is scored at its event,
 * and labels still waiting at that moment are scored but no longer learnt.
 */
final class Contestant implements AutoCloseable {
  final String name;
  final Engine engine;
  final Scoreboard scores;
  final ExpertScores experts = new ExpertScores();
  final Drifts drifts = new Drifts();
  final Effort effort = new Effort();
  private final Outcomes out = new Outcomes();
  private final long freezeAfter;
  private final Features view = Batch.newView();
  private double[] one = new double[8];
  private boolean[] its = new boolean[8];
  private final double[] bounds = new double[2];
  private long records;
  private long frozenEvents;
  private long clock;
  private boolean frozen;

  /**
   * @param freezeAfter records it learns from; 0 is all
   */
  Contestant(String name, Engine engine, EvaluateOptions options, long freezeAfter) {
    this.name = name;
    this.engine = engine;
    this.freezeAfter = freezeAfter;
    this.scores = Scoreboard.of(engine.schema(), options, engine.model());
  }

  /** Runs rows 0 … n-1; the outcomes are valid until the next call, and empty once frozen. */
  Outcomes run(Batch batch, int n) {
    int learning = freezeAfter == 0 ? n : (int) Math.max(0, Math.min(n, freezeAfter - records));
    if (learning > 0) {
      engine.process(batch, 0, learning, out);
      account();
    }
    if (learning < n) {
      freeze();
      runFrozen(batch, learning, n);
    }
    records += n;
    return out;
  }

  private void account() {
    long now = engine.nanos();
    effort.add(now - clock, engine.modelBytes());
    clock = now;
    take(out);
  }

  /** Takes in what an engine gave out: its own, or others elsewhere. */
  void take(Outcomes given) {
    scores.take(given);
    experts.take(given);
    drifts.take(given);
  }

  private void freeze() {
    if (!frozen) {
      frozen = true;
      frozenEvents = engine.events();
      engine.finish(out);
      scores.take(out);
      experts.take(out);
    }
  }

  private void runFrozen(Batch batch, int from, int to) {
    Learner model = engine.model();
    long start = System.nanoTime();
    for (int r = from; r < to; r++) {
      if (batch.kind(r) != Batch.Kind.EVENT) {
        continue;
      }
      Features x = batch.row(r, view);
      double label = batch.label(r);
      scores.baselines.predict(frozenEvents);
      if (model instanceof Classifier c) {
        int n = c.labels();
        one = one.length < n ? new double[2 * n] : one;
        c.scores(x, one);
        if (label >= 0) {
          if (c instanceof SetClassifier s) {
            its = its.length < one.length ? new boolean[one.length] : its;
            int size = s.set(x, its);
            scores.coverage.add(batch.weight(r), label < n && its[(int) label], size);
          }
          int answer = Kernels.argmax(one, n);
          ((ClassScoreboard) scores)
              .score(frozenEvents, (int) label, batch.weight(r), answer, one, 0, n);
        }
      } else if (model instanceof Regressor g && Double.isFinite(label)) {
        if (g instanceof IntervalRegressor i) {
          i.interval(x, bounds);
          ((NumberScoreboard) scores).addInterval(batch.weight(r), label, bounds[0], bounds[1]);
        }
        ((NumberScoreboard) scores).score(frozenEvents, label, batch.weight(r), g.predict(x));
      }
      frozenEvents++;
    }
    effort.add(System.nanoTime() - start, engine.modelBytes());
  }

  /** Ends the stream: labels that had not arrived are scored. */
  void finish() {
    if (!frozen) {
      engine.finish(out);
      scores.take(out);
      experts.take(out);
    }
  }

  long events() {
    return frozen ? frozenEvents : engine.events();
  }

  void save(StateWriter w) {
    w.put("records", records);
    w.put("frozen", frozen);
    w.put("frozen-events", frozenEvents);
    if (frozen) {
      w.put("model", engine.model());
    } else {
      engine.save(w.child("engine"));
    }
    scores.save(w.child("scores"));
    if (engine.experts() != null) {
      experts.save(w.child("experts"));
    }
    drifts.save(w.child("drifts"));
    effort.save(w.child("effort"));
  }

  void load(StateReader in) {
    records = in.longValue("records", 0, Long.MAX_VALUE);
    frozen = in.bool("frozen");
    frozenEvents = in.longValue("frozen-events", 0, Long.MAX_VALUE);
    if (frozen) {
      in.load("model", engine.model());
    } else {
      engine.load(in.child("engine"));
    }
    scores.load(in.child("scores"));
    if (engine.experts() != null) {
      experts.load(in.child("experts"));
    }
    drifts.load(in.child("drifts"));
    effort.load(in.child("effort"));
    clock = engine.nanos();
  }

  @Override
  public void close() {
    engine.close();
  }
}
