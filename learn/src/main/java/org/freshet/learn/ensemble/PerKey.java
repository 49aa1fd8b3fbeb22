package org.freshet.learn.ensemble;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.KeyTable;
import org.freshet.core.KeyedModels;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Suggest;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * One model for each key: each device, customer or shop has a classifier or a regressor of its own,
 * which learns from its own events only. For streams whose keys follow different rules and have
 * labels enough to learn them.
 *
 * <p>How it works: the model of a key is made at its first label, with a seed that is a hash of the
 * key, so that it does not matter in which order keys come. The {@code models} that learnt last
 * stay in memory, as far as {@code max_bytes} goes. The others go to the store of a live pipeline,
 * and come back bit for bit when their key learns again; the store keeps the {@code stored} states
 * put there last. Without a store, as on the command line, they are dropped, and their keys begin
 * anew. Both are counted. Of a key that lies in the store a prediction reads the model, and leaves
 * everything as it was.
 *
 * <p>With {@code shared} one more model learns the labels of all keys and answers for each key that
 * has fewer than {@code min_labels}; without, such a key has its own model, and a new one none: its
 * scores are uniform, its number 0.
 *
 * <p>With {@code parts} keys share models: a hash divides them into so many parts, and each part
 * has one. With {@code ttl} a key is forgotten for rows that are later, by their own time, than the
 * last one it learnt by more than that.
 *
 * <p>Paper: none for the whole; one model for each entity, with a pooled one where data are few, is
 * the no-pooling and complete-pooling pair of A. Gelman and J. Hill, "Data Analysis Using
 * Regression and Multilevel/Hierarchical Models", 2007, chapter 12.
 *
 * <p>Where we differ: no partial pooling: the models do not learn from each other.
 *
 * <p>Takes what its learner takes; a learner may be a pipeline, whose transformers are the key's
 * own and learn at the label. Events without a key share a model. Cost: that of one model, or two
 * with {@code shared}, and a look-up; a key that comes from the store costs reading its state, some
 * ten microseconds. Memory: the models', 60 bytes each besides. A model's share is taken from the
 * size of its state after 1, 2, 4 … examples, so {@code max_bytes} is kept up to what models grow
 * in between.
 *
 * <pre>{@code
 * place: { per: device_id, models: 100000 }     # around the whole pipeline of a file
 * --model 'per_key(learner=standard_scaler | logistic_regression, shared=true)'
 * }</pre>
 */
