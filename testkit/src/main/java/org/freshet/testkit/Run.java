package org.freshet.testkit;

import java.util.function.Supplier;
import org.freshet.core.AnomalyScorer;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Clusterer;
import org.freshet.core.DriftDetector;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.MultiLabelClassifier;
import org.freshet.core.MultiTargetRegressor;
import org.freshet.core.Regressor;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A learner on its way through a sample stream; how it predicts and learns depends on its kind. */
abstract class Run {
  /** Events predicted by {@link #probe}. */
  static final int PROBES = 24;

  final SampleStream stream;
  final Schema schema;
  final Learner learner;
  private final Batch block;

  private Run(SampleStream stream, Schema schema, Learner learner) {
    this.stream = stream;
    this.schema = schema;
    this.learner = learner;
    this.block = schema == null ? null : new Batch(schema, 1);
  }

  static Run start(Subject subject, SampleStream stream) {
    return start(subject, stream, 0, 1, 1);
  }

  /** A new learner that stands before event {@code at} as far as the dictionaries go. */
  static Run start(Subject subject, SampleStream stream, int at, long seed, int threads) {
    boolean detector = subject.kind() == org.freshet.core.component.Kind.DRIFT_DETECTOR;
    Schema schema = detector ? null : stream.schema(at);
    Object made = subject.create(schema, seed, threads);
    return switch (subject.kind()) {
      case CLASSIFIER -> new OfClassifier(stream, schema, (Classifier) made);
      case REGRESSOR -> new OfRegressor(stream, schema, (Regressor) made);
      case MULTI_LABEL_CLASSIFIER -> new OfLabels(stream, schema, (MultiLabelClassifier) made);
      case MULTI_TARGET_REGRESSOR -> new OfTargets(stream, schema, (MultiTargetRegressor) made);
      case TRANSFORMER ->
          new OfTransformer(stream, schema, (Transformer) made, subject.has(Trait.READS_LABELS));
      case DRIFT_DETECTOR -> new OfDetector(stream, (DriftDetector) made);
      case ANOMALY_SCORER -> new OfScorer(stream, schema, (AnomalyScorer) made);
      case CLUSTERER -> new OfClusterer(stream, schema, (Clusterer) made);
      case QUERY_STRATEGY ->
          new OfStrategy(
              stream,
              schema,
              (QueryStrategy) made,
              () -> (QueryStrategy) subject.create(schema, seed, threads));
      default -> throw new IllegalArgumentException("no runs of " + subject.kind());
    };
  }

  /** Goes on from saved state: a new learner, the state loaded. */
  static Run restore(Subject subject, SampleStream stream, int at, byte[] state) {
    Run run = start(subject, stream, at, 1, 1);
    run.load(state);
    return run;
  }

  abstract void predict(Features x, Trace out);

  abstract void learn(Features x, double label, double weight, Trace out);

  /** Predict and learn in one call; by default the two calls. */
  void fused(Features x, double label, double weight, Trace out) {
    predict(x, out);
    learn(x, label, weight, out);
  }

  /** The call for whole batches; by default the fused call row by row. */
  void fused(Batch rows, Trace out) {
    for (int r = 0; r < rows.size(); r++) {
      fused(rows.row(r), rows.label(r), rows.weight(r), out);
    }
  }

  /** The row of event i, in a block that every call uses again; null for detectors. */
  Features row(int i) {
    if (block == null) {
      return null;
    }
    stream.grow(schema, i);
    block.clear();
    stream.append(block, i);
    return block.row(0);
  }

  /** The row of event i in a block of its own, which stays as it is for ever. */
  Features lastingRow(int i) {
    if (schema == null) {
      return null;
    }
    stream.grow(schema, i);
    Batch own = new Batch(schema, 1);
    stream.append(own, i);
    return own.row(0);
  }

  /** Fills what the last row was with garbage. */
  void poison() {
    if (block != null) {
      PoisonedSource.poison(block);
    }
  }

  /** Events {@code from} to {@code to-1}: predict, then learn. */
  void steps(int from, int to, Trace out) {
    for (int i = from; i < to; i++) {
      Features x = row(i);
      predict(x, out);
      learn(x, stream.label(i), 1, out);
    }
  }

