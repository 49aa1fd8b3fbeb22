package org.freshet.learn.ensemble;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.KeyTable;
import org.freshet.core.KeyedModels;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Components;
import org.freshet.core.component.Components.Recipe;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Transformers of its own for each key: each device has its own means and spreads in a scaler. It
 * is what {@code place} of a pipeline file makes of the steps before the learner, so that they
 * learn at the event while the models of {@code per_key} learn at the label.
 *
 * <p>How it works: the steps of a key are made at its first event; those of a key not seen before
 * transform like new ones. The {@code models} that learnt last stay in memory; the others are
 * dropped, and their keys begin anew, or go to the store, as with {@code per_key}. The rows carry
 * the key on: with {@code per: COLUMN} the name of the category is the key of the row, for a {@code
 * per_key} after it, also where a step leaves the column out.
 *
 * <p>Paper: none.
 *
 * <p>Where we differ: steps that read labels are refused; those that have windows by key, such as
 * {@code label_lags}, belong before it.
 *
 * <p>Takes what its steps take. Cost: that of the steps and a look-up; memory: the steps' and 60
 * bytes a key, up to {@code max_bytes}, which is kept as in {@code per_key}.
 *
 * <pre>
 * --model 'per_key_steps(steps=imputer | standard_scaler) | per_key(learner=logistic_regression)'
 * </pre>
 */