@Component(
    name = "per_key",
    kinds = {Kind.CLASSIFIER, Kind.REGRESSOR},
    family = "ensemble",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class PerKey {
  private static final long MOST_TTL = 36_500 * 86_400_000L;

  /** What becomes of models there is no room for. */
  public enum Beyond {
    DROP,
    STORE
  }

  /** Parameters. */
  public record Parameters(
      @Param(value = "Whose models: key is the event's key, else a category column", def = "key")
          String per,
      @Param(
              value = "What each key has; may be a pipeline",
              def = "gaussian_nb",
              kind = Kind.CLASSIFIER,
              origin = "ours: learns from few labels")
          Spec learner,
      @Param(
              value = "The most models in memory",
              def = "100000",
              range = "[1, 100000000]",
              unit = "models",
              origin = "ours: small models in 256 MB")
          int models,
      @Param(
              value = "Whether one more model of all keys answers for keys with few labels",
              def = "false")
          boolean shared,
      @Param(
              value = "Labels from which a key answers by itself, with shared",
              def = "30",
              range = "[1, 1000000000]",
              unit = "labels",
              origin = "ours: the small sample of textbooks")
          int minLabels,
      @Param(
              value = "What becomes of the models that learnt longest ago: dropped, or stored",
              def = "drop",
              origin = "memory is bounded")
          Beyond beyond,
      @Param(
              value = "States put into the store after which one is forgotten",
              def = "10000000",
              range = "[1, 1000000000000]",
              unit = "states",
              origin = "ours: tens of gigabytes at most")
          long stored,
      @Param(
              value =
                  "Parts into which keys are divided by a hash, each with one model; 0 for a model"
                      + " a key",
              def = "0",
              range = "[0, 1000000]",
              unit = "parts",
              origin = "one model a key is what the name says")
          int parts,
      @Param(
              value =
                  "Event time after which a key that did not learn is forgotten; none for never",
              def = "none",
              origin = "memory is bounded without it")
          Span ttl,
      @Param(
              value = "Memory limit of all models in memory",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  private PerKey() {}

  /** A classifier or a regressor, as the label asks. */
  public static Learner create(Parameters p, Build build) {
    return build.schema().target() == Schema.Target.NUMBER
        ? new OfRegressor(p, build)
        : new OfClassifier(p, build);
  }

  /** The column whose categories are the keys, or -1 for the event's key. */
  static int column(String who, String per, Schema in) {
    if (per.equals("key")) {
      return -1;
    }
    int i = in.indexOf(per);
    if (i >= 0 && in.column(i).isCategory()) {
      return i;
    }
    throw new ConfigException(
        "",
        "parameter 'per' of "
            + who
            + " is '"
            + per
            + "', expected key or the name of a category column"
            + Suggest.didYouMean(
                per, in.columns().stream().filter(Column::isCategory).map(Column::name).toList()));
  }

  /** Milliseconds of a time to live; 0 for none. */
  static long ttl(String who, Span ttl) {
    if (ttl != null && (ttl.events() || ttl.length() == 0 || ttl.length() > MOST_TTL)) {
      throw new ConfigException(
          "",
          "parameter 'ttl' of "
              + who
              + " is "
              + ttl
              + ", expected a time such as 30d, at most "
              + Span.millis(MOST_TTL));
    }
    return ttl == null ? 0 : ttl.length();
  }

  /** Name of a category, or null; a code without a name, as of a damaged row, is null too. */
  static String name(Column column, double code) {
    boolean named = code >= 0 && code < column.dictionary().size();
    return named ? column.dictionary().name((int) code) : null;
  }

  /** What both kinds share. */
  private abstract static class Keyed<L extends Learner>
      implements KeyedModels, DriftReporter, KeyTable {
    final KeyedLearners<L> models;
    final L shared; // null without
    private final int minLabels;
    private final int per;
    private final int parts;
    private final Schema schema;
    private final DriftLog log = new DriftLog();

    Keyed(Parameters p, Build build, Class<L> type) {
      schema = build.schema();
      per = column("per_key", p.per, schema);
      minLabels = p.minLabels;
      parts = p.parts;
      long limit = build.limit(p.maxBytes);
      Components.Recipe<L> recipe = Components.recipe(p.learner, build, type);
      long share = p.shared ? limit / 4 : 0;
      Build own = p.beyond == Beyond.STORE ? build : build.withStore(null);
      long ttl = ttl("per_key", p.ttl);
      models =
          new KeyedLearners<>(
              recipe::make,
              own,
              new KeyedLearners.Room(p.models, limit - share, p.stored, p.parts, ttl));
      shared =
          p.shared ? build.child("shared", 0).withMaxBytes(share).create(p.learner, type) : null;
    }

    final void choose(Features x) {
      models.key(key(x), x.time());
    }

    /** What answers for the key chosen; null when there is nothing yet. */
    final L answering() {
      return shared != null && models.examples() < minLabels ? shared : models.find();
    }

    /** Notes drifts the key's learner found, and forgets them there. */
    final void report(L learner, Features x) {
      if (learner instanceof DriftReporter inner && inner.drifts().size() > 0) {
        String who = learner == shared ? "shared" : whose(x);
        DriftLog found = inner.drifts();
        for (int i = 0; i < found.size(); i++) {
          log.add(who + ": " + found.source(i));
        }
        found.clear();
      }
    }

    private String whose(Features x) {
      return parts > 0 ? "part " + KeyTable.part(key(x), parts) : "key " + key(x);
    }

    private String key(Features x) {
      return per < 0 ? x.key() : name(schema.column(per), x.get(per));
    }

    final void tick() {
      log.tick();
    }

    @Override
    public DriftLog drifts() {
      return log;
    }

    @Override
    public Keys keyCounts() {
      return models.keyCounts();
    }

    @Override
    public void retain(int part, int parts) {
      models.retain(part, parts);
    }

    @Override
    @SuppressWarnings("unchecked") // the same parameters make the same kind of learners
    public void takeOver(KeyedModels other) {
      models.takeOver(((Keyed<L>) other).models);
    }

    @Override
    public void save(StateWriter out) {
      models.save(out.child("models"));
      if (shared != null) {
        out.put("shared", shared);
      }
    }

    @Override
    public void load(StateReader in) {
      models.load(in.child("models"));
      if (shared != null) {
        in.load("shared", shared);
      }
    }

    @Override
    public long memoryBytes() {
      return 64 + models.memoryBytes() + (shared == null ? 0 : shared.memoryBytes());
    }
  }

  /** A classifier for each key. */
  static final class OfClassifier extends Keyed<Classifier> implements Classifier {
    private int labels;
    private double[] own = new double[8];

    private OfClassifier(Parameters p, Build build) {
      super(p, build, Classifier.class);
      labels = build.schema().declaredLabels();
    }

    @Override
    public int labels() {
      return labels;
    }

    @Override
    public void scores(Features x, double[] scores) {
      choose(x);
      scores(answering(), x, scores);
    }

    private void scores(Classifier c, Features x, double[] scores) {
      if (c != null && c.labels() > 0) {
        c.scores(x, scores);
      } else {
        Arrays.fill(scores, 0, labels, 1.0 / labels);
        Arrays.fill(scores, labels, scores.length, 0);
      }
    }

    @Override
    public void learn(Features x, int label, double weight) {
      if (own.length < Math.max(labels, label + 1)) {
        own = new double[2 * Math.max(labels, label + 1)];
      }
      testThenLearn(x, label, weight, own);
    }

    @Override
    public void testThenLearn(Features x, int label, double weight, double[] scores) {
      choose(x);
      Classifier by = answering();
      if (label >= 0) {
        tick();
      }
      if (label < 0 || !(weight > 0)) {
        scores(by, x, scores);
        return;
      }
      Classifier model = models.open();
      if (by == model && model.labels() > 0) {
        model.testThenLearn(x, label, weight, scores);
      } else {
        if (by != shared || by == null) {
          scores(by, x, scores);
        }
        model.learn(x, label, weight);
      }
      learnShared(by, x, label, weight, scores);
      report(model, x);
      models.learnt();
      labels = Math.max(labels, label + 1);
    }

    private void learnShared(Classifier by, Features x, int label, double w, double[] scores) {
      if (shared == null) {
        return;
      }
      if (by == shared && shared.labels() > 0) {
        shared.testThenLearn(x, label, w, scores);
      } else {
        if (by == shared) {
          scores(by, x, scores);
        }
        shared.learn(x, label, w);
      }
      report(shared, x);
    }

    @Override
    public void takeOver(KeyedModels other) {
      super.takeOver(other);
      labels = Math.max(labels, ((OfClassifier) other).labels);
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("labels", labels);
    }

    @Override
    public void load(StateReader in) {
      super.load(in);
      labels = in.intValue("labels", labels, Integer.MAX_VALUE - 8);
    }

    @Override
    public long memoryBytes() {
      return super.memoryBytes() + 24 + 8L * own.length;
    }
  }

  /** A regressor for each key. */
  static final class OfRegressor extends Keyed<Regressor> implements Regressor {

    private OfRegressor(Parameters p, Build build) {
      super(p, build, Regressor.class);
    }

    @Override
    public double predict(Features x) {
      choose(x);
      return predict(answering(), x);
    }

    private static double predict(Regressor r, Features x) {
      return r == null ? 0 : r.predict(x);
    }

    @Override
    public void learn(Features x, double target, double weight) {
      testThenLearn(x, target, weight);
    }

    @Override
    public double testThenLearn(Features x, double target, double weight) {
      choose(x);
      Regressor by = answering();
      boolean known = !Double.isNaN(target);
      if (known) {
        tick();
      }
      if (!known || !(weight > 0)) {
        return predict(by, x);
      }
      Regressor model = models.open();
      double answer = 0;
      if (by == model) {
        answer = model.testThenLearn(x, target, weight);
      } else {
        model.learn(x, target, weight);
      }
      if (shared != null) {
        double pooled = shared.testThenLearn(x, target, weight);
        answer = by == shared ? pooled : answer;
        report(shared, x);
      }
      report(model, x);
      models.learnt();
      return answer;
    }
  }
}
