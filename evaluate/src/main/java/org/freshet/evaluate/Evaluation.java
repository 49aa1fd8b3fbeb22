package org.freshet.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.freshet.engine.ask.Asking;
import org.freshet.evaluate.metrics.BlindLabels;
import org.freshet.evaluate.metrics.Blocks;
import org.freshet.evaluate.metrics.Calibration;
import org.freshet.evaluate.metrics.ConfusionMatrix;
import org.freshet.evaluate.metrics.Coverage;
import org.freshet.evaluate.metrics.Curve;
import org.freshet.evaluate.metrics.DriftScore;
import org.freshet.evaluate.metrics.LabelCounts;
import org.freshet.evaluate.metrics.RightAnswers;

/**
 * What came of one evaluation.
 *
 * @param setup what was evaluated
 * @param events events predicted
 * @param labels labels scored
 * @param metrics over the whole stream, by name
 * @param baselines metrics of no_change and of majority or mean
 * @param window metrics of the last {@link EvaluateOptions#window} labels
 * @param fading metrics with the fading factor
 * @param seconds prediction and learning, reading and metrics left out
 * @param passSeconds the same, of each pass
 * @param modelBytes heap of the model at the end
 * @param ramHours gigabytes times hours
 * @param drifts reported by the model, the first 10,000
 * @param driftsTotal all reported
 * @param trueDrifts where they truly were, when the stream knows
 * @param driftScore detections against true drifts; null when the stream does not know them
 * @param curve rolling accuracy (or mean absolute error) of model, no change, and majority or mean
 *     of a model with sets or intervals also their rolling coverage and mean size
 * @param coverage of sets or intervals; null for a model without
 * @param blocks sums of right answers (or absolute errors) over blocks of the stream
 * @param right right and wrong by event; null unless asked for
 * @param classes what only a classifier has; null for a regressor
 * @param nearFuture the same model with labels {@code nearFutureShift} events late; null unless
 *     asked for
 * @param nearFutureShift events; -1 without
 * @param frozen the same model that stopped learning; null unless asked for
 * @param importance of the columns over the stream; null unless asked for
 * @param experts what experts were asked; null for a model that asks none
 * @param continual what came of the tasks of a protocol; null without one
 * @param asked what was asked for; null where all labels are learnt
 */