  Trace steps(int from, int to) {
    Trace out = new Trace();
    steps(from, to, out);
    return out;
  }

  /** What it predicts for the first events, learning nothing. */
  Trace probe() {
    Trace out = new Trace();
    for (int i = 0; i < PROBES; i++) {
      predict(row(i), out);
    }
    return out;
  }

  byte[] state() {
    StateWriter out = new StateWriter();
    out.put("it", learner);
    return out.toBytes();
  }

  /** Labels there are; none where the label is no class. */
  int labels() {
    return schema == null || schema.labels() == null ? 0 : schema.labels().size();
  }

  void load(byte[] state) {
    StateReader in = StateReader.open("contract", state);
    (labels() > 0 ? in.withLabels(labels()) : in).load("it", learner);
  }

  private static final class OfClassifier extends Run {
    private final Classifier classifier;

    OfClassifier(SampleStream stream, Schema schema, Classifier classifier) {
      super(stream, schema, classifier);
      this.classifier = classifier;
    }

    @Override
    void predict(Features x, Trace out) {
      double[] scores = new double[8];
      classifier.scores(x, scores);
      out.add(scores, scores.length);
    }

    @Override
    void learn(Features x, double label, double weight, Trace out) {
      classifier.learn(x, (int) label, weight);
    }

    @Override
    void fused(Features x, double label, double weight, Trace out) {
      double[] scores = new double[8];
      classifier.testThenLearn(x, (int) label, weight, scores);
      out.add(scores, scores.length);
    }

    @Override
    void fused(Batch rows, Trace out) {
      double[] scores = new double[8 * rows.size()];
      classifier.testThenLearn(rows, 0, rows.size(), scores, 8);
      out.add(scores, scores.length);
    }
  }

  private static final class OfRegressor extends Run {
    private final Regressor regressor;

    OfRegressor(SampleStream stream, Schema schema, Regressor regressor) {
      super(stream, schema, regressor);
      this.regressor = regressor;
    }

    @Override
    void predict(Features x, Trace out) {
      out.add(regressor.predict(x));
    }

    @Override
    void learn(Features x, double label, double weight, Trace out) {
      regressor.learn(x, label, weight);
    }

    @Override
    void fused(Features x, double label, double weight, Trace out) {
      out.add(regressor.testThenLearn(x, label, weight));
    }

    @Override
    void fused(Batch rows, Trace out) {
      double[] answers = new double[rows.size()];
      regressor.testThenLearn(rows, 0, rows.size(), answers);
      out.add(answers, answers.length);
    }
  }

  /** What predicts several outputs; the label of an event stands for its truths. */
  private abstract static class OfSeveral extends Run {
    final double[] answers = new double[SampleStream.OUTPUTS.size()];
    private final double[] truths = new double[answers.length];

    OfSeveral(SampleStream stream, Schema schema, Learner learner) {
      super(stream, schema, learner);
    }

    abstract void fused(Features x, double[] truths, double weight);

    @Override
    void fused(Features x, double label, double weight, Trace out) {
      fused(x, SampleStream.truths(stream.target(), label), weight);
      out.add(answers, answers.length);
    }

    @Override
    void fused(Batch rows, Trace out) {
      for (int r = 0; r < rows.size(); r++) {
        rows.truths(r, truths);
        fused(rows.row(r), truths, rows.weight(r));
        out.add(answers, answers.length);
      }
    }
  }

  private static final class OfLabels extends OfSeveral {
    private final MultiLabelClassifier classifier;

    OfLabels(SampleStream stream, Schema schema, MultiLabelClassifier classifier) {
      super(stream, schema, classifier);
      this.classifier = classifier;
    }

    @Override
    void predict(Features x, Trace out) {
      classifier.scores(x, answers);
      out.add(answers, answers.length);
    }

    @Override
    void learn(Features x, double label, double weight, Trace out) {
      classifier.learn(x, SampleStream.truths(stream.target(), label), weight);
    }

    @Override
    void fused(Features x, double[] truths, double weight) {
      classifier.testThenLearn(x, truths, weight, answers);
    }
  }

