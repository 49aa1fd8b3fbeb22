package org.freshet.learn;

import java.util.List;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.testkit.ContractSuite;

/** Every learner, detector and transformer keeps the contract. */
class ContractTest extends ContractSuite {
  @Override
  protected Spec spec(ComponentProvider provider, Kind kind) {
    boolean regression = kind == Kind.REGRESSOR;
    return Spec.parse(
        switch (provider.name()) {
          case "drift_reset", "conformal" ->
              regression ? provider.name() + "(learner=linear_regression)" : provider.name();
          // Chunks and windows that the streams of the contract fill several times.
          case "dynamic_weighted_majority" -> "dynamic_weighted_majority(period=10)";
          case "accuracy_weighted_ensemble" -> "accuracy_weighted_ensemble(chunk=40, folds=2)";
          case "accuracy_updated_ensemble" -> "accuracy_updated_ensemble(chunk=40)";
          case "online_accuracy_updated_ensemble" -> "online_accuracy_updated_ensemble(window=40)";
          case "learn_nse" -> "learn_nse(chunk=40)";
          // Fewer trees: what is tested is the same, and they grow over the whole test.
          case "adaptive_random_forest_regressor", "soknl" -> provider.name() + "(members=3)";
          case "sleeping_experts" ->
              regression
                  ? "sleeping_experts(learner=one_hot | linear_regression)"
                  : "sleeping_experts";
          case "csmote" -> "csmote(min_size=5, window=60, learner=hoeffding_tree)";
          case "pvq" -> "pvq(window=40, codewords=5, learner=hoeffding_tree)";
          // More members, for the check of weights; Bayes, since trees grow over the whole test.
          case "streaming_random_patches" ->
              "streaming_random_patches(members=20, learner=gaussian_nb)";
          case "dynamic_member_selection" -> "dynamic_member_selection(members=3)";
          case "streaming_gradient_boosted_trees" ->
              "streaming_gradient_boosted_trees(members=3,"
                  + " learner=fimt_dd(grace_period=25, max_bytes=64KB))";
          case "streaming_gradient_boosted_regressor" ->
              "streaming_gradient_boosted_regressor(members=1, bag=2,"
                  + " learner=fimt_dd(grace_period=25, max_bytes=64KB))";
          // Three keys in the streams: one model is always being dropped, and the shared one
          // answers.
          case "per_key" ->
              "per_key(models=2, shared=true, min_labels=20, learner="
                  + (regression ? "linear_regression)" : "gaussian_nb)");
          case "per_key_steps" -> "per_key_steps(models=2, steps=imputer | min_max_scaler)";
          case "tfidf" -> "tfidf(buckets=512)"; // 2 MB of counts would be most of what is checked
          case "vessal", "information_gain", "d_optimal" -> provider.name() + "(values=8)";
          case "cluster_based" -> "cluster_based(clusters=20)"; // full: some become one
          case "query_by_committee" -> "query_by_committee(members=3)";
          case "cascade" ->
              "cascade(levels=[gaussian_nb, majority], expert=recorded(column=x0), warm_up=20)";
          case "router" ->
              "router(experts=[recorded(column=x0), recorded(column=x1, cost=2)], budget=1.5,"
                  + " quality=gaussian_nb, feedback=chosen, explore=0.1, window=50)";
          case "guard" -> "guard(expert=recorded(column=x0), memory=50)";
          case "recorded" -> "recorded(column=x0)";
          case "select" -> "select(drop=[1])";
          default -> provider.name();
        });
  }

  /** What other parameters make another learner of: how weights move, whose counts tell a class. */
  @Override
  protected List<Spec> others(ComponentProvider provider, Kind kind) {
    return switch (provider.name()) {
      case "logistic_regression" ->
          List.of(
              Spec.parse("logistic_regression(optimizer=adagrad)"),
              Spec.parse("logistic_regression(optimizer=adam)"),
              Spec.parse("logistic_regression(optimizer=ftrl_proximal, l1=0.2)"));
      case "multinomial_nb" -> List.of(Spec.parse("multinomial_nb(complement=true)"));
      default -> List.of();
    };
  }
}