public record Evaluation(
    Setup setup,
    long events,
    long labels,
    Map<String, Double> metrics,
    Map<String, Map<String, Double>> baselines,
    Map<String, Double> window,
    Map<String, Double> fading,
    double seconds,
    List<Double> passSeconds,
    long modelBytes,
    double ramHours,
    List<Drift> drifts,
    long driftsTotal,
    long[] trueDrifts,
    DriftScore driftScore,
    Curve curve,
    Coverage coverage,
    Blocks blocks,
    RightAnswers right,
    Classes classes,
    Evaluation nearFuture,
    int nearFutureShift,
    Evaluation frozen,
    List<Importance> importance,
    ExpertUse experts,
    Continual continual,
    Asked asked) {

  /** Names a classifier's {@link #metrics} may have. */
  public static final List<String> CLASS_METRICS =
      List.of(
          "accuracy",
          "kappa",
          "kappa_t",
          "kappa_m",
          "f1_macro",
          "f1_micro",
          "precision_macro",
          "recall_macro",
          "balanced_accuracy",
          "g_mean",
          "log_loss",
          "brier",
          "calibration_error",
          "auc",
          "auc_error_bound",
          "coverage",
          "nominal_coverage",
          "mean_set_size");

  /** Names a regressor's {@link #metrics} may have. */
  public static final List<String> NUMBER_METRICS =
      List.of("mae", "rmse", "r2", "smape", "coverage", "nominal_coverage", "mean_interval_width");

  /** Names the {@link #metrics} of a classifier of several labels may have. */
  public static final List<String> LABEL_METRICS =
      List.of("hamming_loss", "subset_accuracy", "jaccard", "f1_micro", "f1_macro");

  /**
   * What was evaluated.
   *
   * @param stream name of the stream
   * @param model canonical text of the pipeline
   * @param delay when labels arrive, in words
   * @param options how
   */
  public record Setup(
      String stream, String model, long seed, int threads, String delay, EvaluateOptions options) {}

  /**
   * Labels asked for: those learnt, while all labels are scored.
   *
   * @param labels asked for
   * @param share of the events
   * @param spent what they cost; their number where the budget counts labels
   * @param bits of all replies, which are fewer where questions are smaller than a full label
   * @param fullBits that full questions would have taken
   * @param budget as in a pipeline file
   * @param strategy canonical text
   */
  public record Asked(
      long labels,
      double share,
      double spent,
      double bits,
      double fullBits,
      String budget,
      String strategy,
      Replies replies) {
    static Asked of(Asking asking, long events) {
      return asking == null
          ? null
          : new Asked(
              asking.asked(),
              events == 0 ? 0 : (double) asking.asked() / events,
              asking.spent(),
              asking.bits(),
              asking.fullBits(),
              asking.plan().budget().toString(),
              asking.plan().strategy().toString(),
              Replies.of(asking));
    }

    /**
     * How labels were asked for, and of whom.
     *
     * @param question canonical text
     * @param coverage share of first questions that had the label among them; NaN for none
     * @param promised what that was to be; NaN where nothing was
     * @param annotators empty where whoever answers is right
     */
    public record Replies(
        String question, double coverage, double promised, List<Annotator> annotators) {
      static Replies of(Asking asking) {
        List<Annotator> all = new ArrayList<>();
        for (int i = 0; asking.crowd() != null && i < asking.crowd().annotators().size(); i++) {
          all.add(
              new Annotator(
                  asking.crowd().annotators().get(i).name(),
                  asking.crowd().questions(i),
                  asking.crowd().error(i)));
        }
        return new Replies(
            asking.plan().question().toString(),
            asking.question().coverage(),
            asking.question().nominalCoverage(),
            all);
      }

      /**
       * Who was asked.
       *
       * @param questions asked
       * @param error share of wrong replies, as estimated
       */
      public record Annotator(String name, long questions, double error) {}
    }

    /** Whether what they cost is another thing than their number. */
    public boolean priced() {
      return budget.contains("money:");
    }
  }

  /** A drift the model reported: the event after whose prediction, and where in the model. */
  public record Drift(long event, String source) {}

  /**
   * What only a classifier has.
   *
   * @param names of the classes by code; those of later codes may be missing
   */
  public record Classes(
      List<String> names,
      LabelCounts counts,
      ConfusionMatrix confusion,
      Calibration calibration,
      BlindLabels blind) {
    public String name(int k) {
      return k < names.size() ? names.get(k) : "#" + k;
    }
  }

  public boolean isClassification() {
    return classes != null;
  }

  /** Events predicted and learnt in a second; 0 when no time was measured. */
  public double eventsPerSecond() {
    double last = passSeconds.isEmpty() ? seconds : passSeconds.get(passSeconds.size() - 1);
    return last > 0 ? events / last : 0;
  }

  /** Accuracy, or mean absolute error; NaN when nothing was scored. */
  public double main() {
    return metrics.getOrDefault(mainMetric(), Double.NaN);
  }

  /** Name of the baseline beside no_change: majority, or mean. */
  public String otherBaseline() {
    return baselines.containsKey("majority") ? "majority" : "mean";
  }

  /** Name of the metric that stands first: accuracy, Hamming loss or mean absolute error. */
  public String mainMetric() {
    if (isClassification()) {
      return "accuracy";
    }
    return metrics.containsKey("hamming_loss") ? "hamming_loss" : "mae";
  }

  Evaluation with(
      Evaluation near, int shift, Evaluation stopped, List<Importance> columns, Continual tasks) {
    return new Evaluation(
        setup,
        events,
        labels,
        metrics,
        baselines,
        window,
        fading,
        seconds,
        passSeconds,
        modelBytes,
        ramHours,
        drifts,
        driftsTotal,
        trueDrifts,
        driftScore,
        curve,
        coverage,
        blocks,
        right,
        classes,
        near,
        shift,
        stopped,
        columns,
        experts,
        tasks,
        asked);
  }
}