  private static final class OfTargets extends OfSeveral {
    private final MultiTargetRegressor regressor;

    OfTargets(SampleStream stream, Schema schema, MultiTargetRegressor regressor) {
      super(stream, schema, regressor);
      this.regressor = regressor;
    }

    @Override
    void predict(Features x, Trace out) {
      regressor.predict(x, answers);
      out.add(answers, answers.length);
    }

    @Override
    void learn(Features x, double label, double weight, Trace out) {
      regressor.learn(x, SampleStream.truths(stream.target(), label), weight);
    }

    @Override
    void fused(Features x, double[] truths, double weight) {
      regressor.testThenLearn(x, truths, weight, answers);
    }
  }

  private static final class OfTransformer extends Run {
    private final Transformer transformer;
    private final boolean labels;
    private final Row out;

    OfTransformer(SampleStream stream, Schema schema, Transformer transformer, boolean labels) {
      super(stream, schema, transformer);
      this.transformer = transformer;
      this.labels = labels;
      this.out = Row.of(transformer.output());
    }

    @Override
    void predict(Features x, Trace trace) {
      out.begin(x);
      transformer.transform(x, out);
      Features made = out.view();
      for (int k = 0; k < made.count(); k++) {
        trace.add(made.index(k));
        trace.add(made.value(k));
      }
    }

    @Override
    void learn(Features x, double label, double weight, Trace trace) {
      transformer.learn(x);
      if (labels) {
        transformer.label(x, label);
      }
    }
  }

  private static final class OfDetector extends Run {
    private final DriftDetector detector;

    OfDetector(SampleStream stream, DriftDetector detector) {
      super(stream, null, detector);
      this.detector = detector;
    }

    @Override
    void predict(Features x, Trace out) {
      out.add(detector.estimate());
    }

    @Override
    void learn(Features x, double label, double weight, Trace out) {
      out.add(detector.update(label));
    }
  }

  private static final class OfScorer extends Run {
    private final AnomalyScorer scorer;

    OfScorer(SampleStream stream, Schema schema, AnomalyScorer scorer) {
      super(stream, schema, scorer);
      this.scorer = scorer;
    }

    @Override
    void predict(Features x, Trace out) {
      out.add(scorer.score(x));
    }

    @Override
    void learn(Features x, double label, double weight, Trace out) {
      scorer.learn(x, weight);
    }
  }

  private static final class OfClusterer extends Run {
    private final Clusterer clusterer;

    OfClusterer(SampleStream stream, Schema schema, Clusterer clusterer) {
      super(stream, schema, clusterer);
      this.clusterer = clusterer;
    }

    @Override
    void predict(Features x, Trace out) {
      out.add(clusterer.cluster(x));
    }

    @Override
    void learn(Features x, double label, double weight, Trace out) {
      clusterer.learn(x, weight);
    }
  }

  /**
   * A strategy that is asked at every event; what it wants is asked, every fourth event brings a
   * label in any case, and one drift is met.
   */
  private static final class OfStrategy extends Run {
    private static final int DRIFT = 150;

    private final QueryStrategy strategy;
    private final Supplier<QueryStrategy> another;
    private final SampleCandidate candidate;

    OfStrategy(
        SampleStream stream,
        Schema schema,
        QueryStrategy strategy,
        Supplier<QueryStrategy> another) {
      super(stream, schema, strategy);
      this.strategy = strategy;
      this.another = another;
      this.candidate = new SampleCandidate(stream);
    }

    @Override
    void predict(Features x, Trace out) {}

    @Override
    void learn(Features x, double label, double weight, Trace out) {
      boolean asks = strategy.ask(candidate.at(x));
      out.add(asks ? 1 : 0);
      if (asks) {
        strategy.asked(candidate);
      }
      if (asks || candidate.event() % 4 == 0) {
        strategy.learn(x, label, weight);
      }
      if (candidate.event() == DRIFT) {
        strategy.drift();
      }
    }

    /** What a copy of it asks at the first events: asking changes it. */
    @Override
    Trace probe() {
      OfStrategy copy = new OfStrategy(stream, schema, another.get(), another);
      copy.load(state());
      return copy.steps(0, PROBES);
    }
  }
}