@Component(
    name = "per_key_steps",
    kinds = Kind.TRANSFORMER,
    family = "ensemble",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_FEATURES,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class PerKeySteps implements Transformer, KeyTable, KeyedModels {

  /** Parameters. */
  public record Parameters(
      @Param(value = "Whose steps: key is the event's key, else a category column", def = "key")
          String per,
      @Param(
              value = "What each key has: one transformer or several in a row",
              def = "standard_scaler",
              kind = Kind.TRANSFORMER,
              origin = "ours: levels differ most between keys")
          Spec steps,
      @Param(
              value = "The most keys whose steps are in memory",
              def = "100000",
              range = "[1, 100000000]",
              unit = "keys",
              origin = "as per_key")
          int models,
      @Param(
              value = "What becomes of the steps that learnt longest ago: dropped, or stored",
              def = "drop",
              origin = "memory is bounded")
          PerKey.Beyond beyond,
      @Param(
              value = "States put into the store after which one is forgotten",
              def = "10000000",
              range = "[1, 1000000000000]",
              unit = "states",
              origin = "as per_key")
          long stored,
      @Param(
              value =
                  "Parts into which keys are divided by a hash, each with steps of its own; 0 for"
                      + " steps a key",
              def = "0",
              range = "[0, 1000000]",
              unit = "parts",
              origin = "as per_key")
          int parts,
      @Param(
              value =
                  "Event time after which a key that did not learn is forgotten; none for never",
              def = "none",
              origin = "as per_key")
          Span ttl,
      @Param(
              value = "Memory limit of all steps in memory",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "as per_key")
          long maxBytes) {}

  private final Schema in;
  private final int per;
  private final KeyedLearners<Chain> chains;
  private final Chain unseen; // learns nothing

  public PerKeySteps(Parameters p, Build build) {
    in = build.schema();
    per = PerKey.column("per_key_steps", p.per, in);
    List<Recipe<Transformer>> recipes = new ArrayList<>();
    Build b = build.child("steps", 0).withStore(null);
    for (Spec step : p.steps.asSteps()) {
      Transformer first = b.create(step, Transformer.class);
      refuseLabels(first);
      recipes.add(Components.recipe(step, b, Transformer.class));
      b = b.withSchema(first.output());
    }
    Build own = p.beyond == PerKey.Beyond.STORE ? build : build.withStore(null);
    chains =
        new KeyedLearners<>(
            at -> new Chain(recipes, at),
            own,
            new KeyedLearners.Room(
                p.models,
                build.limit(p.maxBytes),
                p.stored,
                p.parts,
                PerKey.ttl("per_key_steps", p.ttl)));
    unseen = new Chain(recipes, build.child("steps", 0).withStore(null));
  }

  private static void refuseLabels(Transformer step) {
    Components.describe(step)
        .filter(c -> c.traits().contains(Trait.READS_LABELS))
        .ifPresent(
            c -> {
              throw new ConfigException(
                  "",
                  "per_key_steps cannot take "
                      + c.name()
                      + ", which learns from labels; put it before per_key_steps");
            });
  }

  /** The steps of one key, one after another. */
  static final class Chain implements Transformer {
    private final Transformer[] steps;
    private final Row[] rows; // of all but the last

    Chain(List<Recipe<Transformer>> recipes, Build build) {
      steps = new Transformer[recipes.size()];
      rows = new Row[steps.length - 1];
      Build b = build;
      for (int i = 0; i < steps.length; i++) {
        steps[i] =
            recipes
                .get(i)
                .make(b.withSeed(org.freshet.core.Rng.childSeed(build.seed(), "step", i)));
        b = b.withSchema(steps[i].output());
        if (i < rows.length) {
          rows[i] = Row.of(steps[i].output());
        }
      }
    }

    @Override
    public Schema output() {
      return steps[steps.length - 1].output();
    }

    @Override
    public void transform(Features in, Row out) {
      Features x = in;
      for (int i = 0; i < rows.length; i++) {
        rows[i].begin(x);
        steps[i].transform(x, rows[i]);
        x = rows[i].view();
      }
      out.begin(x);
      steps[rows.length].transform(x, out);
    }

    @Override
    public void learn(Features in) {
      Features x = in;
      for (int i = 0; i < steps.length; i++) {
        if (i < rows.length) {
          rows[i].begin(x);
          steps[i].transform(x, rows[i]);
        }
        steps[i].learn(x);
        x = i < rows.length ? rows[i].view() : x;
      }
    }

    @Override
    public void save(StateWriter out) {
      for (int i = 0; i < steps.length; i++) {
        out.put("step-" + i, steps[i]);
      }
    }

    @Override
    public void load(StateReader in) {
      for (int i = 0; i < steps.length; i++) {
        in.load("step-" + i, steps[i]);
      }
    }

    @Override
    public long memoryBytes() {
      long bytes = 24 + 2 * 16 + 4L * (steps.length + rows.length);
      for (Transformer t : steps) {
        bytes += t.memoryBytes();
      }
      for (Row r : rows) {
        bytes += r.memoryBytes();
      }
      return bytes;
    }
  }

  private String key(Features x) {
    return per < 0 ? x.key() : name(in.column(per), x.get(per));
  }

  private static String name(Column column, double code) {
    return PerKey.name(column, code);
  }

  @Override
  public Schema output() {
    return unseen.output();
  }

  @Override
  public void transform(Features x, Row out) {
    String key = key(x);
    chains.key(key, x.time());
    Chain chain = chains.find();
    (chain == null ? unseen : chain).transform(x, out);
    if (per >= 0) {
      out.setKey(key);
    }
  }

  @Override
  public void learn(Features x) {
    chains.key(key(x), x.time());
    chains.open().learn(x);
    chains.learnt();
  }

  @Override
  public void retain(int part, int parts) {
    chains.retain(part, parts);
  }

  @Override
  public void takeOver(KeyedModels other) {
    chains.takeOver(((PerKeySteps) other).chains);
  }

  @Override
  public Keys keyCounts() {
    return chains.keyCounts();
  }

  /** Keys whose steps are in memory. */
  public int keys() {
    return chains.size();
  }

  @Override
  public void save(StateWriter out) {
    chains.save(out);
  }

  @Override
  public void load(StateReader in) {
    chains.load(in);
  }

  @Override
  public long memoryBytes() {
    return 40 + chains.memoryBytes() + unseen.memoryBytes();
  }
}
