package org.freshet.neural;

import java.util.List;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.testkit.ContractSuite;

/** Every network, head, optimizer and memory keeps the contract. */
class ContractTest extends ContractSuite {
  @Override
  protected Spec spec(ComponentProvider provider, Kind kind) {
    return Spec.parse(
        switch (provider.name()) {
          case "mlp" -> "mlp(hidden=[20, 10], batch=3, replay=reservoir(size=30, batch=4))";
          case "convolutional" ->
              "convolutional(image=[2, 2, 1], filters=[5], batch_norm=adaptive, batch=3,"
                  + " replay=reservoir(size=30, batch=4))";
          case "evolved_mixture" ->
              "evolved_mixture(learner=mlp(hidden=[8]), rows=20, epochs=2, code=3, components=3)";
          case "growing_mixture" ->
              "growing_mixture(learner=mlp(hidden=[8]), experts=3, grow=every_events(events=40))";
          case "growing_ensemble" ->
              "growing_ensemble(learner=mlp(hidden=[8]), members=3, grow=every_events(events=40))";
          case "expert_mixture" -> "expert_mixture(experts=12, neighbours=4)";
          case "target_projection" -> "target_projection(hidden=[20, 10], batch=2)";
          case "hedge_backpropagation" -> "hedge_backpropagation(layers=3, units=10, batch=2)";
          case "natural_expansion" ->
              "natural_expansion(hidden=[3, 2], units=9, rows=20, ratio=1, least=0.01, batch=2,"
                  + " grow=every_events(events=30))";
          case "first_session" -> "first_session(hidden=[8], events=60, epochs=2, batch=7)";
          case "key_value_bottleneck" ->
              "key_value_bottleneck(heads=6, keys=12, key_width=2, adapt_rows=90)";
          case "neuronal" -> "neuronal(hidden=8)";
          case "recurrent" -> "recurrent(units=7, hidden=[5], batch=3)";
          default -> provider.name();
        });
  }

  /** Every memory, strategy and optimizer in the network they are settings of. */
  @Override
  protected List<Spec> others(ComponentProvider provider, Kind kind) {
    if (provider.name().equals("recurrent")) {
      return List.of(
          Spec.parse(
              "recurrent(steps=1, cell=elementwise, state=carried, units=5, batch=3,"
                  + " replay=reservoir(size=30, batch=4))"));
    }
    if (provider.name().equals("analytic_ridge")) {
      return List.of(Spec.parse("analytic_ridge(balanced=true)"));
    }
    if (provider.name().equals("streaming_lda")) {
      return List.of(Spec.parse("streaming_lda(refresh=10)"));
    }
    if (!provider.name().equals("mlp") || kind != Kind.CLASSIFIER) {
      return List.of();
    }
    return Components.all().stream()
        .filter(this::includes)
        .filter(p -> List.of("replay", "strategy", "optimizer").contains(p.family()))
        .map(ContractTest::within)
        .toList();
  }

  private static Spec within(ComponentProvider p) {
    if (p.family().equals("optimizer")) {
      String settings =
          p.name().equals("tag") ? "(tasks=3, consolidate=every_events(events=20))" : "";
      return Spec.parse("mlp(hidden=[12], batch=3, optimizer=" + p.name() + settings + ")");
    }
    String part =
        switch (p.name()) {
          case "mir", "aser" -> p.name() + "(replay=reservoir(size=30, batch=4), candidates=9)";
          case "ewc", "mas" -> p.name() + "(rows=10, consolidate=every_events(events=20))";
          case "progressive_pruning" ->
              "progressive_pruning(periods=3, rows=10, consolidate=every_events(events=20))";
          case "lae", "online_lora" -> p.name() + "(rank=2, consolidate=every_events(events=20))";
          case "si" -> "si(consolidate=every_events(events=20))";
          case "lwf" -> "lwf(consolidate=loss_plateau(block=4, window=2, mean=3, variance=1))";
          default -> p.family().equals("replay") ? p.name() + "(size=30, batch=4)" : p.name();
        };
    String replay = p.family().equals("replay") ? part : "class_balanced(size=30, batch=4)";
    String strategy = p.family().equals("strategy") ? part : "experience_replay";
    return Spec.parse(
        "mlp(hidden=[12], batch=3, strategy=" + strategy + ", replay=" + replay + ")");
  }
}
