package org.freshet.core.component;

import java.util.List;
import java.util.Locale;
import org.freshet.core.AnomalyScorer;
import org.freshet.core.Bandit;
import org.freshet.core.Classifier;
import org.freshet.core.Clusterer;
import org.freshet.core.DriftDetector;
import org.freshet.core.Forecaster;
import org.freshet.core.MultiLabelClassifier;
import org.freshet.core.MultiTargetRegressor;
import org.freshet.core.Ranker;
import org.freshet.core.Regressor;
import org.freshet.core.Source;
import org.freshet.core.Transformer;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.live.Exchange;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Sink;

/** What a component is used as. */
public enum Kind {
  CLASSIFIER(Classifier.class),
  REGRESSOR(Regressor.class),
  TRANSFORMER(Transformer.class),
  DRIFT_DETECTOR(DriftDetector.class),
  SOURCE(Source.class),
  /** Pushes events or labels into a live pipeline, without end. */
  FEED(Feed.class),
  /** Carries the answers of a live pipeline out. */
  SINK(Sink.class),
  /** Where processes meet whose models are merged. */
  EXCHANGE(Exchange.class),
  ANOMALY_SCORER(AnomalyScorer.class),
  CLUSTERER(Clusterer.class),
  FORECASTER(Forecaster.class),
  MULTI_LABEL_CLASSIFIER(MultiLabelClassifier.class),
  MULTI_TARGET_REGRESSOR(MultiTargetRegressor.class),
  RANKER(Ranker.class),
  BANDIT(Bandit.class),
  /** Decides which labels are asked for. */
  QUERY_STRATEGY(QueryStrategy.class),
  /** Answers at a price. */
  EXPERT(Expert.class),
  /** Makes a sequence of tasks of a stream, and tests what is known of each. */
  PROTOCOL(Protocol.class),
  /** A section of a pipeline file, such as {@code state} or {@code limits}. */
  SECTION(Section.class),
  /** A part with parameters that is used inside others: an optimizer, a split criterion. */
  PART(Object.class);

  /** What learns from labels: what a pipeline may end in, and what can be evaluated. */
  public static final List<Kind> SUPERVISED =
      List.of(CLASSIFIER, REGRESSOR, MULTI_LABEL_CLASSIFIER, MULTI_TARGET_REGRESSOR);

  private final Class<?> type;

  Kind(Class<?> type) {
    this.type = type;
  }

  /** The interface an instance has. */
  public Class<?> type() {
    return type;
  }

  /**
   * Feeds, sinks, exchanges and sections have names of their own: {@code jsonl} may be a source, a
   * feed and a sink. Empty for all other kinds, which share one set of names.
   */
  public String role() {
    return switch (this) {
      case FEED, SINK, EXCHANGE, SECTION -> toString();
      default -> "";
    };
  }

  /** Name as in files and messages, such as {@code drift_detector}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
